"""The European Central Bank's euro reference rates: the whole history since 1999, no key."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

from blueprints.fx import sources
from blueprints.fx.core import calendars
from blueprints.fx.core.published import Published
from blueprints.fx.wire import Flow, Request, Wanted, body

REACH = timedelta(days=85)
"""How far the 90-day file surely reaches back."""


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the European Central Bank's site."] = "https://www.ecb.europa.eu"


class Source(sources.Source):
    """The smallest file that leaves no hole: the day's, the 90 days', or the history."""

    terms: ClassVar = "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates"
    history: ClassVar = "whole"
    fewest_quotes: ClassVar = 10
    remarks: ClassVar = {
        "RUB": "The ECB suspended its RUB rate after 2022-03-01.",
        "ISK": "The ECB had no ISK rate from 2008-12-10 to 2018-01-31.",
    }
    settings: Settings

    def fetch(self, wanted: Wanted) -> Flow:
        if wanted.stored is not None and wanted.first is None:
            newest = yield from self._xml("daily")
            if _adjoins(wanted.stored, newest):
                return newest
        if wanted.stored is not None and (wanted.first is None or wanted.first >= wanted.today - REACH):
            recent = yield from self._xml("hist-90d")
            if _adjoins(wanted.stored, recent):
                return recent
        return (yield from self._whole())

    def missing(self, latest: date | None, answered_at: datetime | None, now: datetime) -> int:
        del answered_at
        return calendars.missing(latest, now)

    def _xml(self, name: str) -> Flow:
        from blueprints.fx.core.ecb_files import from_xml

        return from_xml(body((yield self._request(f"{name}.xml"))))

    def _whole(self) -> Flow:
        from blueprints.fx.core.ecb_files import from_csv, unzipped

        return list(from_csv(unzipped(body((yield self._request("hist.zip"))))))

    def _request(self, file: str) -> Request:
        return Request(f"{self.settings.base_url.rstrip('/')}/stats/eurofxref/eurofxref-{file}")


def _adjoins(stored: date, days: list[Published]) -> bool:
    """Whether the days continue the stored ones without a hole; an empty file does, and is refused elsewhere."""
    return not days or calendars.adjoins(stored, min(day.date for day in days))
