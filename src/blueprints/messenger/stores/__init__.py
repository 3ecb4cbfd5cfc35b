"""Where messages live until their time is up, and the bus between the workers.

A store is one file with a class `Store`, which fulfils the contract below, and a dataclass `Settings`. It knows texts,
deadlines and opaque senders; it knows no accounts. Its log of events holds ids only, because entries outlive texts.
Every method raises `Down` while the store cannot be reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from blueprints.messenger.core.messages import Author, Message
from blueprints.messenger.core.refusals import Unavailable

RETRY_S = 600
"""How long a repeated `client_id` finds the first message."""
PRESENCE_S = 10
"""How long the readers of a worker that died are still counted."""

Kind = Literal["message", "deleted"]
Order = Literal["posted", "expiry"]
Notice = dict[str, Any]
"""What workers tell each other: a JSON object with a `kind`."""


class Down(Unavailable):
    """The store cannot be reached; what it holds is not lost by that."""

    code = "store-down"


class Full(Unavailable):
    code = "store-full"


@dataclass(frozen=True, slots=True)
class Allowance:
    """A bucket of tokens: a post takes one; they come back at a steady rate."""

    sender: str
    burst: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before the store gives it its time and place."""

    id: str
    room: str
    text: str
    author: Author
    account: str
    email: str | None
    client_id: str | None
    lifetime_ms: int
    links: tuple[str, ...]
    retry_key: str | None
    """Names sender and `client_id`; None where a repeat is a new message."""
    digest: str
    """Keyed digest of the content, to tell a repeat from a reuse; empty without `retry_key`."""


class Posted(NamedTuple):
    outcome: Literal["posted", "repeat", "reused", "gone", "full", "flood"]
    message: Message | None = None
    """The new message, or the first one of a repeat."""
    wait_ms: int = 0
    """Until the next token, for `flood`."""


class Page(NamedTuple):
    messages: list[Message]
    """In ascending order, all alive."""
    more: bool
    """Whether there are messages before the first of these."""
    head: int
    """Position of the newest event that this answer knows of."""
    now_ms: int


class Entry(NamedTuple):
    """One event of the log."""

    position: int
    kind: Kind
    room: str
    id: str
    by: str = ""
    """Who deleted: `author` or `moderator`."""


class Batch(NamedTuple):
    entries: list[Entry]
    texts: dict[str, Message]
    """The messages among the entries that are still alive."""
    head: int
    now_ms: int
    born: int
    """Another value than before: the store has lost everything since."""
    floor: int
    """The log is complete after this position."""


class State(NamedTuple):
    """What a worker must know before it serves."""

    messages: list[Message]
    entries: list[Entry]
    """The log, oldest first."""
    floor: int
    """The log is complete after this position."""
    born: int
    """Positions before this one are of another life of the store."""
    head: int
    now_ms: int


class Presence(NamedTuple):
    """Streams that a worker holds."""

    readers: Mapping[str, int]
    """Streams by room."""
    addresses: Mapping[str, int]
    """Streams by the address they come from, busy ones only."""


class Store(Protocol):
    one_process: bool
    """Whether all workers must be one process."""

    def __init__(self, settings: Any, capacity: int, replay_events: int) -> None: ...

    async def open(self) -> list[str]:
        """Connect; returns warnings for the operator. Raises Down, or UpstreamError when it can never work."""

    async def close(self) -> None: ...

    async def now_ms(self) -> int:
        """The time by the clock that sets the deadlines."""

    async def post(self, draft: Draft, allowance: Allowance) -> Posted:
        """All of a message or nothing: takes a token, looks for a repeat, keeps the message, logs it, wakes workers."""

    async def take(self, allowance: Allowance) -> int:
        """Take a token; returns 0, or the milliseconds until there is one."""

    async def get(self, id: str) -> Message | None: ...

    async def page(self, room: str, limit: int, order: Order, before: tuple[int, str] | None) -> Page:
        """The last `limit` messages of a room in the order, before a place: (position, "") or (deadline in ms, id)."""

    async def delete(self, message: Message, by: str) -> bool:
        """False if it was gone already."""

    async def purge(self) -> int:
        """Remove everything of messages whose time is up; returns how many there were."""

    async def state(self) -> State: ...

    async def read(self, after: int, limit: int) -> Batch:
        """The next events after a position."""

    async def tell(self, notice: Notice) -> None:
        """Tell all workers, this one too; at most once."""

    async def listen(self, wake: Callable[[], None], hear: Callable[[Notice], None]) -> None:
        """Call `wake` on every new event and `hear` with every notice, for as long as the store can be reached.

        Raises Down when it cannot any more; runs until cancelled otherwise.
        """

    async def presence(self, worker: str, own: Presence) -> Sequence[Presence]:
        """Leave the worker's own presence for 10 s; returns that of all others."""
