"""The program's commands: the tools, the services' clients, and `serve`. Naming one here is all it takes."""

import os

import click

from blueprints.command import SETTINGS, LazyGroup, run

TOOLS: tuple[str, ...] = ("weather", "fx", "spotify", "vote")
SERVICES: tuple[str, ...] = ("store", "orders", "notifier", "messenger")

FIRST_STEPS = """Example: blueprints fx convert 100 USD EUR

\b
All of these work without an account or a key:
  blueprints fx convert 100 USD EUR SEK --date 2024-03-30
  blueprints weather --today --place Oslo
  blueprints vote debian arch --source replay:demo
  blueprints spotify --demo
  blueprints serve all --demo
"""


def _commands(names: tuple[str, ...], attribute: str) -> dict[str, tuple[str, str]]:
    return {name: (f"blueprints.{name}", attribute) for name in names}


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"blueprints {version('blueprints')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    lists={
        "Tools": _commands(TOOLS, "cli"),
        "Services": _commands(SERVICES, "cli"),
        "House": {
            "serve": ("blueprints.web.serving", "cli"),
            "manage": ("blueprints.web.manage", "cli"),
            "config": ("blueprints.config", "cli"),
        },
    },
    context_settings=SETTINGS,
    invoke_without_command=True,
    epilog=FIRST_STEPS,
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Tools for the terminal and services for the web.

    Every command has its own --help with an example. Data goes to stdout, everything else to stderr.
    """
    if debug:
        os.environ["BLUEPRINTS_DEBUG"] = "1"
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> int:
    """Run the program of the command line; its exit code."""
    if "_BLUEPRINTS_COMPLETE" in os.environ:
        from blueprints import shells

        shells.install()
    return run(cli)
