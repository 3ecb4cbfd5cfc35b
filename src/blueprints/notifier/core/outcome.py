"""What a channel says of one attempt."""

from dataclasses import dataclass
from typing import Literal

Result = Literal["sent", "failed", "dead", "unknown", "paused"]


@dataclass(frozen=True)
class Outcome:
    """`paused` speaks of the channel, not of the mail: it costs the mail no attempt."""

    result: Result
    code: str = ""
    """The provider's code: `250`, `MessageRejected`, empty where there is none."""
    text: str = ""
    """The provider's words, shortened; never a credential."""
    provider_id: str | None = None
    suppress: bool = False
    """The address itself was refused for good."""
    seconds: float = 0.0
