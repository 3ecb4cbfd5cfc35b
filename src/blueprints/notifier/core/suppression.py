"""Whom no mail goes to any more, and why."""

from collections.abc import Collection
from typing import Literal

from blueprints.notifier.core.kind import ALERT_KINDS

Cause = Literal["bad_address", "bounce", "complaint", "staff"]
CAUSES: tuple[Cause, ...] = ("bad_address", "bounce", "complaint", "staff")
SUPPRESSED = "suppressed"


def blocks(causes: Collection[str], kind: str) -> bool:
    """Whether an address suppressed for `causes` gets no mail of `kind`.

    Who complained about alerts still hears about the own orders; an address that does not exist hears nothing.
    """
    return any(cause != "complaint" or kind in ALERT_KINDS for cause in causes)


def address_key(address: str) -> str:
    """The form under which an address is suppressed: providers ignore the case of the local part."""
    return address.strip().lower()


def refused_for_good(code: str) -> bool:
    """Whether an enhanced status code (RFC 3463) says that the address itself is bad: 5.1.x."""
    return code.startswith("5.1.")
