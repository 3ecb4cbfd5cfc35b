"""Settings of the shop."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from blueprints.config.bounds import at_least
from blueprints.web import checks
from blueprints.web.config import RelayConfig


@dataclass(frozen=True)
class CartConfig:
    """Settings of carts."""

    max_quantity: Annotated[int, "Copies of one game that fit into a cart, at most 99."] = 99
    price_hold_days: Annotated[int, "Days for which a line keeps the lowest price it has seen."] = 7
    guest_days: Annotated[int, "Days after which an untouched guest's cart is cleared away."] = 30

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(1, max_quantity=self.max_quantity, guest_days=self.guest_days)
        at_least(0, price_hold_days=self.price_hold_days)


@dataclass(frozen=True)
class CheckoutConfig:
    """Settings of checkouts."""

    wait_seconds: Annotated[int, "Seconds a shopper waits for the orders service before the status page."] = 5

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(0, wait_seconds=self.wait_seconds)


@dataclass(frozen=True)
class AccountsConfig:
    """Settings of accounts."""

    email_verification: Annotated[
        Literal["none", "optional", "mandatory"], "Whether e-mail addresses are verified."
    ] = "optional"


@dataclass(frozen=True)
class StoreConfig:
    """Settings of `blueprints serve store`."""

    database: Annotated[str, "Database URL; empty: SQLite in the data folder."] = ""
    public_url: Annotated[str, "Address under which shoppers reach the shop."] = "http://127.0.0.1:8000"
    orders_url: Annotated[str, "Address of the orders service; empty: one is started beside the shop."] = ""
    orders_api_key: Annotated[str, "Key for the orders service."] = field(default="", repr=False)
    orders_webhook_secrets: Annotated[list[str], "Secrets of the events that the orders service sends."] = field(
        default_factory=list, repr=False
    )
    notifier_url: Annotated[str, "Address of the notifier; empty: one is started beside the shop."] = ""
    notifier_secret: Annotated[str, "Secret of the events sent to the notifier."] = field(default="", repr=False)
    notifier_api_key: Annotated[str, "Key for the notifier, for account mails."] = field(default="", repr=False)
    currency: Annotated[str, "Currency of all prices."] = "USD"
    locale: Annotated[str, "Language and country that decide how amounts are written."] = "en-US"
    time_zone: Annotated[str, "Time zone of the dates on pages."] = "UTC"
    page_size: Annotated[int, "Games on a catalogue page."] = 24
    media_dir: Annotated[str, "Folder of the covers; empty: in the data folder."] = ""
    trusted_proxies: Annotated[list[str], "Addresses of proxies whose X-Forwarded-For counts."] = field(
        default_factory=list
    )
    relay: RelayConfig = field(default_factory=RelayConfig)
    cart: CartConfig = field(default_factory=CartConfig)
    checkout: CheckoutConfig = field(default_factory=CheckoutConfig)
    accounts: AccountsConfig = field(default_factory=AccountsConfig)

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        at_least(1, page_size=self.page_size)
        checks.web_address("public_url", self.public_url)
        checks.networks("trusted_proxies", self.trusted_proxies)


SECTION = StoreConfig
