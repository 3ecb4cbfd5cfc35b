"""From what the user calls a place to a `Place`: coordinates, GeoNames ids, area codes, names by Open-Meteo."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from blueprints.errors import UpstreamError, UsageError
from blueprints.weather.core.forecast import Place
from blueprints.weather.core.reading import Changed, integer, mapping, number, sequence, text
from blueprints.weather.failures import NotFound, UnknownPlace
from blueprints.weather.zones import known, zone_at

if TYPE_CHECKING:
    from blueprints.weather.client import Client
    from blueprints.weather.store import Store

NUMBER = r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))"
COORDINATES = re.compile(rf"\s*{NUMBER}\s*,\s*{NUMBER}\s*")
AREA_CODE = re.compile(r"[A-Z]{4}\d{4}(:\d+:[A-Z]{2})?|[0-9a-f]{64}", re.IGNORECASE)
GEONAMES = "geonames:"
KEPT = timedelta(days=30)
"""How long the geocoder is not asked the same again."""
COUNT = 10


@dataclass(frozen=True)
class Found:
    """A place, and those of the same name that were not meant."""

    place: Place
    others: tuple[Place, ...] = ()
    notices: tuple[str, ...] = field(default=())


def direct(said: str) -> Place | None:
    """The place that needs no geocoder; None for a name or an id. Raises UsageError for impossible coordinates."""
    found = COORDINATES.fullmatch(said)
    if found:
        return at(float(found[1]), float(found[2]))
    if AREA_CODE.fullmatch(said.strip()):
        code = said.strip()
        return Place(name=code, code=code.lower() if len(code) == 64 else code.upper())
    return None


def at(latitude: float, longitude: float) -> Place:
    if not -90 <= latitude <= 90:
        raise UsageError(f"latitude {latitude:g} is not between -90 and 90 (coordinates are lat,lon)")
    if not -180 <= longitude <= 180:
        raise UsageError(f"longitude {longitude:g} is not between -180 and 180 (coordinates are lat,lon)")
    latitude, longitude = round(latitude, 4) + 0.0, round(longitude, 4) + 0.0
    name = f"{latitude:g}, {longitude:g}"
    return Place(name=name, latitude=latitude, longitude=longitude)


def zoned(place: Place, store: Store, now: datetime) -> Place:
    """The place with the zone of its coordinates, kept because the map takes 0.1 s to open; others as they are."""
    if place.timezone is not None or not place.has_coordinates:
        return place
    kept = store.places(f"zone|{place.key}", now - KEPT)
    if kept:
        return replace(place, timezone=known(kept[0].timezone))
    found = replace(place, timezone=zone_at(*place.coordinates))
    store.keep_places(f"zone|{place.key}", [found], now)
    return found


class Geocoder:
    """Places by name or id; each answer is kept for 30 days. `client` None: only what is kept is used."""

    def __init__(self, store: Store, now: datetime, client: Client | None) -> None:
        self.store = store
        self.now = now
        self.client = client

    async def find(self, said: str) -> Found:
        """Raises UnknownPlace, UsageError for a malformed id, UpstreamError when the geocoder does not answer."""
        if said.lower().startswith(GEONAMES):
            return Found(await self._by_id(said[len(GEONAMES) :].strip()))
        matches = await self._matching(said)
        if not matches:
            raise UnknownPlace(
                f'no place called "{said}": check the spelling, try `blueprints weather places`, or give lat,lon'
            )
        first = matches[0]
        same = tuple(place for place in matches[1:] if place.name.casefold() == first.name.casefold())
        return Found(first, same)

    def kept(self, said: str) -> Place | None:
        """What was found for these words at any time before."""
        if said.lower().startswith(GEONAMES):
            places = self.store.places(_key(said))
        else:
            places = _filtered(self.store.places(_key(_asked(said))) or [], said)
        return places[0] if places else None

    async def search(self, name: str, count: int = COUNT, country: str | None = None) -> list[Place]:
        """Up to `count` places of a name, the geocoder's order; [] when there is none."""
        key = _key(name, count, country)
        kept = self.store.places(key, self.now - KEPT)
        if kept is not None:
            return kept
        parameters = {"name": name, "count": str(count), "language": "en", "format": "json"}
        if country:
            parameters["countryCode"] = country.upper()
        body = mapping(await self._asked_client().json("/v1/search", parameters), "answer")
        places = [read(entry) for entry in sequence(body.get("results") or [], "results")]
        self.store.keep_places(key, places, self.now)
        return places

    async def _matching(self, said: str) -> list[Place]:
        """Those that fit all the qualifiers; where the geocoder knows no qualifier itself, of the bare name."""
        asked = _asked(said)
        found = _filtered(await self.search(asked), said)
        if found or "," not in asked:
            return found
        bare, _, qualifier = asked.partition(",")
        return [place for place in _filtered(await self.search(bare.strip()), said) if _fits(place, qualifier)]

    async def _by_id(self, number_: str) -> Place:
        if not number_.isdigit():
            raise UsageError(f"geonames:{number_} is no GeoNames id: it is a number, as in geonames:2950159")
        key = _key(GEONAMES + number_)
        kept = self.store.places(key, self.now - KEPT)
        if kept:
            return kept[0]
        try:
            place = read(await self._asked_client().json("/v1/get", {"id": number_}))
        except NotFound as error:
            raise UnknownPlace(f"no place has the GeoNames id {number_}: try `blueprints weather places`") from error
        self.store.keep_places(key, [place], self.now)
        return place

    def _asked_client(self) -> Client:
        if self.client is None:
            raise UpstreamError("this place is not among the stored ones, and --offline asks nobody")
        return self.client


def read(entry: Any) -> Place:
    """One place of an answer; absent fields are None."""
    said = mapping(entry, "place")
    latitude, longitude = number(said.get("latitude")), number(said.get("longitude"))
    name = text(said.get("name"))
    if latitude is None or longitude is None or name is None:
        raise Changed("a place without a name or coordinates")
    return Place(
        name=name,
        latitude=latitude,
        longitude=longitude,
        timezone=known(text(said.get("timezone"))) or zone_at(latitude, longitude),
        admin1=text(said.get("admin1")),
        admin2=text(said.get("admin2")),
        country=text(said.get("country")),
        country_code=(text(said.get("country_code")) or "").upper() or None,
        elevation=number(said.get("elevation")),
        id=integer(said.get("id")),
        population=integer(said.get("population")),
    )


def nameable(said: str) -> Place:
    """The place for providers that look up names themselves."""
    return Place(name=said)


def _asked(said: str) -> str:
    """What the geocoder is sent: the name and one qualifier."""
    return ", ".join(part.strip() for part in said.split(",")[:2])


def _filtered(places: list[Place], said: str) -> list[Place]:
    """Those that fit everything after a second comma."""
    wanted = said.split(",")[2:]
    return [place for place in places if all(_fits(place, word) for word in wanted)]


def _fits(place: Place, word: str) -> bool:
    asked = word.strip().casefold()
    known_as = (place.admin1, place.admin2, place.country, place.country_code)
    return any((name or "").casefold() == asked for name in known_as)


def _key(name: str, count: int = COUNT, country: str | None = None) -> str:
    return f"{name.casefold()}|{count}|{(country or '').upper()}"
