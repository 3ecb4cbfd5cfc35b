"""Player, devices, queue."""

from typing import Any

from blueprints.spotify.demo import catalogue
from blueprints.spotify.demo.exchange import Refused, Reply, as_json
from blueprints.spotify.demo.webapi import BASE, Call

Json = dict[str, Any]


def state(call: Call) -> Reply:
    found = call.api.player.state()
    if found and found["item"] and found["currently_playing_type"] == "episode" and "episode" not in _types(call):
        found = {**found, "item": None}
    return Reply(204) if found is None else as_json(found)


def _types(call: Call) -> list[str]:
    return call.request.query.get("additional_types", "track").split(",")


def devices(call: Call) -> Reply:
    return as_json({"devices": call.api.player.look_at_devices()})


def queue(call: Call) -> Reply:
    current = call.api.player.current_uri()
    upcoming = [catalogue.playable(uri) for uri in call.api.player.upcoming()]
    body: Json = {"queue": upcoming}
    return as_json({"currently_playing": catalogue.playable(current), **body} if current else body)


def recent(call: Call) -> Reply:
    limit = call.number("limit", 20)
    if not 1 <= limit <= 50:
        raise Refused(400, "Invalid limit")
    rows = [
        {"track": catalogue.playable(uri), "played_at": f"2026-11-{22 - row // 24:02d}T{23 - row % 24:02d}:00:00Z"}
        for row, uri in enumerate(call.api.library.recent[:limit])
    ]
    return as_json({"href": f"{BASE}{call.request.path}", "items": rows, "limit": limit, "cursors": {}, "total": limit})


def transfer(call: Call) -> Reply:
    call.api.player.transfer(call.request.json())
    return call.api.done()


def command(call: Call) -> Reply:
    wanted, query = call.request.query.get("device_id"), call.request.query
    player = call.api.player
    match call.command:
        case "play":
            player.play(wanted, call.request.json())
        case "pause":
            player.pause(wanted)
        case "next":
            player.next(wanted)
        case "previous":
            player.previous(wanted)
        case "seek":
            player.seek(wanted, call.number("position_ms", -1))
        case "volume":
            player.set_volume(wanted, call.number("volume_percent", -1))
        case "repeat":
            player.set_repeat(wanted, query.get("state", ""))
        case "shuffle":
            player.set_shuffle(wanted, query.get("state") == "true")
        case _:
            player.enqueue(wanted, query.get("uri", ""))
    return call.api.done()
