"""Who can be asked about a place, in which order, and why the others cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.errors import UsageError
from blueprints.weather.failures import Held, NotCovered, ProviderFailed
from blueprints.weather.race import Attempt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.weather.core.forecast import Place
    from blueprints.weather.registry import Listed
    from blueprints.weather.session import Session


def chosen(
    providers: Sequence[Listed], place: Place, days: int, session: Session, *, named: bool
) -> tuple[list[Listed], list[Attempt]]:
    """Those to ask, the ones that look far enough ahead first, and those passed over.

    Raises UsageError for an area code that nobody among them takes, NotCovered when all were named and none covers.
    """
    if place.code is not None and not any(listed.takes(place) for listed in providers):
        raise UsageError(
            f"{place.code} is an area code of weather.com, which only weather_com takes: add --provider weather_com"
        )
    covering = [listed for listed in providers if listed.covers(place)]
    if named and providers and not covering:
        raise NotCovered(_not_covered(providers))
    passed = [_passed(listed, _why_not(listed, place)) for listed in providers if listed not in covering]
    free = []
    for listed in covering:
        until = session.store.held_until(listed.name, session.now)
        if until is None:
            free.append(listed)
        else:
            passed.append(_passed(listed, Held(f"asked for a pause until {until:%H:%M:%S} UTC")))
    return sorted(free, key=lambda listed: listed.max_days < days), passed


def _passed(listed: Listed, failure: ProviderFailed) -> Attempt:
    return Attempt(listed.name, "skipped", error=str(failure), failure=failure)


def _why_not(listed: Listed, place: Place) -> ProviderFailed:
    if listed.takes(place):
        return ProviderFailed(f"covers {listed.coverage} only")
    return ProviderFailed(
        "needs coordinates, and the name could not be looked up" if place.code is None else "takes no area code"
    )


def _not_covered(providers: Sequence[Listed]) -> str:
    told = "; ".join(f"{listed.name} covers {listed.coverage} only" for listed in providers)
    return f"{told}; use another --provider"
