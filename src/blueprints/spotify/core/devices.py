"""Which device a command goes to."""

from collections.abc import Callable, Sequence

from blueprints.spotify.core.items import Json
from blueprints.spotify.errors import DeviceRefuses, DeviceUnknown, NoDevice

OPEN_ONE = "no device is running: open Spotify on a device, then try again"


def is_usable(device: Json) -> bool:
    """Commands from afar reach it."""
    return bool(device["id"]) and not device["is_restricted"]


def named(wanted: str, devices: Sequence[Json]) -> Json:
    """The device meant: by id, exact name, unique prefix, unique part; case does not matter.

    Raises NoDevice, DeviceUnknown with the candidates, DeviceRefuses.
    """
    if not devices:
        raise NoDevice(OPEN_ONE)
    word = wanted.casefold()
    matchers: tuple[Callable[[Json], bool], ...] = (
        lambda one: (one["id"] or "").casefold() == word,
        lambda one: one["name"].casefold() == word,
        lambda one: one["name"].casefold().startswith(word),
        lambda one: word in one["name"].casefold(),
    )
    for matches in matchers:
        found = [one for one in devices if matches(one)]
        if len(found) == 1:
            return checked(found[0])
        if found:
            raise DeviceUnknown(f"{wanted!r} could be {names(found)}: say which, or give its id")
    raise DeviceUnknown(f"no device {wanted!r}: there are {names(devices)}")


def checked(device: Json) -> Json:
    """The device itself; raises DeviceRefuses where Spotify forbids remote commands."""
    if not is_usable(device):
        raise DeviceRefuses(f"Spotify forbids remote commands to {device['name']}: start the music on it by hand")
    return device


def woken(devices: Sequence[Json], preferred: str = "") -> Json | None:
    """The device to wake when none is active: the preferred one if listed, else the only usable one, else None (ask).

    Raises NoDevice when there is nothing that could be woken.
    """
    if not devices:
        raise NoDevice(OPEN_ONE)
    usable = [one for one in devices if is_usable(one)]
    if not usable:
        raise NoDevice(f"Spotify forbids remote commands to {names(devices)}: open Spotify on another device")
    if preferred:
        try:
            return named(preferred, usable)
        except DeviceUnknown:
            pass  # a preference that is not at home is no reason to refuse
    return usable[0] if len(usable) == 1 else None


def names(devices: Sequence[Json]) -> str:
    return ", ".join(one["name"] for one in devices)
