"""What the shop keeps in its database."""

from blueprints.store.models.alerts import Alert, Wish
from blueprints.store.models.carts import Cart, CartLine
from blueprints.store.models.catalogue import CatalogueVersion, Company, Game, Platform, Price, Word
from blueprints.store.models.checkouts import Checkout, CheckoutLine, Receipt
from blueprints.store.models.keys import KeyClaim, LicenceKey
from blueprints.store.models.mails import WaitingMail

__all__ = [
    "Alert",
    "Cart",
    "CartLine",
    "CatalogueVersion",
    "Checkout",
    "CheckoutLine",
    "Company",
    "Game",
    "KeyClaim",
    "LicenceKey",
    "Platform",
    "Price",
    "Receipt",
    "WaitingMail",
    "Wish",
    "Word",
]
