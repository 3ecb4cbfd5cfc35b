"""Commands to whatever device is playing, waking one where none is active."""

from collections.abc import Callable
from typing import Any

from blueprints import clock
from blueprints.spotify.core import devices, items, playback, scopes
from blueprints.spotify.core.items import Json
from blueprints.spotify.errors import (
    BadArgument,
    DeviceChoice,
    DeviceRefuses,
    NoActiveDevice,
    NoDevice,
    NotFound,
    PlayerRefused,
)
from blueprints.spotify.web import Web

TYPES = {"additional_types": "track,episode"}
WAKE_PAUSE_S = 0.5
WAKE_LOOKS = 10
"""Looks at the devices, half a second apart, for a woken one to become active."""
SETTLE_S = 0.7
"""Live servers tell the old state for about this long after a command."""
CONFIRMING_LOOKS = 4
URIS_A_REQUEST = 40
DEVICE_REASONS = ("VOLUME_CONTROL_DISALLOW", "DEVICE_NOT_CONTROLLABLE")


def now_text() -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


class Player:
    """`preferred` names the device to wake first. `device` arguments are device ids; None is the active one."""

    def __init__(self, web: Web, preferred: str = "") -> None:
        self.web = web
        self.preferred = preferred

    # looking

    def status(self) -> Json:
        found = self.web.get("/me/player", TYPES, asked="the player", scope=scopes.STATE)
        return playback.status(found, now_text())

    def devices(self) -> list[Json]:
        body = self.web.get("/me/player/devices", asked="your devices", scope=scopes.STATE)
        return [items.device(one) for one in items.entries((body or {}).get("devices"))]

    def queue(self) -> Json:
        body = self.web.get("/me/player/queue", asked="the queue", scope=scopes.STATE) or {}
        rows = [made for one in items.entries(body.get("queue")) if (made := items.item(one))]
        return {"currently_playing": items.item(body.get("currently_playing")), "queue": rows}

    def confirmed(self, is_true: Callable[[Json], bool] | None = None) -> Json:
        """The state once it shows what was asked for; after a few looks, as it is."""
        if is_true is None:
            self.web.pause(SETTLE_S)
            return self.status()
        for _ in range(CONFIRMING_LOOKS - 1):
            found = self.status()
            if is_true(found):
                return found
            self.web.pause(SETTLE_S)
        return self.status()

    # devices

    def device(self, wanted: str) -> Json:
        return devices.named(wanted, self.devices())

    def idle_target(self) -> Json | None:
        """None while a device is active, else the one to wake; raises DeviceChoice where a person has to choose."""
        found = self.devices()
        if any(one["is_active"] for one in found):
            return None
        target = devices.woken(found, self.preferred)
        if target is None:
            raise DeviceChoice([one for one in found if devices.is_usable(one)])
        return target

    def transfer(self, device: Json, play: bool | None = None) -> None:
        body: Json = {"device_ids": [device["id"]]}
        self._put("", body=body if play is None else {**body, "play": play}, asked=f"the device {device['name']}")

    def wake(self, device: Json) -> None:
        """Transfer to a device and wait, 5 s at most, until it is active."""
        self.transfer(device)
        for _ in range(WAKE_LOOKS):
            if any(one["is_active"] and one["id"] == device["id"] for one in self.devices()):
                return
            self.web.pause(WAKE_PAUSE_S)
        raise NoDevice(f"{device['name']} did not wake up: open Spotify on it, then try again")

    # commands

    def play(self, body: dict[str, Any] | None = None, device: str | None = None, asked: str = "playing") -> None:
        """Start what `body` says, or go on; wakes a device where none is active."""
        if device is None and (target := self.idle_target()):
            self.wake(target)
            device = str(target["id"])
        self._awake(lambda on: self._put("/play", {"device_id": on}, body, asked), device)

    def pause(self, device: str | None = None) -> None:
        try:
            self._put("/pause", {"device_id": device})
        except NoActiveDevice as error:
            raise NoDevice("nothing is playing: no device is active") from error

    def next(self, device: str | None = None) -> None:
        self._awake(lambda on: self._post("/next", {"device_id": on}), device)

    def previous(self, device: str | None = None) -> None:
        self._awake(lambda on: self._post("/previous", {"device_id": on}), device)

    def seek(self, position_ms: int, device: str | None = None) -> None:
        self._awake(lambda on: self._put("/seek", {"position_ms": position_ms, "device_id": on}), device)

    def volume(self, percent: int, device: str | None = None) -> None:
        self._awake(lambda on: self._put("/volume", {"volume_percent": percent, "device_id": on}), device)

    def shuffle(self, on: bool, device: str | None = None) -> None:
        state = "true" if on else "false"
        self._awake(lambda target: self._put("/shuffle", {"state": state, "device_id": target}), device)

    def repeat(self, state: str, device: str | None = None) -> None:
        self._awake(lambda on: self._put("/repeat", {"state": state, "device_id": on}), device)

    def enqueue(self, uri: str, device: str | None = None) -> None:
        self._awake(lambda on: self._post("/queue", {"uri": uri, "device_id": on}, asked=uri), device)

    def _awake(self, send: Callable[[str | None], None], device: str | None) -> None:
        """Send; where nothing is active, wake a device and send to that."""
        try:
            send(device)
        except NoActiveDevice as error:
            target = self._sleeping(device) if device else self.idle_target()
            if target is None:
                raise NoDevice("no device is active: start the music on one by hand, then try again") from error
            self.wake(target)
            send(target["id"])

    def _sleeping(self, device: str) -> Json | None:
        return next((one for one in self.devices() if one["id"] == device), None)

    def _put(self, path: str, query: dict[str, Any] | None = None, body: Any = None, asked: str = "this") -> None:
        with self._naming_the_device(query):
            self.web.put(f"/me/player{path}", query, body, scope=scopes.CONTROL, asked=asked)

    def _post(self, path: str, query: dict[str, Any], asked: str = "this") -> None:
        with self._naming_the_device(query):
            self.web.post(f"/me/player{path}", query, scope=scopes.CONTROL, asked=asked)

    def _naming_the_device(self, query: dict[str, Any] | None) -> "_Naming":
        return _Naming(self, (query or {}).get("device_id"))

    # library

    def like(self, uris: list[str], *, saved: bool = True) -> None:
        """Save or remove; 40 at a time. Raises BadArgument for artists, which can only be checked."""
        if any(uri.startswith("spotify:artist:") for uri in uris):
            raise BadArgument("Spotify saves no artists here: follow them in its own apps; --check works")
        playlists = any(":playlist:" in uri for uri in uris)
        scope = scopes.SAVE_PLAYLISTS if playlists else scopes.LIBRARY_WRITE
        for some in _batches(uris):
            send = self.web.put if saved else self.web.delete
            send("/me/library", {"uris": ",".join(some)}, scope=scope, asked=", ".join(some))

    def liked(self, uris: list[str]) -> dict[str, bool]:
        """Which of these are saved, or followed."""
        found: dict[str, bool] = {}
        for some in _batches(uris):
            query = {"uris": ",".join(some)}
            answer = self.web.get("/me/library/contains", query, scope=scopes.LIBRARY, asked=", ".join(some))
            found.update(zip(some, answer if isinstance(answer, list) else [], strict=False))
        return found

    def current_uri(self) -> str:
        """The URI of what is on; raises NotFound where nothing is, or a local file without one."""
        uri = (self.status()["item"] or {}).get("uri")
        if not uri:
            raise NotFound("nothing is playing that could be named: give a link")
        return str(uri)


class _Naming:
    """Turns a refusal about a device into one that names it."""

    def __init__(self, player: Player, device: str | None) -> None:
        self.player = player
        self.device = device

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, PlayerRefused) or error.reason not in DEVICE_REASONS:
            return
        found = self.player.devices()
        meant = next((one for one in found if one["id"] == self.device or (not self.device and one["is_active"])), None)
        name = meant["name"] if meant else "this device"
        if error.reason == "VOLUME_CONTROL_DISALLOW":
            raise DeviceRefuses(f"{name} has no volume control: Spotify forbids setting it from afar") from error
        raise DeviceRefuses(f"Spotify forbids remote commands to {name}: use the device itself") from error


def _batches(uris: list[str]) -> list[list[str]]:
    return [uris[start : start + URIS_A_REQUEST] for start in range(0, len(uris), URIS_A_REQUEST)]
