"""`blueprints serve all`."""

import click

from blueprints.web import service as services


@click.command(epilog="Example: blueprints serve all --demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65000), help="First of the ports.  [default: each service's own, from 8000]"
)
@click.option("--demo", is_flag=True, help="Fill empty databases with an example.")
def cli(host: str, port: int | None, demo: bool) -> None:
    """Serve every service at once, each with its own process, database and port, introduced to each other.

    Keys and signing secrets between them are generated into the data folder.
    """
    from blueprints.web.together.run import run_all

    found = [services.load(name) for name in services.names()]
    run_all({one: one.port if port is None else port + index for index, one in enumerate(found)}, host, demo=demo)
