"""What Enter and P send, and how lists keep their pages."""

from blueprints.spotify.app.intents import row_body, whole_body
from blueprints.spotify.app.listing import MOST_PAGES, Listing, PageStore, Rows
from blueprints.spotify.core.labels import Row


def row(kind: str, name: str = "x", album: str = "") -> Row:
    return Row(kind, f"spotify:{kind}:{name}", name, name, "", album)


def test_rows_that_are_played_as_a_whole() -> None:
    for kind in ("album", "artist", "playlist", "show", "audiobook"):
        assert row_body(Listing("", ""), row(kind)) == {"context_uri": f"spotify:{kind}:x"}
    assert row_body(Listing("", ""), row("menu")) is None
    assert row_body(Listing("", ""), Row("track", "", "", "gone", "")) is None


def test_a_track_goes_on_with_what_follows_it() -> None:
    tracks = [row("track", name, "spotify:album:a") for name in "abc"]
    inside = Listing("", "album", context="spotify:album:a", rows=tracks)
    assert row_body(inside, tracks[1]) == {"context_uri": "spotify:album:a", "offset": {"uri": tracks[1].uri}}
    found = Listing("", "search track x", rows=tracks)
    assert row_body(found, tracks[1]) == {"context_uri": "spotify:album:a", "offset": {"uri": tracks[1].uri}}
    plain = Listing("", "liked", rows=tracks)
    assert row_body(plain, tracks[1]) == {"uris": [tracks[1].uri, tracks[2].uri]}


def test_a_whole_list() -> None:
    assert whole_body(Listing("", "", context="spotify:artist:a")) == {"context_uri": "spotify:artist:a"}
    assert whole_body(Listing("", "", rows=[row("playlist")])) == {"context_uri": "spotify:playlist:x"}
    assert whole_body(Listing("", "", rows=[row("track")])) == {"uris": ["spotify:track:x"]}
    assert whole_body(Listing("", "")) is None


def test_five_hundred_pages_are_kept_the_oldest_goes_first() -> None:
    pages = PageStore()
    for number in range(MOST_PAGES):
        pages.put("list", number, Rows([], None, None))
    assert pages.get("list", 0)
    pages.put("list", "more", Rows([], None, None))
    assert pages.get("list", 0)
    assert pages.get("list", 1) is None
    pages.forget("list")
    assert pages.get("list", 0) is None
