"""fawazahmed0's currency API: a file a day since March 2024, over 300 currencies with crypto, no key."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from blueprints.errors import UpstreamError
from blueprints.fx import sources
from blueprints.fx.core import checks
from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.wire import NOT_FOUND, Flow, Request, Wanted, body, json_object

CODE = re.compile(r"[a-z0-9]{2,10}")


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the files; {date} becomes `latest` or a day."] = (
        "https://cdn.jsdelivr.net/npm/@fawazahmed0/currency-api@{date}/v1"
    )
    fallback_url: Annotated[str, "Address to try when the first has no answer."] = (
        "https://{date}.currency-api.pages.dev/v1"
    )


class Source(sources.Source):
    """Two files at two addresses say the same; the first that answers is taken."""

    terms: ClassVar = "https://github.com/fawazahmed0/exchange-api"
    begins: ClassVar = date(2024, 3, 2)
    at_once: ClassVar = 4  # small files from a delivery network, where a browser opens six connections
    settings: Settings

    def fetch(self, wanted: Wanted) -> Flow:
        failure: UpstreamError | None = None
        for url in self._addresses("latest" if wanted.first is None else str(wanted.first)):
            try:
                answer = yield Request(url)
                if answer.status == NOT_FOUND:
                    continue
                return _days(json_object(body(answer)))
            except Unreadable:
                raise
            except UpstreamError as error:
                failure = error
        if failure is not None:
            raise failure
        return []

    def missing(self, latest: date | None, answered_at: datetime | None, now: datetime) -> int:
        del answered_at
        today = now.astimezone(UTC).date()
        return 1 if latest is None else max(0, (today - latest).days)

    def _addresses(self, day: str) -> list[str]:
        roots = [self.settings.base_url, self.settings.fallback_url]
        files = ("currencies/eur.min.json", "currencies/eur.json")
        return [f"{root.replace('{date}', day).rstrip('/')}/{file}" for root in roots if root for file in files]


def _days(found: dict[str, Any]) -> list[Published]:
    quotes = found.get("eur")
    if not isinstance(quotes, dict):
        raise Unreadable("it is no table of rates")
    rates = {code.upper(): checks.rate(value) for code, value in quotes.items() if CODE.fullmatch(code)}
    rates.pop("EUR", None)
    return [Published(checks.day(found.get("date")), "EUR", rates)]
