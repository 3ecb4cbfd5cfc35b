"""weather.com, read from its pages: 15 days, only when asked for by name or listed in the settings.

A page carries its data in a script, else in its markup; a browser is started only for a page with neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from blueprints.weather.core.forecast import Conditions, Day, Forecast, Place
from blueprints.weather.core.reading import Changed
from blueprints.weather.failures import NotFound, UnknownPlace

if TYPE_CHECKING:
    from blueprints.weather.client import Client
    from blueprints.weather.core.forecast import Wanted

SHOWN = '[data-testid="DetailsSummary"], [data-testid="CurrentConditionsContainer"]'
"""What a rendered page shows once it is ready."""


@dataclass(frozen=True)
class Settings:
    base_url: Annotated[str, "Address of the site."] = "https://weather.com"
    browser: Annotated[
        Literal["auto", "never", "always"], "Whether pages are opened in a browser; auto: when nothing else works."
    ] = "auto"


class Provider:
    name = "weather_com"
    title = "The Weather Channel"
    max_days = 15
    alerts = False
    needs_key = False
    opt_in = True
    terms = "https://weather.com/en-US/twc/terms-of-use (reading pages by program may be against them)"
    attribution = "Forecast from weather.com, The Weather Company"
    accepts = frozenset({"coordinates", "area code"})
    coverage = "the world"
    reads = "page"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.base_url = settings.base_url

    def covers(self, place: Place) -> bool:
        return place.has_coordinates or place.code is not None

    async def fetch(self, place: Place, wanted: Wanted, client: Client) -> Forecast:
        try:
            pages = [await self._page("tenday", place, wanted, client)]
            if wanted.hours and not pages[0].hours:
                pages.append(await self._page("hourbyhour", place, wanted, client))
            if not any(page.current for page in pages):
                pages.append(await self._page("today", place, wanted, client))
        except NotFound as error:
            raise UnknownPlace(f"weather_com knows no place {place.code or place.name}: check the code") from error
        return _joined(pages)

    async def _page(self, kind: str, place: Place, wanted: Wanted, client: Client) -> Page:
        where = place.code or "{},{}".format(*place.coordinates)
        path = f"/weather/{kind}/l/{where}?unit=m"
        if self.settings.browser != "always":
            answer = await client.get(path, headers={"Accept-Language": "en-US,en"})
            found = read(answer.text, kind, place, wanted)
            if found is not None:
                return found
        if self.settings.browser == "never":
            raise Changed(_missing(kind))
        from blueprints.weather.browser import rendered

        found = read(await rendered(client.address(path), SHOWN), kind, place, wanted)
        if found is None:
            raise Changed(_missing(kind))
        return found


def _missing(kind: str) -> str:
    return {"tenday": "no day rows found", "hourbyhour": "no hours found"}.get(kind, "no current conditions found")


@dataclass(frozen=True)
class Page:
    """What one page said."""

    place: Place
    days: tuple[Day, ...] = ()
    hours: tuple[Conditions, ...] = ()
    current: Conditions | None = None


def read(text: str, kind: str, asked: Place, wanted: Wanted) -> Page | None:
    """What a page says; None when neither its state nor its markup holds what pages of its kind are for."""
    from blueprints.weather.pages import hour_rows, markup, state

    found = state.state(text)
    if found is not None:
        page = _from_state(found, asked)
        if _has(page, kind):
            return page
    tag = markup.parsed(text)
    current = markup.current(tag, wanted.now)
    if kind == "hourbyhour":
        page = Page(asked, hours=hour_rows.hours(tag, wanted.now, asked.timezone), current=current)
    else:
        page = Page(asked, days=markup.days(tag, wanted.now, asked.timezone), current=current)
    return page if _has(page, kind) else None


def _has(page: Page, kind: str) -> bool:
    return bool({"tenday": page.days, "hourbyhour": page.hours}.get(kind, page.current))


def _from_state(found: dict[str, object], asked: Place) -> Page:
    from blueprints.weather.pages import state

    daily, hourly, current = (state.data(found, kind) for kind in (state.DAILY, state.HOURLY, state.CURRENT))
    return Page(
        asked if asked.has_coordinates else state.place(found, asked),
        days=state.days(daily) if daily else (),
        hours=state.hours(hourly) if hourly else (),
        current=state.current(current) if current else None,
    )


def _joined(pages: list[Page]) -> Forecast:
    from blueprints.weather.zones import known, zone_at

    place = next((page.place for page in pages if page.place.has_coordinates), pages[0].place)
    timezone = known(place.timezone)
    if timezone is None and place.has_coordinates:
        timezone = zone_at(*place.coordinates)
    return Forecast(
        provider=Provider.name,
        timezone=timezone or "UTC",
        attribution=Provider.attribution,
        current=next((page.current for page in pages if page.current), None),
        days=next((page.days for page in pages if page.days), ()),
        hours=next((page.hours for page in pages if page.hours), ()),
        place=place,
        notices=() if timezone else ("weather_com does not say which time zone this is: times are UTC",),
    )
