"""Liked songs and saved albums."""

import click

from blueprints import output
from blueprints.spotify.commands.browse import first_hit
from blueprints.spotify.commands.options import as_json, opened
from blueprints.spotify.core import links
from blueprints.spotify.errors import BadArgument
from blueprints.spotify.remote import Remote


@click.command(epilog="Example: blueprints spotify like --check spotify:track:4iV5W9uYEdYUVa79Axb7Rh")
@click.argument("what", nargs=-1)
@click.option("--undo", is_flag=True, help="Take it out of the library.")
@click.option("--check", is_flag=True, help="Only say whether it is there.")
@as_json
def like(what: tuple[str, ...], undo: bool, check: bool, as_json: bool) -> None:
    """Save links, URIs or the first hit for words in your library; without WHAT the current item."""
    if undo and check:
        raise BadArgument("give --undo or --check, not both")
    found = links.all_links(what)
    remote = opened()
    uris = [link.uri for link in found] if found else [_one(remote, " ".join(what))]
    if check:
        _checked(remote, uris, as_json)
        return
    remote.player.like(uris, saved=not undo)
    if as_json:
        output.json({"liked": not undo, "uris": uris})
    else:
        output.line(f"{'removed' if undo else 'liked'}: {', '.join(uris)}")


def _one(remote: Remote, words: str) -> str:
    return str(first_hit(remote, words, "track")["uri"]) if words.strip() else remote.player.current_uri()


def _checked(remote: Remote, uris: list[str], as_json: bool) -> None:
    answer = remote.player.liked(uris)
    if as_json:
        output.json(answer)
        return
    for uri, saved in answer.items():
        output.line(f"{'liked' if saved else 'not liked'}: {uri}")
