"""The lists of `weather places` and `weather providers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprints import output, plugins
from blueprints.errors import ConfigError
from blueprints.weather import registry
from blueprints.weather.core import words
from blueprints.weather.core.rounding import MISSING
from blueprints.weather.text import Column, Span, shortened, show, table, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.weather.core.forecast import Place
    from blueprints.weather.session import Session


def places(found: Sequence[Place]) -> None:
    def column(title: str, values: list[Any], *, right: bool = False, flexible: bool = False) -> Column:
        return Column(title, [Span(MISSING if one is None else str(one)) for one in values], right, flexible)

    columns = [
        column("Id", [place.id for place in found], right=True),
        column("Name", [place.name for place in found], flexible=True),
        column("Region", [_region(place) for place in found], flexible=True),
        column("CC", [place.country_code for place in found]),
        column("Coordinates", ["{:.2f},{:.2f}".format(*place.coordinates) for place in found]),
        column("m", [None if one.elevation is None else round(one.elevation) for one in found], right=True),
        column("Zone", [place.timezone for place in found]),
        column("People", [place.population for place in found], right=True),
    ]
    show(table(columns, output.width()))


def _region(place: Place) -> str | None:
    """`Missouri, Greene`."""
    return ", ".join(part for part in (place.admin1, place.admin2) if part) or None


def provider_rows(session: Session) -> list[dict[str, Any]]:
    """One mapping for each provider, also for those that do not work; the keys are those of the JSON."""
    rows = [_row(name, session) for name in registry.names()]
    return rows + [_broken(name, registry.clash(name) or "") for name in plugins.clashes(registry.PACKAGE)]


def _row(name: str, session: Session) -> dict[str, Any]:
    try:
        listed = registry.load(name)
    except (plugins.Broken, ConfigError) as error:
        return _broken(name, error.why if isinstance(error, plugins.Broken) else str(error))
    until = session.store.held_until(name, session.now)
    return {
        "name": name,
        "title": listed.title,
        "max_days": listed.max_days,
        "needs_key": listed.needs_key,
        "alerts": listed.alerts,
        "coverage": listed.coverage,
        "opt_in": listed.opt_in,
        "base_url": listed.base_url or None,
        "terms": listed.terms or None,
        "attribution": listed.attribution or None,
        "state": "ready" if until is None else f"on hold until {words.clock(until)} UTC",
    }


def _broken(name: str, why: str) -> dict[str, Any]:
    unknown = dict.fromkeys(
        ("title", "max_days", "needs_key", "alerts", "coverage", "opt_in", "base_url", "terms", "attribution")
    )
    return {"name": name, **unknown, "state": f"broken: {why}"}


def providers(rows: list[dict[str, Any]]) -> None:
    """A block for each provider: what it offers, where it is, on which terms."""
    free = output.width()
    wide = max(len(row["name"]) for row in rows) + 2
    lines: list[Sequence[Span]] = []
    for row in rows:
        style = "green" if row["state"] == "ready" else "yellow"
        lines.append((Span(row["name"].ljust(wide), "bold"), Span(shortened(row["state"], free - wide), style)))
        for text in _details(row):
            lines += [(Span(" " * wide), *line) for line in wrapped(text, free - wide)]
    show(lines)


def _details(row: dict[str, Any]) -> list[str]:
    if row["title"] is None:
        return []
    offers = [
        row["title"],
        f"{row['max_days']} days",
        "needs a key" if row["needs_key"] else "no key",
        "alerts" if row["alerts"] else "no alerts",
        *(["opt-in"] if row["opt_in"] else []),
    ]
    told = (row["coverage"], row["base_url"], row["terms"] and f"terms: {row['terms']}", row["attribution"])
    return [", ".join(offers), *(text for text in told if text)]
