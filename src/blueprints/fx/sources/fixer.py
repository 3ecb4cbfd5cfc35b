"""fixer.io: rates of banks, with a key; on the free plan in euro only."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

from blueprints.fx import apilayer, sources
from blueprints.fx.core import ages, checks
from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.wire import Flow, Request, Wanted


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the fixer API."] = "https://data.fixer.io/api"
    key: Annotated[str, "Access key of fixer."] = field(default="", repr=False)
    max_age: Annotated[timedelta, "After this long the latest rates are asked for again."] = timedelta(hours=24)


class Source(sources.Source):
    """Never sends `base`: the free plan refuses every other than EUR, and the answer names its own."""

    terms: ClassVar = "https://fixer.io/terms"
    needs_key: ClassVar = True
    metered: ClassVar = True
    settings: Settings

    def fetch(self, wanted: Wanted) -> Flow:
        day = "latest" if wanted.first is None else str(wanted.first)
        answer = yield Request(f"{self.settings.base_url.rstrip('/')}/{day}", {"access_key": self.settings.key})
        found = apilayer.found(answer, "rates")
        if found is None:
            return []
        base, rates = found.get("base"), found.get("rates")
        if not isinstance(rates, dict) or not isinstance(base, str):
            raise Unreadable("it is no table of rates")
        quotes = {code: checks.rate(value) for code, value in rates.items() if code != base}
        return [Published(checks.day(found.get("date")), base, quotes)]

    def missing(self, latest: date | None, answered_at: datetime | None, now: datetime) -> int:
        del latest
        return ages.missing(answered_at, now, self.settings.max_age)
