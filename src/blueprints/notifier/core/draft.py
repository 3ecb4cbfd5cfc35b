"""A mail that is wanted, before anything is stored: the common result of every way in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Draft:
    kind: str
    to_address: str
    """Normalised: domain in lower-case ASCII (IDNA)."""
    to_name: str = ""
    locale: str = "en"
    source: str = ""
    """`orders`, `store`, `direct`, `api` or `staff`."""
    event_id: str | None = None
    order_id: int | None = None
    template: str = ""
    """Name of the template, the kind itself unless one was asked for."""
    variables: dict[str, Any] = field(default_factory=dict)
    """What the template is rendered with; only what JSON knows."""
    sensitive: bool = False
    resent_from: str | None = None
    happened_at: datetime | None = None
    """When the event happened, for the flood guard; None for direct requests."""
    stillborn: str | None = None
    """Why the mail is recorded dead at once, None for a mail to be sent."""
