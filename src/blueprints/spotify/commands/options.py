"""Options and steps that several commands share."""

import sys
from collections.abc import Callable
from typing import Any

import click

from blueprints import config, output
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.core import playback
from blueprints.spotify.core.items import Json
from blueprints.spotify.errors import DeviceChoice
from blueprints.spotify.remote import Remote, for_command

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
on_device = click.option("--device", metavar="D", help="Device: id, name, or a part of its name.")
DEMO = "blueprints.spotify.demo"
"""Key of click's context: the command is to run against the built-in Spotify."""
KINDS = ("track", "album", "artist", "playlist", "show", "episode", "audiobook")


def opened(**typed: Any) -> Remote:
    """The remote for a command's settings; `typed` are flags that are settings too."""
    context = click.get_current_context()
    settings = config.load("spotify", SpotifyConfig, typed)
    if context.meta.get(DEMO):
        from blueprints.spotify.demonstration import demonstration

        settings = context.with_resource(demonstration(settings))
    remote = for_command(settings)
    context.call_on_close(remote.web.close)
    return remote


def device_id(remote: Remote, wanted: str | None) -> str | None:
    """The id of the device named on the command line, None when none was."""
    return str(remote.player.device(wanted)["id"]) if wanted else None


def commanded(
    remote: Remote,
    send: Callable[[str | None], None],
    device: str | None,
    shown: bool,
    is_true: Callable[[Json], bool] | None = None,
) -> None:
    """Send a player command, to `device` if one is named, then print what is true afterwards (`shown`: as JSON)."""
    target = device_id(remote, device)
    try:
        send(target)
    except DeviceChoice as choice:
        woken = chosen(choice)
        remote.player.wake(woken)
        send(woken["id"])
    printed(remote.player.confirmed(is_true), shown)


def printed(status: Json, shown: bool) -> None:
    if shown:
        output.json(status)
    else:
        output.line(playback.sentence(status))


def chosen(choice: DeviceChoice) -> Json:
    """The device a person picks from a numbered list; off a terminal the error, which lists the names."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise choice
    for number, device in enumerate(choice.devices, 1):
        output.notice(f"{number}  {device['name']} ({device['type']})")
    number = click.prompt("No device is active. Play on", type=click.IntRange(1, len(choice.devices)), err=True)
    return choice.devices[int(number) - 1]
