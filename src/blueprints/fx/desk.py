"""The exchange desk: one source's stored rates, kept fresh, and the prices they give."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from blueprints import clock
from blueprints.fx import sources, stores
from blueprints.fx.config import FxConfig
from blueprints.fx.core import currencies, pricing
from blueprints.fx.core.currencies import Standard
from blueprints.fx.core.ended import ENDED
from blueprints.fx.core.pricing import Price
from blueprints.fx.core.published import Published
from blueprints.fx.stores import Store

LONGEST_GAP = timedelta(days=36_525)
"""A hundred years: beyond that a gap says nothing more, and days could not be counted back."""


class Desk:
    """Answers at one moment, from one source, and collects what the user has to know in `notices`."""

    def __init__(self, store: Store, settings: FxConfig, name: str, *, offline: bool = False) -> None:
        self.store = store
        self.settings = settings
        self.name = name
        self.offline = offline or not settings.auto_update
        self.now = clock.now()
        self.notices: list[str] = []
        self._windows: dict[date, list[Published]] = {}

    @classmethod
    def opened(cls, settings: FxConfig, name: str = "", *, offline: bool = False) -> "Desk":
        """A desk on the store of the settings, filled with first rates if it is new; `name` replaces `fx.source`."""
        desk = cls(stores.store(settings.store), settings, name or settings.source, offline=offline)
        planted = desk.store.setting("seed")
        if planted is None or (planted == "none" and settings.seed != "none"):
            from blueprints import output
            from blueprints.fx import seed

            told = seed.plant(desk.store, settings.seed)
            if told:
                output.notice(told)
        return desk

    def beside(self, name: str) -> "Desk":
        """A desk of another source on the same store."""
        return Desk(self.store, self.settings, name, offline=self.offline)

    @cached_property
    def source(self) -> sources.Source:
        return sources.load(self.name)

    @property
    def today(self) -> date:
        """The user's day."""
        return self.now.astimezone().date()

    @property
    def utc_today(self) -> date:
        """The sources' day."""
        return self.now.astimezone(UTC).date()

    @property
    def gap(self) -> timedelta:
        return min(self.settings.max_gap, LONGEST_GAP)

    @property
    def newest(self) -> date | None:
        """The newest stored day of the source."""
        span = self.store.span(self.name)
        return span[1] if span else None

    @cached_property
    def standard(self) -> Standard:
        """Names and decimals of ISO 4217, as copied into the store."""
        import json

        from blueprints.fx import iso4217_names

        table: Standard = json.loads(self.store.setting(iso4217_names.SETTING) or "{}")
        return table

    def digits(self, code: str) -> int:
        return currencies.digits(code, self.standard)

    def price(self, origin: str, target: str, asked: date | None = None) -> Price:
        """What one `origin` is worth in `target` on the day asked, or by the latest rates.

        Raises UnknownCurrency, RateNotFound, and what fetching raises where nothing is stored.
        """
        on = asked or self.today
        self.require((origin, target))
        price = pricing.settled(origin, target, on)
        if price is None:
            price = pricing.quoted(origin, target, self.published(origin, target, asked), on)
        assert price is not None  # noqa: S101 - the day was chosen because it has both
        for note in price.notes:
            self.tell(note)
        return price

    def published(self, origin: str, target: str, asked: date | None) -> Published:
        """The day whose rates price the pair on the day asked, fetched if it is due. Raises as `price` does."""
        from blueprints.fx.refreshing import refreshed, remark

        on = asked or self.today
        self.require((origin, target))
        failure = refreshed(self, asked)
        anchor = asked or self.newest
        days = self.window(anchor) if anchor else []
        found = next((day for day in days if pricing.quoted(origin, target, day, on)), None)
        if found is not None:
            self.tell(remark(self, found.date, asked))
            return found
        if failure is not None:
            raise failure
        from blueprints.fx.absence import absent

        raise absent(self, origin, target, anchor, on)

    def require(self, codes: Iterable[str]) -> None:
        """Raise UnknownCurrency for a code that neither ISO 4217, nor history, nor a source has."""
        for code in codes:
            if code not in self.standard and code not in ENDED:
                from blueprints.fx.absence import require_stored

                require_stored(self, code)

    def window(self, anchor: date) -> list[Published]:
        """The stored days that may be used for `anchor`, newest first."""
        if anchor not in self._windows:
            self._windows[anchor] = list(self.store.days(self.name, anchor - self.gap, anchor, newest_first=True))
        return self._windows[anchor]

    def forget(self) -> None:
        """Read again after the store has changed."""
        self._windows.clear()

    def tell(self, notice: str) -> None:
        """Keep a notice for the user, once; an empty one is none."""
        if notice and notice not in self.notices:
            self.notices.append(notice)


def rfc3339(moment: datetime) -> str:
    """A moment as `2026-11-22T17:05:00Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
