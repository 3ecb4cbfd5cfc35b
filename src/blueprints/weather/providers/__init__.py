"""One file each for whoever makes forecasts; the file's name is what the user types.

A provider builds its requests, reads the answers and returns a `Forecast`. Fetching, caching, deadlines, holds and
units are the business of those who call it. Add one as `<config dir>/plugins/weather/providers/NAME.py` with a class
`Provider` written in that file, or by an entry point in the group `blueprints.weather.providers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Set

    from blueprints.weather.client import Client
    from blueprints.weather.core.forecast import Alert, Forecast, Place, Wanted

Accepts = Literal["coordinates", "name", "area code"]


class Provider(Protocol):
    """The contract. Only `fetch` has to be there; the rest has the value given here where a class leaves it out."""

    name: str
    """What the user types; the name of the file when left out."""
    title: str
    """As people call it."""
    max_days: int = 7
    """How many days it looks ahead, today included."""
    alerts: bool = False
    """True when it also has `alerts_cover` and `fetch_alerts` (see `AlertSource`)."""
    needs_key: bool = False
    opt_in: bool = False
    """True when it is only asked by name or when listed in `weather.providers` by the user."""
    terms: str = ""
    """Where its terms of use stand."""
    attribution: str = ""
    """The line its licence asks for."""
    accepts: Set[Accepts] = frozenset({"coordinates"})
    coverage: str = "the world"

    def covers(self, place: Place) -> bool: ...

    async def fetch(self, place: Place, wanted: Wanted, client: Client) -> Forecast:
        """The forecast in °C, m/s, mm, hPa, metres and aware times; at least the wanted days where it has them.

        Raises any BlueprintsError, best `core.reading.Changed`; the next provider is asked then.
        """
        ...


@runtime_checkable
class AlertSource(Protocol):
    """What a provider with `alerts = True` also has."""

    def alerts_cover(self, place: Place) -> bool: ...

    async def fetch_alerts(self, place: Place, client: Client) -> tuple[Alert, ...]: ...
