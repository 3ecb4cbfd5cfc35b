"""Convert an amount, or a file of amounts."""

from typing import Any

import click

from blueprints.completion import files
from blueprints.errors import UsageError
from blueprints.fx.commands import _completion
from blueprints.fx.commands._given import date_option, json_option, source_option

EXAMPLE = "Example: blueprints fx convert 100 SEK USD --date 2018-02-12"


@click.command(
    epilog=EXAMPLE,
    # An amount may be negative: what looks like an option is one only if it is known.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, metavar="AMOUNT [FROM] TO...", shell_complete=_completion.codes)
@date_option
@source_option
@click.option(
    "--digits", type=click.IntRange(0, 12), metavar="N", help="Decimals of the result (0-12).  [default: ISO 4217]"
)
@click.option("--offline", is_flag=True, help="Never touch the network.")
@json_option
@click.option(
    "--file",
    "file",
    metavar="FILE|-",
    shell_complete=files,
    help="Convert a CSV file; then only [FROM] TO are named, for rows without.",
)
@click.option(
    "--out",
    metavar="FILE|-",
    shell_complete=files,
    help="Where the converted file goes; may be the input.  [default: stdout]",
)
@click.option(
    "--map", "mapping", metavar="NAME=COLUMN,...", help="Columns of amount, from, to and date, if named otherwise."
)
@click.option("--decimal", type=click.Choice([".", ","]), default=".", help="Decimal mark of the amounts read.")
@click.option("--strict", is_flag=True, help="Stop at the first bad row of a file.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes for a file.  [default: CPU count]")
def cli(words: tuple[str, ...], file: str | None, **options: Any) -> None:
    """Convert AMOUNT to each TO at the latest rate, or that of a day.

    With one code the amount is in the default currency; with more the first is FROM. `to` and `in` may stand between.
    """
    unknown = next(
        (word for word in words if word.startswith("-") and not word[1:2].isdigit() and word[1:2] != "."), None
    )
    if unknown not in (None, "-"):
        raise click.NoSuchOption(str(unknown), ctx=click.get_current_context())
    if file is not None:
        from blueprints.fx.bulk.command import convert_file

        convert_file(words, file, **options)
        return
    from blueprints.fx.single import convert

    for option in ("out", "mapping", "strict", "workers"):
        if options[option]:
            raise UsageError(f"--{option.replace('mapping', 'map')} needs --file")
    _require_target(words)
    convert(words, **options)


def _require_target(words: tuple[str, ...]) -> None:
    if not words:
        raise click.UsageError("name an amount and currencies")
    if len(words) == 1:
        raise click.UsageError(f"name a currency to convert {words[0]} to")
