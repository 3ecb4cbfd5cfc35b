"""Settings of the remote control."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from blueprints.spotify.core import keys, scopes


@dataclass(frozen=True)
class ApiConfig:
    base_url: Annotated[str, "Address of the Web API; plain http only on this machine."] = "https://api.spotify.com/v1"


@dataclass(frozen=True)
class AccountsConfig:
    base_url: Annotated[str, "Address of the login service; plain http only on this machine."] = (
        "https://accounts.spotify.com"
    )


@dataclass(frozen=True)
class SpotifyConfig:
    client_id: Annotated[str, "Client id of your own app, from developer.spotify.com/dashboard."] = ""
    client_secret: Annotated[str, "Client secret, for the flows code and client_credentials."] = field(
        default="", repr=False
    )
    flow: Annotated[Literal["pkce", "code", "client_credentials"], "How to log in."] = "pkce"
    redirect_uri: Annotated[
        str, "Redirect address registered in your app; without a port any free one is used, with a port that one."
    ] = "http://127.0.0.1/callback"
    scopes: Annotated[list[str], "What the login asks for; fewer is allowed."] = field(
        default_factory=lambda: list(scopes.DEFAULT)
    )
    api: ApiConfig = field(default_factory=ApiConfig)
    accounts: AccountsConfig = field(default_factory=AccountsConfig)
    market: Annotated[str, "Country whose catalogue is shown, as two letters; empty: the account's."] = ""
    device: Annotated[str, "Name or id of the device to wake when none is active."] = ""
    poll_seconds: Annotated[float, "Seconds between looks at the player while it plays, 1 to 60."] = 5
    token_file: Annotated[Path | None, "File of the login; empty: spotify/token.json in the data folder."] = None
    login_months: Annotated[int, "Months after which Spotify ends a login."] = 6
    warn_days: Annotated[int, "Days before the end of a login from which on every run says so."] = 14
    keys: Annotated[dict[str, list[str] | str], "Keys of the app: action, then one key or a list."] = field(
        default_factory=dict
    )
    theme: Annotated[str, "Colours of the app, by Textual's theme names."] = "textual-dark"
    mouse: Annotated[bool, "Whether the app takes the mouse."] = True

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        for name, address in (("api", self.api.base_url), ("accounts", self.accounts.base_url)):
            if not is_safe(address):
                raise ValueError(f"{name}.base_url: {address!r} must be https, or http on a loopback address")
        if not 1 <= self.poll_seconds <= 60:
            raise ValueError(f"poll_seconds: {self.poll_seconds:g} is not between 1 and 60")
        if not 1 <= self.login_months <= 1200 or not 0 <= self.warn_days <= 36_500:
            raise ValueError("login_months must be 1 to 1200, and warn_days 0 to 36500")
        keys.merged(self.keys)


def is_safe(address: str) -> bool:
    """Encrypted, or not leaving this machine."""
    import ipaddress

    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return bool(host) and (
            parts.scheme == "https" or (parts.scheme == "http" and ipaddress.ip_address(host).is_loopback)
        )
    except ValueError:
        return False


SECTION = SpotifyConfig
