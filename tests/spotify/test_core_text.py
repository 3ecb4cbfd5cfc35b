"""Times, volumes, links and labels."""

from typing import Any

import pytest

from blueprints.spotify.core import labels, links, paging, times, volume
from blueprints.spotify.core.items import album, artist, item, playlist, spoken
from blueprints.spotify.errors import BadArgument


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (235_000, "3:55"),
        (562_000, "9:22"),
        (182_000, "3:02"),
        (185_999, "3:05"),
        (3_723_000, "1:02:03"),
        (5_432_000, "1:30:32"),
        (None, "-:--"),
        (0, "0:00"),
        (-5, "0:00"),
    ],
)
def test_lengths_have_leading_zeros_and_hours(milliseconds: int | None, text: str) -> None:
    assert times.clock_text(milliseconds) == text
    assert labels.track_label("Livid", milliseconds) == f"Livid - [{text}]"


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("90", 90_000), ("1:30", 90_000), ("01:05", 65_000), ("1:02:03", 3_723_000), ("0", 0), ("100:00", 6_000_000)],
)
def test_positions(text: str, milliseconds: int) -> None:
    assert times.position(text) == milliseconds


@pytest.mark.parametrize("text", ["", "x", "1:5", "1:60", "1:5:00", "1:61:00", "-5", "1.5", "::", "1:2:3:4"])
def test_bad_positions_name_the_form(text: str) -> None:
    with pytest.raises(BadArgument, match="write it like"):
        times.position(text)


@pytest.mark.parametrize(
    ("text", "target"),
    [("+15", 115_000), ("-15", 85_000), ("-500", 0), ("+900", 200_000), ("50%", 100_000), ("100%", 200_000)],
)
def test_relative_positions_stay_inside_the_item(text: str, target: int) -> None:
    assert times.is_relative(text)
    assert times.target_position(text, 100_000, 200_000) == target


def test_an_absolute_position_ends_with_the_item() -> None:
    assert not times.is_relative("1:30")
    assert times.target_position("1:30", None, None) == 90_000
    assert times.target_position("1:30", 0, 60_000) == 60_000


@pytest.mark.parametrize("text", ["101%", "+x", "half", "--5", "%"])
def test_bad_targets_name_every_form(text: str) -> None:
    with pytest.raises(BadArgument, match=r"90, 1:30, 1:02:03, \+15, -15 or 50%"):
        times.target_position(text, 0, 100_000)


@pytest.mark.parametrize(
    ("text", "current", "target"), [("0", 50, 0), ("100", 5, 100), ("+5", 98, 100), ("-5", 3, 0), ("+5", None, 5)]
)
def test_volumes(text: str, current: int | None, target: int) -> None:
    assert volume.target_volume(text, current) == target


@pytest.mark.parametrize("text", ["101", "loud", "", "5%", "1000", "+-5"])
def test_bad_volumes(text: str) -> None:
    with pytest.raises(BadArgument, match="is no volume"):
        volume.target_volume(text, 5)


ID = "4iV5W9uYEdYUVa79Axb7Rh"


@pytest.mark.parametrize(
    ("text", "kind", "uri"),
    [
        (f"spotify:track:{ID}", "track", f"spotify:track:{ID}"),
        (f" spotify:album:{ID} ", "album", f"spotify:album:{ID}"),
        (f"https://open.spotify.com/track/{ID}?si=abc", "track", f"spotify:track:{ID}"),
        (f"https://open.spotify.com/intl-de/album/{ID}?si=abc", "album", f"spotify:album:{ID}"),
        (f"open.spotify.com/playlist/{ID}", "playlist", f"spotify:playlist:{ID}"),
        (f"http://play.spotify.com/embed/artist/{ID}", "artist", f"spotify:artist:{ID}"),
        (f"spotify:user:somebody:playlist:{ID}", "playlist", f"spotify:playlist:{ID}"),
        (f"https://open.spotify.com/user/somebody/playlist/{ID}", "playlist", f"spotify:playlist:{ID}"),
        ("spotify:user:u1:collection", "collection", "spotify:user:u1:collection"),
        ("https://open.spotify.com/collection/tracks", "collection", "spotify:collection"),
        ("spotify:album:X", "album", "spotify:album:X"),
    ],
)
def test_what_a_link_points_at(text: str, kind: str, uri: str) -> None:
    link = links.parse(text)
    assert link
    assert (link.kind, link.uri) == (kind, uri)


@pytest.mark.parametrize("text", ["hot water music", "spotify", "Spotify: the story", ID, ""])
def test_words_are_no_links(text: str) -> None:
    assert links.parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://open.spotify.com/track/short",
        "https://open.spotify.com/",
        "https://example.org/track/x",
        "spotify:nothing:here",
        "spotify:user:u1",
    ],
)
def test_links_that_lead_nowhere(text: str) -> None:
    with pytest.raises(BadArgument):
        links.parse(text)


