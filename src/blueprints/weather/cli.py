"""`blueprints weather`, `weather places` and `weather providers`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from blueprints import config
from blueprints.command import Group
from blueprints.completion import completed, listed
from blueprints.errors import UsageError
from blueprints.weather.choices import Name, ProviderOption, fields, provider_names
from blueprints.weather.config import ALL_FIELDS, FIELDS, WeatherConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.weather.core.forecast import Place
    from blueprints.weather.core.horizon import Horizon
    from blueprints.weather.core.units import Units

UNITS = ("metric", "imperial", "si", "celsius", "fahrenheit")


@click.group(
    cls=Group,
    invoke_without_command=True,
    epilog='Example: blueprints weather --place "Springfield, Missouri" --weekend',
)
@click.option("-p", "--place", help="A name, `name, qualifier`, lat,lon, geonames:ID or a weather.com area code.")
@click.option("-t", "--today", is_flag=True, help="Now, and the rest of today (the default).")
@click.option("-5", "--five-days", is_flag=True, help="Today and four more days.")
@click.option("-10", "--ten-days", is_flag=True, help="Today and nine more days.")
@click.option("-w", "--weekend", is_flag=True, help="What is left of this weekend, else the next one.")
@click.option("-d", "--days", type=click.IntRange(1, 16), help="So many days from today on.")
@click.option("-H", "--hourly", is_flag=True, help="The next 24 hours.")
@click.option(
    "--provider",
    "providers",
    multiple=True,
    metavar="NAME",
    cls=ProviderOption,
    shell_complete=completed(provider_names),
    help="Ask only this one.",
)
@click.option("-u", "--units", type=Name("units", UNITS), help="Celsius and fahrenheit change the temperature only.")
@click.option(
    "-f",
    "--fields",
    "chosen",
    metavar="LIST",
    shell_complete=listed(lambda: ("all", *ALL_FIELDS)),
    help="Fields to print: a comma list, all, or +name and -name.",
)
@click.option("--compare", is_flag=True, help="Ask every provider at once and show how far they differ.")
@click.option("--offline", is_flag=True, help="Ask nobody: show what is stored.")
@click.option("--refresh", is_flag=True, help="Ask again, also where the stored answer is still fresh.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def cli(ctx: click.Context, /, **typed: Any) -> None:
    """The forecast for a place.

    Without a place the configured one is taken. Providers are asked in the configured order; when one is down or slow,
    the next one answers, and without a network the last known forecast is shown with its age.
    """
    if ctx.invoked_subcommand is None:
        _forecast(typed)


def _forecast(typed: dict[str, Any]) -> None:
    horizon_kind = _horizon_kind(typed)
    if typed["offline"] and typed["refresh"]:
        raise UsageError("--offline and --refresh exclude each other")
    if typed["compare"] and typed["hourly"]:
        raise UsageError("--compare compares days: leave out --hourly")
    configured = config.load("weather", WeatherConfig)
    usual = fields(configured.fields, FIELDS)
    shown = fields(typed["chosen"], usual) if typed["chosen"] else usual
    horizon = _horizon(horizon_kind, typed["days"], configured)
    place = _place(typed["place"] or configured.place or _asked_place())

    from blueprints.weather import answer, loop
    from blueprints.weather.core import units
    from blueprints.weather.report import Question
    from blueprints.weather.session import Session

    named = tuple(name.lower() for name in typed["providers"])
    question = Question(place, horizon, named or tuple(configured.providers), bool(named))
    session = Session(configured, refresh=typed["refresh"], offline=typed["offline"])
    system = units.named(typed["units"] or configured.units, configured.units)
    if typed["compare"]:
        compared = loop.run(answer.compared(question, session))
        _say(question.place, compared.place, compared.others, compared.notices)
        _print_comparison(compared, system, typed["as_json"])
    else:
        report = loop.run(answer.answered(question, session))
        _say(question.place, report.place, report.others, report.notices)
        _print_report(report, system, shown, typed["as_json"])


def _horizon_kind(typed: dict[str, Any]) -> str:
    kinds = [name for name in ("today", "five_days", "ten_days", "weekend", "days", "hourly") if typed[name]]
    if len(kinds) > 1:
        flags = " and ".join("--" + name.replace("_", "-") for name in kinds)
        raise UsageError(f"{flags} exclude each other: name one horizon")
    return kinds[0] if kinds else "today"


def _horizon(kind: str, days: int | None, configured: WeatherConfig) -> Horizon:
    from blueprints.weather.core.horizon import Horizon

    if kind in ("five_days", "ten_days", "days"):
        return Horizon("days", {"five_days": 5, "ten_days": 10}.get(kind, days or 1))
    if kind == "weekend":
        return Horizon("weekend", weekend=tuple(configured.weekend))
    return Horizon("hourly") if kind == "hourly" else Horizon("today")


def _asked_place() -> str:
    """Asked once where somebody can answer; raises UsageError elsewhere."""
    from blueprints import paths

    if sys.stdin.isatty() and sys.stderr.isatty():
        return str(click.prompt("Place", err=True))
    raise UsageError(f'no place given: use --place "Oslo" or set weather.place in {paths.config_file()}')


def _place(said: str) -> str:
    """What was said, without blanks around it; raises UsageError where nothing was.

    Providers that know names would answer such a question by where the caller's address is.
    """
    if not any(letter.isalnum() for letter in said):
        raise UsageError(f"{said.strip()!r} is no place: give a name, lat,lon, geonames:ID or an area code")
    return said.strip()


def _say(asked: str, place: Place, others: Sequence[Place], notices: Sequence[str]) -> None:
    """What is worth knowing beside the data, on stderr."""
    import shlex

    from blueprints import output

    if others:
        where = "{:.2f}, {:.2f}".format(*place.coordinates)
        name = shlex.quote(asked.partition(",")[0].strip())
        output.notice(f"{place.title} ({where}). {len(others)} more: blueprints weather places {name}")
    for text in notices:
        output.warning(text)


def _print_report(report: Any, system: Units, shown: Sequence[str], as_json: bool) -> None:
    from blueprints import output

    if as_json:
        from blueprints.weather import document

        output.json(document.report(report, system))
        return
    from blueprints.weather import printed, text

    text.show(printed.report(report, system, shown, output.width(), rich=sys.stdout.isatty()))


def _print_comparison(compared: Any, system: Units, as_json: bool) -> None:
    from blueprints import output

    if as_json:
        from blueprints.weather import document

        output.json(document.comparison(compared, system))
        return
    from blueprints.weather import side_by_side, text

    for column in compared.columns:
        if column.error:
            output.warning(f"{column.provider}: {column.error.removeprefix(column.provider + ': ')}")
    text.show(side_by_side.comparison(compared, system, output.width()))


@cli.command(epilog="Example: blueprints weather places Springfield --country US")
@click.argument("query", nargs=-1, required=True)
@click.option("--count", type=click.IntRange(1, 100), default=10, show_default=True, help="How many to list at most.")
@click.option("--country", metavar="CC", help="Only in this country, by its two letters.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def places(query: tuple[str, ...], count: int, country: str | None, as_json: bool) -> None:
    """List the places of a name."""
    from blueprints import output
    from blueprints.weather import answer, document, loop
    from blueprints.weather.failures import UnknownPlace
    from blueprints.weather.session import Session

    if country is not None and not (len(country) == 2 and country.isalpha()):
        raise UsageError(f"--country {country!r} is no country code: it is two letters, as in NO")
    session = Session(config.load("weather", WeatherConfig))
    name = _place(" ".join(query))
    found = loop.run(answer.found_places(session, name, count, country))
    if as_json:
        output.json({"places": [document.listed_place(place) for place in found]})
        return
    if not found:
        raise UnknownPlace(f'no place called "{name}": check the spelling, or give lat,lon to --place')
    from blueprints.weather import listing

    listing.places(found)


@cli.command(epilog="Example: blueprints weather providers")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def providers(as_json: bool) -> None:
    """List who can be asked, what they offer and on which terms."""
    from blueprints import output
    from blueprints.weather import listing
    from blueprints.weather.session import Session

    session = Session(config.load("weather", WeatherConfig), offline=True)
    rows = listing.provider_rows(session)
    if as_json:
        output.json({"providers": rows})
    else:
        listing.providers(rows)
