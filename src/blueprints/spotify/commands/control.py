"""Steer the player."""

from collections.abc import Callable

import click

from blueprints.spotify.commands.options import as_json, commanded, device_id, on_device, opened, printed
from blueprints.spotify.core import playback, times, volume
from blueprints.spotify.core.items import Json
from blueprints.spotify.errors import DeviceRefuses, NotFound
from blueprints.spotify.player import Player

SIGNED = {"ignore_unknown_options": True}
"""Lets `seek -15` pass as an argument."""
NEXT_REPEAT = dict(zip(playback.REPEATS, (*playback.REPEATS[1:], playback.REPEATS[0]), strict=True))


def _simple(name: str, help: str, send: Callable[[Player, str | None], None], playing: bool | None) -> click.Command:
    """A command without an argument; `playing` is what should be true afterwards, None when that is not known."""
    is_true = None if playing is None else lambda status: bool(status["is_playing"]) is playing

    @click.command(name, help=help, epilog=f"Example: blueprints spotify {name}")
    @on_device
    @as_json
    def command(device: str | None, as_json: bool) -> None:
        remote = opened()
        commanded(remote, lambda on: send(remote.player, on), device, as_json, is_true)

    return command


pause = _simple("pause", "Pause.", lambda player, on: player.pause(on), False)
next_ = _simple("next", "Skip to the next track.", lambda player, on: player.next(on), None)
previous = _simple("previous", "Skip back.", lambda player, on: player.previous(on), None)


@click.command(epilog="Example: blueprints spotify toggle")
@on_device
@as_json
def toggle(device: str | None, as_json: bool) -> None:
    """Pause what plays, or go on with what is paused."""
    remote = opened()
    is_playing = remote.player.status()["is_playing"]
    send = remote.player.pause if is_playing else lambda on: remote.player.play(device=on)
    commanded(remote, send, device, as_json, lambda status: status["is_playing"] is not is_playing)


@click.command(context_settings=SIGNED, epilog="Example: blueprints spotify seek 1:30")
@click.argument("position")
@on_device
@as_json
def seek(position: str, device: str | None, as_json: bool) -> None:
    """Move within the item: 90, 1:30, 1:02:03, +15, -15 or 50%."""
    times.target_position(position, 0, 0)  # a wrong form is refused before any request
    remote = opened()
    progress, duration = _whereabouts(remote.player) if times.is_relative(position) else (None, None)
    target = times.target_position(position, progress, duration)
    commanded(
        remote,
        lambda on: remote.player.seek(target, on),
        device,
        as_json,
        lambda status: abs((status["progress_ms"] or 0) - target) < 3000,
    )


def _whereabouts(player: Player) -> tuple[int, int | None]:
    status = player.status()
    if not status["item"]:
        raise NotFound("nothing is playing that could be moved in")
    return status["progress_ms"] or 0, status["item"]["duration_ms"]


@click.command(name="volume", context_settings=SIGNED, epilog="Example: blueprints spotify volume +5")
@click.argument("level", required=False, metavar="[N]")
@on_device
@as_json
def volume_(level: str | None, device: str | None, as_json: bool) -> None:
    """Set the volume: 0 to 100, +5, -5; without N print it."""
    if level is not None:
        volume.target_volume(level, 0)  # a wrong form is refused before any request
    remote = opened()
    if level is None:
        printed(remote.player.status(), as_json)
        return
    held = _held(remote.player, device) if level[:1] in ("+", "-") else {}
    target = volume.target_volume(level, held.get("volume_percent"))
    commanded(remote, lambda on: remote.player.volume(target, on), device, as_json, lambda status: _at(status, target))


def _at(status: Json, percent: int) -> bool:
    return bool(status["device"]) and status["device"]["volume_percent"] == percent


def _held(player: Player, wanted: str | None) -> Json:
    """The device whose volume a step starts from."""
    found = player.device(wanted) if wanted else player.status()["device"]
    if found and (found["supports_volume"] is False or found["volume_percent"] is None):
        raise DeviceRefuses(f"{found['name']} has no volume control: Spotify forbids setting it from afar")
    return found or {}


@click.command(epilog="Example: blueprints spotify shuffle on")
@click.argument("state", required=False, type=click.Choice(["on", "off", "toggle"]))
@on_device
@as_json
def shuffle(state: str | None, device: str | None, as_json: bool) -> None:
    """Set shuffle; without an argument print it."""
    remote = opened()
    before = remote.player.status() if state in (None, "toggle") else None
    if before is not None and state is None:
        _told(before, as_json, f"shuffle {_on_off(before['shuffle'])}")
        return
    wanted = not before["shuffle"] if before is not None else state == "on"
    remote.player.shuffle(wanted, device_id(remote, device))
    _told(remote.player.confirmed(lambda status: status["shuffle"] is wanted), as_json, f"shuffle {_on_off(wanted)}")


@click.command(epilog="Example: blueprints spotify repeat context")
@click.argument("state", required=False, type=click.Choice([*playback.REPEATS, "cycle"]))
@on_device
@as_json
def repeat(state: str | None, device: str | None, as_json: bool) -> None:
    """Set repeat; without an argument print it."""
    remote = opened()
    before = remote.player.status() if state in (None, "cycle") else None
    if before is not None and state is None:
        _told(before, as_json, f"repeat {before['repeat'] or 'off'}")
        return
    wanted = NEXT_REPEAT[before["repeat"] or "off"] if before is not None else str(state)
    remote.player.repeat(wanted, device_id(remote, device))
    _told(remote.player.confirmed(lambda status: status["repeat"] == wanted), as_json, f"repeat {wanted}")


def _on_off(state: bool | None) -> str:
    return "on" if state else "off"


def _told(status: Json, as_json: bool, what: str) -> None:
    if as_json:
        printed(status, True)
        return
    from blueprints import output

    output.line(f"{what}; {playback.sentence(status)}")
