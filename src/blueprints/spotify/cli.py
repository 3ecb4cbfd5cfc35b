"""`blueprints spotify`: the app, and one command for each thing it can do."""

from typing import Any

import click

from blueprints import command, config
from blueprints.errors import UsageError
from blueprints.spotify.commands import access, browse, control, household, like, play, status
from blueprints.spotify.commands.options import DEMO
from blueprints.spotify.config import SpotifyConfig

SCREENS = ("search", "library", "queue", "devices")


@click.group(cls=command.Group, invoke_without_command=True, epilog="Example: blueprints spotify --demo")
@click.option("--screen", type=click.Choice(SCREENS), help="What to open with.  [default: search]")
@click.option("--device", metavar="D", help="Device to wake when none is active.")
@click.option("--demo", is_flag=True, help="Try everything against a built-in Spotify; no account needed.")
@config.options(SpotifyConfig, "mouse", "theme")
@click.pass_context
def cli(ctx: click.Context, /, screen: str | None, demo: bool, **typed: Any) -> None:
    """Search Spotify and steer whatever device is playing.

    Without a command the app opens. --demo before a command runs that against the built-in Spotify too, which begins
    anew with each call.
    """
    if ctx.invoked_subcommand is not None:
        if screen or any(value is not None for value in typed.values()):
            raise UsageError("--screen, --device, --mouse and --theme belong to the app: leave the command away")
        if demo and ctx.invoked_subcommand in ("login", "logout"):
            raise UsageError("--demo needs no login: it has one of its own")
        ctx.meta[DEMO] = demo
        return
    settings = config.load("spotify", SpotifyConfig, typed)
    from blueprints.spotify.app import opening

    opening.run(settings, screen or "search", demo=demo)


for one in (
    access.login,
    access.logout,
    status.status,
    browse.search,
    browse.albums,
    browse.tracks,
    browse.playlists,
    play.play,
    control.pause,
    control.toggle,
    control.next_,
    control.previous,
    control.seek,
    control.volume_,
    control.shuffle,
    control.repeat,
    play.queue,
    household.devices,
    household.transfer,
    like.like,
):
    cli.add_command(one)
