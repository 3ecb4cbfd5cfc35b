"""Who posts."""

from dataclasses import dataclass

from blueprints.messenger.core.messages import Author


@dataclass(frozen=True, slots=True)
class Sender:
    account: str
    """Whose messages these are; never shown."""
    author: Author
    email: str | None = None
    is_moderator: bool = False
    suspended_until_ms: int = 0
    session: str = ""
    """The session of a person, empty for a bot."""
    key: int = 0
    """The API key of a bot."""
