"""`blueprints config`: what is set, where it comes from, whether it is right, and a file to start from."""

import click

from blueprints import command, output, paths
from blueprints.completion import completed
from blueprints.errors import BlueprintsError


def _sections() -> list[str]:
    from blueprints.config import report

    return list(report.sections())


@click.group(cls=command.Group, epilog="Example: blueprints config show weather")
def cli() -> None:
    """Show, check and start the configuration file.

    Settings come from flags, then environment variables, then the file, then the defaults.
    """


@cli.command(epilog="Example: blueprints config show fx --json")
@click.argument("section", required=False, shell_complete=completed(_sections))
@click.option("--json", "as_json", is_flag=True, help="Print one object: settings, each with key, value, origin.")
def show(section: str | None, as_json: bool) -> None:
    """Show the settings in force and where each comes from; secrets are masked."""
    from blueprints.config import report

    rows = [row for row in report.rows() if section is None or f"{row.key}.".startswith(f"{section}.")]
    if section is not None and not rows:
        raise click.UsageError(f"no section {section}: there are {', '.join(report.sections())}")
    if as_json:
        output.json({"settings": [row.as_json() for row in rows]})
        return
    output.table([(row.key, row.shown, row.origin) for row in rows], ("setting", "value", "from"))


@cli.command(epilog="Example: blueprints config path")
def path() -> None:
    """Print the path of the configuration file, which need not exist."""
    output.line(str(paths.config_file()))


@cli.command(epilog="Example: blueprints config check")
def check() -> None:
    """Check every setting of the file and the environment; exit code 2 names each fault."""
    from blueprints.config import report

    faults = report.faults()
    if faults:
        for fault in faults[:-1]:
            output.notice(f"Error: {fault}")
        raise click.exceptions.UsageError(str(faults[-1]))
    file = paths.config_file()
    there = "" if file.exists() else " is not there, which is fine; the defaults and the environment"
    output.notice(f"{file}{there}: no faults.")


@cli.command(epilog="Example: blueprints config init")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(force: bool) -> None:
    """Write a configuration file in which every setting stands, commented out, with its help."""
    from blueprints.config import report

    target = paths.config_file()
    if target.exists() and not force:
        raise BlueprintsError(f"{target} is there already: --force replaces it")
    paths.private_file(target, report.example().encode())
    output.notice(f"Wrote {target}: every setting stands in it, commented out.")
