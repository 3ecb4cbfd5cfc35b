"""What is wrong with a setting that several services have; each check raises ValueError, which names the setting."""

from collections.abc import Sequence
from urllib.parse import urlsplit


def web_address(name: str, text: str) -> None:
    """`https://chat.example`, with or without port and path. What is wrong is not repeated: it may hold a password."""
    try:
        parts = urlsplit(text)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right:
        raise ValueError(f"{name}: give an address such as https://chat.example")


def origins(name: str, given: Sequence[str]) -> None:
    """Each is `*` or an origin as browsers send it: scheme, host and port, nothing behind."""
    for one in given:
        if one == "*":
            continue
        web_address(name, one)
        if urlsplit(one)._replace(scheme="", netloc="").geturl() or one != one.lower():
            raise ValueError(f"{name}: {one!r} is no origin: write it like https://example.com, without a slash behind")


def networks(name: str, given: Sequence[str]) -> None:
    """Each is an address such as 10.0.0.7, or a network such as 10.0.0.0/8."""
    from ipaddress import ip_network

    for one in given:
        try:
            ip_network(one, strict=False)
        except ValueError:
            raise ValueError(f"{name}: {one!r} is no address and no network such as 10.0.0.0/8") from None
