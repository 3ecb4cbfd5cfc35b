"""Open Exchange Rates: blended rates of the hour, with a key; in US dollars on the free plan."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar

from blueprints.errors import UpstreamError
from blueprints.fx import sources
from blueprints.fx.core import ages, checks
from blueprints.fx.core.errors import KeyRefused, QuotaUsedUp, Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.wire import Answer, Flow, Request, Wanted, body, json_object, until, utc_day

KEY_MESSAGES = {"missing_app_id", "invalid_app_id", "not_allowed"}
QUOTA_MESSAGES = {"access_restricted", "too_many_requests"}
NO_RATES_MESSAGES = {"not_available"}


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the Open Exchange Rates API."] = "https://openexchangerates.org/api"
    key: Annotated[str, "App ID of Open Exchange Rates."] = field(default="", repr=False)
    max_age: Annotated[timedelta, "After this long the latest rates are asked for again."] = timedelta(hours=1)


class Source(sources.Source):
    """The day of an answer is the UTC day of its timestamp."""

    base: ClassVar = "USD"
    terms: ClassVar = "https://openexchangerates.org/terms"
    needs_key: ClassVar = True
    metered: ClassVar = True
    settings: Settings

    def fetch(self, wanted: Wanted) -> Flow:
        path = "latest" if wanted.first is None else f"historical/{wanted.first}"
        answer = yield Request(f"{self.settings.base_url.rstrip('/')}/{path}.json", {"app_id": self.settings.key})
        found = _found(answer)
        if found is None:
            return []
        base, rates = found.get("base"), found.get("rates")
        if not isinstance(rates, dict) or not isinstance(base, str):
            raise Unreadable("it is no table of rates")
        quotes = {code: checks.rate(value) for code, value in rates.items() if code != base}
        return [Published(utc_day(found.get("timestamp")), base, quotes)]

    def missing(self, latest: date | None, answered_at: datetime | None, now: datetime) -> int:
        del latest
        return ages.missing(answered_at, now, self.settings.max_age)


def _found(answer: Answer) -> dict[str, Any] | None:
    """The object with the rates; None if there are none for the day."""
    looks_like_json = answer.body.lstrip().startswith(b"{")
    result = json_object(answer.body if looks_like_json else body(answer))
    if not result.get("error"):
        body(answer)
        return result
    message = str(result.get("message", ""))
    reason = f"{message} {result.get('description', '')}".strip()[:200]
    if message in NO_RATES_MESSAGES:
        return None
    if message in QUOTA_MESSAGES or answer.status == 429:
        raise QuotaUsedUp(f"{until(answer)}: {reason}")
    if message in KEY_MESSAGES or answer.status in (401, 403):
        raise KeyRefused(reason)
    raise UpstreamError(f"the request failed: {reason or answer.status}")
