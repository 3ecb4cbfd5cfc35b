"""Play something, or line it up."""

import click

from blueprints import output
from blueprints.spotify.commands.browse import first_hit
from blueprints.spotify.commands.options import KINDS, as_json, commanded, device_id, on_device, opened
from blueprints.spotify.core import links, times
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.labels import track_label
from blueprints.spotify.core.playback import by_line
from blueprints.spotify.errors import BadArgument
from blueprints.spotify.remote import Remote


@click.command(epilog="Example: blueprints spotify play hot water music --type artist --device Kitchen")
@click.argument("what", nargs=-1)
@click.option("--type", "kind", type=click.Choice(KINDS), default="track", help="What words are searched as.")
@on_device
@click.option("--start", type=click.IntRange(1), metavar="N", help="Row of the album or playlist to start with.")
@click.option("--at", metavar="POS", help="Position to start at: 90, 1:30 or 1:02:03.")
@as_json
def play(
    what: tuple[str, ...], kind: str, device: str | None, start: int | None, at: str | None, as_json: bool
) -> None:
    """Play links, URIs, or the first hit for words; without WHAT go on with what is paused."""
    at_ms = times.position(at) if at is not None else None
    found = links.all_links(what)
    if what and not "".join(what).strip():
        raise BadArgument("WHAT: give a link, a URI, or words to search for")
    if not what and start is not None:
        raise BadArgument("--start needs an album or a playlist to start in")
    remote = opened()
    body = _body(remote, found, " ".join(what), kind, start, at_ms)
    asked = ", ".join(what) or "playing"
    commanded(
        remote, lambda on: remote.player.play(body or None, on, asked), device, as_json, lambda now: now["is_playing"]
    )


def _body(
    remote: Remote, found: list[links.Link] | None, words: str, kind: str, start: int | None, at_ms: int | None
) -> dict[str, object]:
    if found:
        return links.play_body(found, start, at_ms)
    if not words:
        return links.play_body([], None, at_ms)
    hit = first_hit(remote, words, kind)
    album = (hit.get("album") or {}).get("uri")
    if kind == "track" and album and start is None:
        inside = links.play_body([links.Link("album", "", album)], None, at_ms)
        return {**inside, "offset": {"uri": hit["uri"]}}
    return links.play_body([links.Link(kind, hit["id"], hit["uri"])], start, at_ms)


@click.command(epilog="Example: blueprints spotify queue spotify:track:4iV5W9uYEdYUVa79Axb7Rh")
@click.argument("what", nargs=-1)
@on_device
@as_json
def queue(what: tuple[str, ...], device: str | None, as_json: bool) -> None:
    """List the queue, or add a track or an episode to it."""
    found = links.all_links(what)
    if found and any(link.kind not in links.PLAYABLE for link in found):
        raise BadArgument("only tracks and episodes can be queued: play albums and playlists instead")
    remote = opened()
    if what:
        target = device_id(remote, device)
        for uri in [link.uri for link in found or []] or [first_hit(remote, " ".join(what), "track")["uri"]]:
            remote.player.enqueue(uri, target)
    listed = remote.player.queue()
    if as_json:
        output.json(listed)
    else:
        _show(listed)


def _show(listed: Json) -> None:
    rows = [("now", listed["currently_playing"])] if listed["currently_playing"] else []
    rows += [(str(number), item) for number, item in enumerate(listed["queue"], 1)]
    cells = [
        [place, track_label(item["name"], item["duration_ms"]), by_line(item), item["uri"]] for place, item in rows
    ]
    output.table(cells, ["", "Track", "Artists", "URI"], right=[""], empty="The queue is empty.")
