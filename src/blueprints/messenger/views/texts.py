"""Texts as the pages show them: pieces of plain text and links, never HTML."""

from typing import NamedTuple

from blueprints.messenger.core.messages import Message


class Piece(NamedTuple):
    text: str
    url: str = ""


def pieces(message: Message) -> list[Piece]:
    """The text cut at its links; the page and its script cut alike."""
    found: list[Piece] = []
    rest = message.text
    for url in message.links:
        before, shown, after = rest.partition(url)
        if not shown:  # written otherwise than its address: stays text
            continue
        found += [Piece(before), Piece(shown, url)]
        rest = after
    return [piece for piece in [*found, Piece(rest)] if piece.text]
