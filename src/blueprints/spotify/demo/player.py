"""The player: devices, what is on, what comes next; time moves it on."""

import random
from collections.abc import Callable
from typing import Any

from blueprints.spotify.demo import catalogue
from blueprints.spotify.demo.contexts import rows, start_row
from blueprints.spotify.demo.exchange import Refused

Json = dict[str, Any]


def device(name: str, kind: str, identifier: str | None, **changes: Any) -> Json:
    made = {
        "id": identifier,
        "is_active": False,
        "is_private_session": False,
        "is_restricted": False,
        "name": name,
        "type": kind,
        "volume_percent": 50,
        "supports_volume": True,
    }
    return {**made, **changes}


def household() -> list[Json]:
    """One of each sort: active, idle, without volume, restricted, without an id."""
    return [
        device("Laptop", "Computer", "d-laptop", is_active=True, volume_percent=69),
        device("Kitchen", "Speaker", "d-kitchen", volume_percent=40),
        device("Living Room Amplifier", "AVR", "d-amp", supports_volume=False, volume_percent=None),
        device("Television", "TV", "d-tv", is_restricted=True),
        device("Car", "Automobile", None),
    ]


class Player:
    """`now` gives seconds; positions are in milliseconds. Refuses as Spotify refuses."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.devices = household()
        self.context: str | None = None
        self.uris: list[str] = []
        self.index = 0
        self.queue: list[str] = []
        self.queued: str | None = None
        """What is on out of the queue, instead of the row at `index`."""
        self.shuffle = False
        self.repeat = "off"
        self.is_playing = False
        self.position_ms = 0.0
        self.moved_at = now()
        self.wake_looks = 0
        """How many looks at the devices a woken one stays idle for."""
        self.waking: str | None = None
        self.advertisement = False
        self.chooser = random.Random(7)  # noqa: S311 - shuffles songs
        self.history: list[str] = []

    # what is true now

    def active(self) -> Json | None:
        return next((one for one in self.devices if one["is_active"]), None)

    def current_uri(self) -> str | None:
        self._move_on()
        if self.queued:
            return self.queued
        return self.uris[self.index] if self.uris else None

    def state(self) -> Json | None:
        """The body of `GET /me/player`; None is 204."""
        uri = self.current_uri()
        active = self.active()
        if active is None:
            return None
        found = catalogue.playable(uri) if uri and not self.advertisement else None
        return {
            "device": active,
            "repeat_state": self.repeat,
            "shuffle_state": self.shuffle,
            "smart_shuffle": False,
            "context": self._context(),
            "timestamp": int(self.now() * 1000),
            "progress_ms": int(self.position_ms),
            "is_playing": self.is_playing,
            "item": found,
            "currently_playing_type": self._kind(found),
            "actions": {"disallows": {"resuming" if self.is_playing else "pausing": True}},
        }

    def _kind(self, found: Json | None) -> str:
        if self.advertisement:
            return "ad"
        return str(found["type"]) if found else "unknown"

    def _context(self) -> Json | None:
        if not self.context:
            return None
        kind, _, found = self.context.removeprefix("spotify:").partition(":")
        address = f"https://api.spotify.com/v1/{kind}s/{found}"
        return {"type": kind, "href": address, "external_urls": {}, "uri": self.context}

    def upcoming(self) -> list[str]:
        self._move_on()
        return (self.queue + self.uris[self.index + 1 : self.index + 20])[:20]

    def look_at_devices(self) -> list[Json]:
        """A woken device becomes active after `wake_looks` looks."""
        if self.waking:
            if self.wake_looks <= 0:
                self._activate(self.waking)
            self.wake_looks -= 1
        return self.devices

    # commands

    def play(self, wanted: str | None, body: Json) -> None:
        self._on(wanted)
        if "context_uri" in body:
            self._start_context(str(body["context_uri"]), body.get("offset"))
        elif "uris" in body:
            uris = [str(uri) for uri in body["uris"]]
            for uri in uris:
                catalogue.playable(uri)  # refuses what there is not, before anything has changed
            self._start(None, uris, body.get("offset"))
        elif not self.uris:
            raise Refused(403, "Player command failed: Restriction violated", "UNKNOWN")
        elif self.is_playing and not body:
            raise Refused(403, "Player command failed: Restriction violated", "NOT_PAUSED")
        if "position_ms" in body:
            self.position_ms = float(body["position_ms"])
        self._resume()

    def pause(self, wanted: str | None) -> None:
        self._on(wanted)
        self._move_on()
        if not self.is_playing:
            raise Refused(403, "Player command failed: Already paused", "ALREADY_PAUSED")
        self.is_playing = False

    def next(self, wanted: str | None) -> None:
        self._on(wanted)
        self._move_on()
        self._skip()
        self._resume()

    def previous(self, wanted: str | None) -> None:
        self._on(wanted)
        self._move_on()
        if self.position_ms > 3000:
            self.position_ms = 0
        elif self.index == 0:
            raise Refused(403, "Player command failed: No previous track", "NO_PREV_TRACK")
        else:
            self.index -= 1
            self.queued = None
            self.position_ms = 0
        self._resume()

    def seek(self, wanted: str | None, position_ms: int) -> None:
        self._on(wanted)
        self._move_on()
        if position_ms < 0:
            raise Refused(400, "Invalid position")
        self.position_ms = float(position_ms)

    def set_volume(self, wanted: str | None, percent: int) -> None:
        target = self._on(wanted)
        if not 0 <= percent <= 100:
            raise Refused(400, "Invalid volume")
        if not target["supports_volume"]:
            raise Refused(403, "Player command failed: Cannot control device volume", "VOLUME_CONTROL_DISALLOW")
        target["volume_percent"] = percent

    def set_repeat(self, wanted: str | None, state: str) -> None:
        self._on(wanted)
        if state not in ("off", "context", "track"):
            raise Refused(400, "Invalid state")
        self.repeat = state

    def set_shuffle(self, wanted: str | None, state: bool) -> None:
        self._on(wanted)
        self.shuffle = state

    def enqueue(self, wanted: str | None, uri: str) -> None:
        self._on(wanted)
        catalogue.playable(uri)
        self.queue.append(uri)

    def transfer(self, body: Json) -> None:
        ids = body.get("device_ids")
        if not isinstance(ids, list) or len(ids) != 1:
            raise Refused(400, "Exactly one device id is supported")
        target = self._device(str(ids[0]))
        self._move_on()
        if self.wake_looks > 0:
            self.waking = target["id"]
        else:
            self._activate(str(target["id"]))
        if body.get("play") is True and self.uris:
            self._resume()

    # how it works

    def _device(self, wanted: str) -> Json:
        found = next((one for one in self.devices if one["id"] == wanted), None)
        if found is None:
            raise Refused(404, "Device not found")
        if found["is_restricted"]:
            raise Refused(403, "Player command failed: Not controllable", "DEVICE_NOT_CONTROLLABLE")
        return found

    def _on(self, wanted: str | None) -> Json:
        """The device a command is for; naming an idle one makes it active."""
        if wanted:
            target = self._device(wanted)
            self._activate(wanted)
            return target
        active = self.active()
        if active is None:
            raise Refused(404, "Player command failed: No active device found", "NO_ACTIVE_DEVICE")
        if active["is_restricted"]:
            raise Refused(403, "Player command failed: Not controllable", "DEVICE_NOT_CONTROLLABLE")
        return active

    def _activate(self, wanted: str) -> None:
        self.waking = None
        for one in self.devices:
            one["is_active"] = one["id"] == wanted

    def _start_context(self, context: str, offset: Any) -> None:
        parts = context.split(":")
        if parts[1] == "user" and len(parts) >= 4:
            parts = [parts[0], *parts[3:]]  # the old forms name the user first
        kind, found = parts[1], parts[-1]
        if kind == "artist" and offset:
            raise Refused(400, "Can't have offset for context type: ARTIST")
        self._start(context, rows(kind, found), offset)

    def _start(self, context: str | None, uris: list[str], offset: Any) -> None:
        if not uris:
            raise Refused(400, "Nothing to play")
        self.index = start_row(uris, offset)
        self.context = context
        self.uris = uris
        self.queued = None
        self.position_ms = 0
        self.moved_at = self.now()

    def _resume(self) -> None:
        self.is_playing = True
        self.moved_at = self.now()

    def _move_on(self) -> None:
        """Let the time since the last look pass."""
        now = self.now()
        if self.is_playing:
            self.position_ms += (now - self.moved_at) * 1000
        self.moved_at = now
        while self.is_playing and (uri := self.queued or (self.uris[self.index] if self.uris else None)):
            length = catalogue.playable(uri)["duration_ms"]
            if self.position_ms < length:
                return
            left = self.position_ms - length
            self._end_of_item()
            self.position_ms = left if self.is_playing else 0

    def _end_of_item(self) -> None:
        if self.repeat != "track":
            self._skip()

    def _skip(self) -> None:
        self.history.append(self.queued or (self.uris[self.index] if self.uris else ""))
        self.position_ms = 0
        if self.queue:
            self.queued = self.queue.pop(0)
            return
        self.queued = None
        if self.shuffle and self.uris:
            self.index = self.chooser.randrange(len(self.uris))
        elif self.index + 1 < len(self.uris):
            self.index += 1
        else:
            self.index = 0
            self.is_playing = self.repeat == "context"
