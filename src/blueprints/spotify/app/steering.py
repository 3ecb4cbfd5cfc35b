"""Commands of the app: sent one at a time, shown at once, bursts of volume and seek merged."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blueprints.errors import BlueprintsError
from blueprints.spotify.app import watch
from blueprints.spotify.app.network import Network
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.app.watch import Watch
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.playback import REPEATS
from blueprints.spotify.core.volume import stepped
from blueprints.spotify.errors import DeviceChoice
from blueprints.spotify.player import Player

BURST_S = 0.15
"""A pause in a burst of presses after which its sum is sent."""
LONGEST_BURST_S = 1.0


@dataclass(frozen=True)
class Command:
    """`send` is called in a thread with a device id, None for the active one."""

    send: Callable[[str | None], None]
    done: str = ""
    """A notice after success."""


class Burst:
    """Merges presses: `fire` gets the last value once they pause."""

    def __init__(self, pace: Pace, fire: Callable[[int], None]) -> None:
        self._pace = pace
        self._fire = fire
        self._timer: asyncio.TimerHandle | None = None
        self._started = 0.0
        self.value: int | None = None

    def press(self, value: int) -> None:
        if self.value is None:
            self._started = self._pace.now()
        self.value = value
        if self._timer:
            self._timer.cancel()
        left = max(0.0, LONGEST_BURST_S - (self._pace.now() - self._started))
        self._timer = asyncio.get_running_loop().call_later(self._pace.real(min(BURST_S, left)), self._end)

    def _end(self) -> None:
        value, self.value, self._timer = self.value, None, None
        if value is not None:
            self._fire(value)


class Steering:
    """`told` shows a notice, `failed` an error, `ask` lets the user choose among devices and then calls back."""

    def __init__(
        self,
        network: Network,
        player: Player,
        view: Watch,
        pace: Pace,
        *,
        told: Callable[[str], Any],
        failed: Callable[[BlueprintsError], Any],
        ask: Callable[[list[Json], Callable[[Json], None]], Any],
    ) -> None:
        self._network = network
        self._player = player
        self._watch = view
        self._told = told
        self._failed = failed
        self._ask = ask
        self._queue: asyncio.Queue[Command] = asyncio.Queue()
        self._runner: asyncio.Task[None] | None = None
        self._volumes = Burst(pace, lambda percent: self._send(lambda on: player.volume(percent, on)))
        self._seeks = Burst(pace, lambda target: self._send(lambda on: player.seek(target, on)))

    def close(self) -> None:
        if self._runner:
            self._runner.cancel()

    # what keys and palette call

    def toggle(self) -> None:
        status = self._watch.status
        is_playing = bool(status and status["is_playing"])
        self._watch.expect("is_playing", watch.value("is_playing", not is_playing))
        self._send(self._player.pause if is_playing else lambda on: self._player.play(None, on))

    def next(self) -> None:
        self._send(self._player.next)

    def previous(self) -> None:
        self._send(self._player.previous)

    def seek_by(self, milliseconds: int) -> None:
        progress = self._seeks.value if self._seeks.value is not None else self._watch.progress_ms()
        if progress is not None:
            self.seek_to(progress + milliseconds)

    def seek_share(self, share: float) -> None:
        duration = self._duration()
        if duration is not None:
            self.seek_to(int(duration * share))

    def seek_to(self, milliseconds: int) -> None:
        duration = self._duration()
        target = max(0, milliseconds if duration is None else min(milliseconds, duration))
        self._watch.expect("position", watch.position(target))
        self._seeks.press(target)

    def _duration(self) -> int | None:
        item = self._watch.status["item"] if self._watch.status else None
        return item["duration_ms"] if item else None

    def volume_by(self, step: int) -> None:
        """Louder or quieter by so many percent; sent once the presses pause."""
        device = self._watch.status["device"] if self._watch.status else None
        if not device:
            self._told("No device is active: d lists the devices.")
            return
        if device["supports_volume"] is False or device["volume_percent"] is None:
            self._told(f"{device['name']} has no volume control.")
            return
        target = stepped(device["volume_percent"], step)
        self._watch.expect("volume", watch.volume(target))
        self._volumes.press(target)

    def shuffle(self) -> None:
        wanted = not (self._watch.status or {}).get("shuffle")
        self._watch.expect("shuffle", watch.value("shuffle", wanted))
        self._send(lambda on: self._player.shuffle(wanted, on))

    def repeat(self) -> None:
        before = (self._watch.status or {}).get("repeat") or "off"
        wanted = REPEATS[(REPEATS.index(before) + 1) % len(REPEATS)]
        self._watch.expect("repeat", watch.value("repeat", wanted))
        self._send(lambda on: self._player.repeat(wanted, on))

    def play(self, body: dict[str, Any], name: str) -> None:
        self._told(f"Playing {name}")
        self._send(lambda on: self._player.play(body, on, name))

    def enqueue(self, uri: str, name: str) -> None:
        self._send(lambda on: self._player.enqueue(uri, on), f"Queued {name}")

    def transfer(self, device: Json) -> None:
        self._send(lambda _on: self._player.transfer(device), f"Moved to {device['name']}")

    # how they are sent

    def _send(self, send: Callable[[str | None], None], done: str = "") -> None:
        self._network.is_used_up = False  # the user acts: a quota is tried again
        self._queue.put_nowait(Command(send, done))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while not self._queue.empty():
            await self._carry_out(self._queue.get_nowait())
        self._watch.soon()

    async def _carry_out(self, command: Command) -> None:
        try:
            await self._network.call(command.send, None)
        except DeviceChoice as choice:
            self._ask(choice.devices, lambda device: self._send(self._woken(command, device), command.done))
        except BlueprintsError as error:
            self._watch.drop_expectations()
            self._failed(error)
        else:
            if command.done:
                self._told(command.done)

    def _woken(self, command: Command, device: Json) -> Callable[[str | None], None]:
        def send(_on: str | None) -> None:
            self._player.wake(device)
            command.send(str(device["id"]))

        return send
