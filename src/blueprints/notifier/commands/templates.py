"""Commands for those who write templates; none needs the service."""

import sys
from typing import Any, BinaryIO

import click

from blueprints import command, config, output
from blueprints.errors import BlueprintsError, UsageError
from blueprints.notifier.config import NotifierConfig
from blueprints.notifier.core.kind import ALERT_KINDS


@click.group(
    "templates", cls=command.Group, invoke_without_command=True, epilog="Example: blueprints notifier templates check"
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one template a line.")
@click.pass_context
def templates(ctx: click.Context, as_json: bool) -> None:
    """The templates there are, with the files that make each."""
    if ctx.invoked_subcommand is not None:
        return
    from blueprints.notifier import parts

    found = parts.templates(config.load("notifier", NotifierConfig)).names()
    if as_json:
        for name, files in found.items():
            output.json_line({"name": name, "files": files})
        return
    rows = [(name, *row) for name, files in found.items() for row in _by_store(files)]
    output.table(rows, ("template", "store", "parts", "languages"))


@templates.command(epilog="Example: blueprints notifier templates check")
def check() -> None:
    """Render every template in every language it has with sample data; exit 1 if one is broken."""
    from blueprints.notifier import parts, samples

    settings = config.load("notifier", NotifierConfig)
    made = parts.templates(settings)
    broken = 0
    for name, files in made.names().items():
        for locale in _locales(files, settings.locale):
            try:
                made.render(name, locale, samples.variables(name), samples.CUSTOMER)
                output.line(f"{name} ({locale}): good")
            except BlueprintsError as error:
                broken += 1
                output.line(f"{name} ({locale}): {error}")
    if broken:
        raise BlueprintsError(f"{broken} broken; the lines above say where")


@click.command(epilog="Example: blueprints notifier preview order_shipped --locale de --part text")
@click.argument("template")
@click.option("--data", type=click.File("rb"), metavar="FILE|-", help="JSON: an order, an event's data, or variables.")
@click.option("--locale", help="Language, such as de.")
@click.option(
    "--part",
    type=click.Choice(("html", "text", "subject", "raw")),
    default="html",
    show_default=True,
    help="What to print.",
)
def preview(template: str, data: BinaryIO | None, locale: str | None, part: str) -> None:
    """Render a template without the service; without data with a built-in sample."""
    from blueprints.notifier import bodies, parts, samples

    settings = config.load("notifier", NotifierConfig)
    given = _variables(data) if data else samples.variables(template)
    chosen = locale or settings.locale
    rendered = parts.templates(settings).render(template, chosen, given, bodies.customer(given))
    if part == "raw":
        from blueprints.notifier import trial

        unsubscribe_url = given.get("unsubscribe_url") if template in ALERT_KINDS else None
        sys.stdout.buffer.write(
            trial.message_of(settings, rendered, "ada@example.org", unsubscribe_url=unsubscribe_url)
        )
    else:
        output.line(getattr(rendered, part).rstrip("\n"))


def _by_store(files: list[str]) -> list[tuple[str, str, str]]:
    """(store, parts, languages) for each store that has files of a template; `any` is the one for all others."""
    stores: dict[str, tuple[set[str], set[str]]] = {}
    for store, _, file in (name.partition(":") for name in files):
        _, *tags, suffix = file.split(".")
        parts, languages = stores.setdefault(store, (set(), set()))
        parts.add("subject" if "subject" in tags else {"txt": "text"}.get(suffix, suffix))
        languages.update([tag for tag in tags if tag != "subject"] or ["any"])
    return [(store, _joined(parts), _joined(languages)) for store, (parts, languages) in stores.items()]


def _joined(words: set[str]) -> str:
    return ", ".join(sorted(words))


def _locales(files: list[str], default: str) -> list[str]:
    """The default, and every language that a file of the template is written in."""
    found = {default: None}
    for file in files:
        words = file.partition(":")[2].split(".")
        if len(words) > 2 and words[-2] != "subject":
            found[words[-2]] = None
    return list(found)


def _variables(data: BinaryIO) -> dict[str, Any]:
    """Variables from a file: an event, its data, or an order alone."""
    from blueprints.notifier import checks

    try:
        found = checks.parsed(data.read())
    except (checks.NotJson, checks.Invalid) as error:
        raise UsageError(f"--data: {error}") from error
    inner = found.get("data")
    found = inner if isinstance(inner, dict) and "type" in found else found
    return {"order": found} if "order_customer" in found else found
