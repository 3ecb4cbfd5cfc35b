"""What a source says to the world and hears from it, as values: no source talks to the network itself.

A source answers a wish with a generator that yields requests, receives answers and returns published days, so that the
same code runs over a real client and over a list of canned answers.
"""

from collections.abc import Generator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from blueprints.errors import UpstreamError
from blueprints.fx.core.errors import KeyRefused, QuotaUsedUp, Unreadable
from blueprints.fx.core.published import Published

OK, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_MANY = 200, 401, 403, 404, 429


class Wanted(NamedTuple):
    """Which days are wanted."""

    today: date
    """The day in UTC."""
    stored: date | None = None
    """The newest stored day."""
    first: date | None = None
    """None for the latest rates."""
    last: date | None = None
    """Equal to `first` for a single day."""


class Request(NamedTuple):
    """One GET request."""

    url: str
    params: Mapping[str, str] = {}
    """May hold a key, and is therefore never shown."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    retry_after_s: float | None = None


Flow = Generator[Request, Answer, list[Published]]
"""An empty list says that the source has no rates for those days. A failed connection is thrown in as UpstreamError."""


def body(answer: Answer) -> bytes:
    """The body of a success; raises QuotaUsedUp, KeyRefused or UpstreamError otherwise."""
    if answer.status == TOO_MANY:
        raise QuotaUsedUp(until(answer))
    if answer.status in (UNAUTHORIZED, FORBIDDEN):
        raise KeyRefused(f"the request is refused ({answer.status})")
    if answer.status != OK:
        raise UpstreamError(f"the server answers {answer.status}{_again(answer)}")
    return answer.body


def until(answer: Answer) -> str:
    """`the quota is used up`, and for how long if the answer says so."""
    return f"the quota is used up{_again(answer)}"


def _again(answer: Answer) -> str:
    return f"; it may be asked again in {answer.retry_after_s:.0f} s" if answer.retry_after_s else ""


def exact_json(raw: bytes) -> Any:
    """JSON whose numbers with a point are Decimal; raises Unreadable for anything else, NaN and Infinity too."""
    import json

    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is not JSON") from error


def json_object(raw: bytes) -> dict[str, Any]:
    """JSON that is an object; raises Unreadable."""
    found = exact_json(raw)
    if not isinstance(found, dict):
        raise Unreadable("it is no JSON object")
    return found


def utc_day(timestamp: object) -> date:
    """The UTC day of a Unix timestamp; raises Unreadable."""
    try:
        return datetime.fromtimestamp(int(str(timestamp)), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("its timestamp is none") from error


def _no_number(word: str) -> Any:
    raise ValueError(word)