def test_a_bare_id_is_taken_as_the_kind_asked_for() -> None:
    link = links.by_id(ID, "artist")
    assert link
    assert (link.kind, link.uri) == ("artist", f"spotify:artist:{ID}")
    assert links.by_id("some words", "artist") is None


def test_links_and_words_do_not_mix() -> None:
    assert links.all_links(("a", "b")) is None
    assert links.all_links(()) is None
    assert [link.id for link in links.all_links((f"spotify:track:{ID}",)) or []] == [ID]
    with pytest.raises(BadArgument, match="not both"):
        links.all_links((f"spotify:track:{ID}", "words"))


def link(kind: str) -> links.Link:
    return links.Link(kind, ID, f"spotify:{kind}:{ID}")


@pytest.mark.parametrize(
    ("found", "start", "at_ms", "body"),
    [
        ([link("album")], 3, None, {"context_uri": f"spotify:album:{ID}", "offset": {"position": 2}}),
        ([link("artist")], None, 500, {"context_uri": f"spotify:artist:{ID}", "position_ms": 500}),
        ([link("track"), link("episode")], None, None, {"uris": [f"spotify:track:{ID}", f"spotify:episode:{ID}"]}),
        ([], None, 500, {"position_ms": 500}),
    ],
)
def test_what_is_sent_to_play(
    found: list[links.Link], start: int | None, at_ms: int | None, body: dict[str, object]
) -> None:
    assert links.play_body(found, start, at_ms) == body


@pytest.mark.parametrize(
    ("found", "start"), [([link("album"), link("track")], None), ([link("track"), link("album")], None)]
)
def test_contexts_cannot_be_listed(found: list[links.Link], start: int | None) -> None:
    with pytest.raises(BadArgument, match="as a list"):
        links.play_body(found, start)


def test_an_artist_has_no_rows() -> None:
    with pytest.raises(BadArgument, match="no rows to start from"):
        links.play_body([link("artist")], 2)


def shaped(kind: str, **found: Any) -> dict[str, Any]:
    made = {"track": item, "artist": artist, "album": album, "playlist": playlist, "show": spoken}[kind](
        {"type": kind, "uri": f"spotify:{kind}:x", "id": "x", "name": "N", **found}
    )
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("found", "label", "detail"),
    [
        (shaped("artist"), "N", ""),
        (
            shaped("album", album_type="single", release_date="2017-09-01", artists=[{"name": "A"}]),
            "N (single)",
            "2017 · A",
        ),
        (shaped("album", name=None, artists=[{}]), "untitled", "unknown"),
        (shaped("playlist", owner={"display_name": "O"}, items={"total": 3}), "N", "O · 3 items"),
        (shaped("playlist", owner=None), "N", ""),
        (shaped("show", publisher="P"), "N", "P"),
        (shaped("track", duration_ms=235_000, artists=[{"name": "A"}, {"name": "B"}]), "N - [3:55]", "A, B"),
        (shaped("track", name=None, is_local=True, artists=[{"name": "A"}]), "untitled - [-:--]", "A · local file"),
    ],
)
def test_rows(found: dict[str, Any], label: str, detail: str) -> None:
    row = labels.row(found)
    assert (row.label, row.detail) == (label, detail)


def test_a_row_of_nothing_known_is_no_crash() -> None:
    row = labels.row({"type": None, "uri": None, "id": None, "name": None})
    assert (row.kind, row.uri, row.label) == ("unknown", "", "untitled")


def test_unplayable_rows_are_marked() -> None:
    assert not labels.row(shaped("track", is_playable=False)).is_playable
    assert not labels.row(shaped("track", is_local=True, uri=None)).is_playable
    assert labels.row(shaped("track")).is_playable


@pytest.mark.parametrize(
    ("loaded", "window_end", "cursor", "wanted"),
    [(0, 1, 0, True), (20, 21, 0, True), (20, 20, 14, False), (20, 20, 15, True), (100, 40, 30, False)],
)
def test_a_page_is_fetched_near_the_end_only(loaded: int, window_end: int, cursor: int, wanted: bool) -> None:
    assert paging.wants_page(loaded, window_end, cursor) is wanted


@pytest.mark.parametrize(
    ("offset", "limit", "total", "count", "following"),
    [(0, 10, 25, 9, 10), (20, 10, 25, 5, None), (0, 10, None, 10, 10), (10, 10, None, 0, None), (0, 10, 0, 0, None)],
)
def test_the_total_decides_where_a_list_ends(
    offset: int, limit: int, total: int | None, count: int, following: int | None
) -> None:
    assert paging.next_offset(offset, limit, total, count) == following


def test_a_total_that_is_none() -> None:
    assert paging.total_of({"total": 3}) == 3
    assert paging.total_of({"total": "3"}) is None
    assert paging.total_of(None) is None
