"""Devices."""

import click

from blueprints import output
from blueprints.spotify.commands.options import as_json, opened, printed


@click.command(epilog="Example: blueprints spotify devices --json")
@as_json
def devices(as_json: bool) -> None:
    """List the devices that Spotify runs on."""
    found = opened().player.devices()
    if as_json:
        output.json({"devices": found})
        return
    rows = [
        [
            "*" if one["is_active"] else "",
            one["name"],
            one["type"],
            one["volume_percent"],
            "no remote commands" if one["is_restricted"] or not one["id"] else "",
            one["id"],
        ]
        for one in found
    ]
    output.table(
        rows, ["", "Device", "Type", "Volume", "Note", "Id"], right=["Volume"], empty="No device: open Spotify on one."
    )


@click.command(epilog="Example: blueprints spotify transfer Kitchen")
@click.argument("device", metavar="D")
@click.option("--play/--no-play", default=None, help="Play, or stay silent, there.  [default: keep the state]")
@as_json
def transfer(device: str, play: bool | None, as_json: bool) -> None:
    """Move the music to another device: id, name, or a part of its name."""
    remote = opened()
    target = remote.player.device(device)
    remote.player.transfer(target, play)
    moved = remote.player.confirmed(lambda status: (status["device"] or {}).get("id") == target["id"])
    printed(moved, as_json)
