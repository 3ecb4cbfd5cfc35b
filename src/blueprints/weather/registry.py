"""The providers there are: found by name, built with their settings, reported when broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blueprints import config, plugins
from blueprints.errors import ConfigError, UsageError
from blueprints.weather.choices import nearest
from blueprints.weather.providers import Provider

if TYPE_CHECKING:
    from blueprints.weather.core.forecast import Place

PACKAGE = "blueprints.weather.providers"
DEFAULTS: dict[str, Any] = {
    "title": "",
    "max_days": 7,
    "alerts": False,
    "needs_key": False,
    "opt_in": False,
    "terms": "",
    "attribution": "",
    "accepts": frozenset({"coordinates"}),
    "coverage": "the world",
    "refreshable": True,
    "reads": "answer",
    "base_url": "",
}
"""What a provider that does not say so is taken to be."""


@dataclass(frozen=True)
class Listed:
    """A provider with what it says about itself."""

    name: str
    provider: Provider
    title: str
    max_days: int
    alerts: bool
    needs_key: bool
    opt_in: bool
    terms: str
    attribution: str
    accepts: frozenset[str]
    coverage: str
    refreshable: bool
    reads: str
    """What it reads, for the message that this has changed."""
    base_url: str

    def takes(self, place: Place) -> bool:
        """Whether the provider can be asked about a place, wherever that lies."""
        if place.code is not None:
            return "area code" in self.accepts
        if place.has_coordinates:
            return "coordinates" in self.accepts or "name" in self.accepts
        return "name" in self.accepts

    def covers(self, place: Place) -> bool:
        covers = getattr(self.provider, "covers", None)
        if not self.takes(place):
            return False
        return covers is None or not place.has_coordinates or bool(covers(place))


def names() -> list[str]:
    return plugins.names(PACKAGE)


def load(name: str) -> Listed:
    """Raises plugins.Broken for a provider that does not work, UsageError for a name that nobody has."""
    if name not in plugins.built_in(PACKAGE) and name not in names():
        raise UsageError(f"no provider {name!r}{nearest(name, names()) or ':'} there are {', '.join(names())}")
    made = plugins.load(PACKAGE, name, "Provider")
    try:
        provider = made(*_settings(name)) if isinstance(made, type) else made
    except ConfigError:
        raise
    except Exception as error:
        raise plugins.Broken(name, f"{type(error).__name__}: {error}") from error
    if not callable(getattr(provider, "fetch", None)):
        raise plugins.Broken(name, "its class Provider has no method fetch")
    said = {key: getattr(provider, key, default) for key, default in DEFAULTS.items()}
    said["title"] = said["title"] or name
    said["accepts"] = frozenset(said["accepts"])
    return Listed(name=name, provider=provider, **said)


def _settings(name: str) -> tuple[Any, ...]:
    section = getattr(plugins.module(PACKAGE, name), "Settings", None)
    return () if section is None else (config.load(f"weather.{name}", section),)


def loaded(wanted: list[str], named: bool) -> tuple[list[Listed], dict[str, str]]:
    """The wanted providers and, by name, why others do not work; raises that reason when the user named just one."""
    found: list[Listed] = []
    broken: dict[str, str] = {}
    for name in dict.fromkeys(wanted):
        try:
            found.append(load(name))
        except plugins.Broken as error:
            if named and len(set(wanted)) == 1:
                raise
            broken[name] = error.why
    return found, broken


def clash(name: str) -> str | None:
    """What to say about a user's file that repeats a built-in name."""
    if name not in plugins.clashes(PACKAGE):
        return None
    return f"{name} is built in: the plug-in of that name in {plugins.user_folder(PACKAGE)} is ignored, rename it"
