"""exchangerate.host: rates of the day, with a key; in US dollars on the free plan."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

from blueprints.fx import apilayer, sources
from blueprints.fx.core import ages, checks
from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.wire import Flow, Request, Wanted, utc_day


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the exchangerate.host API."] = "https://api.exchangerate.host"
    key: Annotated[str, "Access key of exchangerate.host."] = field(default="", repr=False)
    max_age: Annotated[timedelta, "After this long the latest rates are asked for again."] = timedelta(hours=24)


class Source(sources.Source):
    """Quotes are named by both currencies: `USDEUR`."""

    base: ClassVar = "USD"
    terms: ClassVar = "https://exchangerate.host/terms"
    needs_key: ClassVar = True
    metered: ClassVar = True
    settings: Settings

    def fetch(self, wanted: Wanted) -> Flow:
        path, params = "live", {"access_key": self.settings.key}
        if wanted.first is not None:
            path, params = "historical", {"date": str(wanted.first)} | params
        answer = yield Request(f"{self.settings.base_url.rstrip('/')}/{path}", params)
        found = apilayer.found(answer, "quotes")
        if found is None:
            return []
        base, quotes = found.get("source"), found.get("quotes")
        if (
            not isinstance(quotes, dict)
            or not isinstance(base, str)
            or not all(pair.startswith(base) for pair in quotes)
        ):
            raise Unreadable("it is no table of rates")
        rates = {pair[len(base) :]: checks.rate(value) for pair, value in quotes.items() if pair != base + base}
        on = checks.day(found["date"]) if "date" in found else utc_day(found.get("timestamp"))
        return [Published(on, base, rates)]

    def missing(self, latest: date | None, answered_at: datetime | None, now: datetime) -> int:
        del latest
        return ages.missing(answered_at, now, self.settings.max_age)
