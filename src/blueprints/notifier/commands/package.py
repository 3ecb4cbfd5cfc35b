"""`blueprints notifier package`."""

from pathlib import Path

import click

from blueprints import output


@click.command(epilog="Example: blueprints notifier package --out notifier.zip --arch arm64")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option(
    "--python",
    type=click.Choice(("3.12", "3.13", "3.14")),  # those that Lambda runs on Amazon Linux 2023
    default="3.13",
    show_default=True,
    help="Python of the function.",
)
@click.option(
    "--arch",
    type=click.Choice(("arm64", "x86_64")),
    default="arm64",
    show_default=True,
    help="Processor of the function.",
)
def package(out: Path, python: str, arch: str) -> None:
    """Write the zip file of the AWS Lambda function."""
    from blueprints.notifier import bundle

    size = bundle.build(out, python, arch)
    output.line(f"{out}: {size / 1_000_000:.1f} MB for Python {python} on {arch}")
