"""The player's state in its documented shape, and the rules around it."""

from typing import Any

import pytest

from blueprints.spotify.core import devices, items, playback, polling
from blueprints.spotify.core.labels import device_row
from blueprints.spotify.errors import BadArgument, DeviceRefuses, DeviceUnknown, NoDevice

AT = "2026-11-22T10:00:00Z"
TRACK: dict[str, Any] = {
    "type": "track",
    "id": "t1",
    "uri": "spotify:track:t1",
    "name": "Livid",
    "artists": [{"name": "A", "id": "a1", "uri": "spotify:artist:a1", "href": "x"}, None],
    "album": {"name": "B", "id": "b1", "uri": "spotify:album:b1", "release_date": "2017-09-01", "images": []},
    "duration_ms": 235_000.0,
    "explicit": False,
    "track_number": 1,
    "disc_number": 1,
    "popularity": 7,
}
STATE: dict[str, Any] = {
    "device": {
        "id": "d1",
        "name": "Kitchen",
        "type": "Speaker",
        "is_active": True,
        "is_restricted": False,
        "is_private_session": False,
        "supports_volume": True,
        "volume_percent": 69,
    },
    "repeat_state": "off",
    "shuffle_state": False,
    "context": {"type": "collection", "uri": "spotify:user:u1:collection", "href": None},
    "progress_ms": 225_564,
    "is_playing": True,
    "item": TRACK,
    "currently_playing_type": "track",
    "actions": {"disallows": {"resuming": True, "seeking": False}},
}


def test_the_documented_status() -> None:
    assert playback.status(STATE, AT) == {
        "is_playing": True,
        "item_type": "track",
        "progress_ms": 225_564,
        "progress": "3:45",
        "repeat": "off",
        "shuffle": False,
        "smart_shuffle": None,
        "disallows": ["resuming"],
        "context": {"type": "collection", "uri": "spotify:user:u1:collection"},
        "fetched_at": AT,
        "device": STATE["device"],
        "item": {
            "type": "track",
            "id": "t1",
            "uri": "spotify:track:t1",
            "name": "Livid",
            "artists": [{"name": "A", "id": "a1", "uri": "spotify:artist:a1"}],
            "album": {"name": "B", "id": "b1", "uri": "spotify:album:b1", "release_date": "2017-09-01"},
            "show": None,
            "duration_ms": 235_000,
            "duration": "3:55",
            "explicit": False,
            "is_local": False,
            "is_playable": None,
            "track_number": 1,
            "disc_number": 1,
        },
    }


def test_nothing_playing_is_nulls() -> None:
    found = playback.status(None, AT)
    assert found.pop("is_playing") is False
    assert found.pop("disallows") == []
    assert found.pop("fetched_at") == AT
    assert set(found.values()) == {None}
    assert len(found) == 9


def test_nulls_inside_are_no_crash() -> None:
    found = playback.status(
        {**STATE, "item": None, "context": None, "device": {**STATE["device"], "id": None}, "actions": None}, AT
    )
    assert (found["item"], found["context"], found["device"]["id"], found["disallows"]) == (None, None, None, [])
    assert playback.status({}, AT)["repeat"] == "off"
    assert items.device({})["name"] == "unnamed device"


def test_actions_as_the_contract_has_them() -> None:
    assert playback.status({**STATE, "actions": {"seeking": True, "pausing": True}}, AT)["disallows"] == [
        "pausing",
        "seeking",
    ]


def test_an_advertisement_is_no_track() -> None:
    found = playback.status({**STATE, "item": None, "currently_playing_type": "ad"}, AT)
    assert (found["item_type"], playback.title(found)) == ("ad", "Advertisement")
    assert playback.state_word({**found, "is_playing": False}) == "paused"
    unknown = playback.status({**STATE, "item": None, "currently_playing_type": "hologram"}, AT)
    assert playback.title(unknown) == "Unknown"


def test_an_episode_has_a_show_instead_of_artists() -> None:
    episode = {"type": "episode", "name": "E", "show": {"name": "S", "publisher": "P", "x": 1}, "duration_ms": None}
    found = items.item(episode)
    assert found
    assert (found["artists"], found["album"], found["show"]) == ([], None, {"name": "S", "publisher": "P"})
    assert (found["duration"], playback.by_line(found)) == (None, "S")
    assert playback.by_line({**found, "show": None}) == ""
    assert playback.by_line(None) == ""


def test_a_local_file_has_null_ids() -> None:
    local = {**TRACK, "id": None, "is_local": True, "artists": [{"name": "N"}], "album": {"name": "X"}}
    found = items.item(local)
    assert found
    assert found["is_local"] is True
    assert found["id"] is None
    assert found["album"] == {"name": "X", "id": None, "uri": None, "release_date": None}
    assert found["artists"] == [{"name": "N", "id": None, "uri": None}]


def test_sentences() -> None:
    playing = playback.status(STATE, AT)
    assert playback.sentence(playing) == "playing: Livid - A, on Kitchen, 3:45 of 3:55, volume 69"
    assert playback.sentence(playback.status(None, AT)) == "nothing is playing"
    idle = playback.status({"device": STATE["device"]}, AT)
    assert playback.sentence(idle) == "nothing is playing (on Kitchen)"
    bare = playback.status({"item": {"name": None, "type": "track"}, "device": {}}, AT)
    assert playback.sentence(bare) == "paused: untitled, on unnamed device"


def test_templates() -> None:
    template = playback.check_template("{state}|{title}|{artists}|{album}|{device}|{progress}|{duration}|{volume}{{}}")
    found = playback.formatted(template, playback.status(STATE, AT))
    assert found == "playing|Livid|A|B|Kitchen|3:45|3:55|69{}"
    assert playback.formatted("{state}{title}{volume}", playback.status(None, AT)) == "stopped"


@pytest.mark.parametrize("template", ["{nothing}", "{title.x}", "{title!r}", "{title:>9}", "{", "}", "{}", "{0}"])
def test_bad_templates_name_the_fields(template: str) -> None:
    with pytest.raises(BadArgument, match=r"the fields are state, title|\{title\} stands alone"):
        playback.check_template(template)


def test_the_passing_of_time_is_no_change() -> None:
    before = playback.status(STATE, AT)
    later = playback.status({**STATE, "progress_ms": 226_000}, "2026-11-22T10:00:05Z")
    assert not playback.changed(before, later)
    assert playback.changed(None, before)
    assert playback.changed(before, playback.status({**STATE, "shuffle_state": True}, AT))


def household(*names: str, **changes: Any) -> list[dict[str, Any]]:
    return [
        items.device({"id": f"id-{name}", "name": name, "type": "Speaker", "volume_percent": 5, **changes})
        for name in names
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("id-Kitchen", "Kitchen"),
        ("KITCHEN", "Kitchen"),
        ("kit", "Kitchen"),
        ("room", "Living Room"),
        ("Liv", "Living Room"),
    ],
)
def test_a_device_by_id_name_prefix_or_part(wanted: str, found: str) -> None:
    assert devices.named(wanted, household("Kitchen", "Living Room", "Laptop"))["name"] == found


def test_an_exact_name_wins_over_prefixes() -> None:
    assert devices.named("Kitchen", household("Kitchen Radio", "Kitchen"))["name"] == "Kitchen"


def test_ambiguous_and_unknown_devices_list_the_candidates() -> None:
    with pytest.raises(DeviceUnknown, match=r"'L' could be Living Room, Laptop"):
        devices.named("L", household("Kitchen", "Living Room", "Laptop"))
    with pytest.raises(DeviceUnknown, match=r"no device 'Attic': there are Kitchen, Laptop"):
        devices.named("Attic", household("Kitchen", "Laptop"))
    with pytest.raises(NoDevice, match="open Spotify on a device"):
        devices.named("Attic", [])


def test_restricted_devices_and_those_without_id_are_named() -> None:
    with pytest.raises(DeviceRefuses, match="Spotify forbids remote commands to Kitchen"):
        devices.named("kitchen", household("Kitchen", is_restricted=True))
    with pytest.raises(DeviceRefuses):
        devices.named("kitchen", household("Kitchen", id=None))


def test_which_device_is_woken() -> None:
    both = household("Kitchen", "Laptop")
    assert devices.woken(both) is None
    assert devices.woken(both, "lap") == both[1]
    assert devices.woken(both, "attic") is None
    assert devices.woken(both + household("Car", id=None), "car") is None
    only = household("Kitchen")
    assert devices.woken(only + household("Car", id=None)) == only[0]
    with pytest.raises(NoDevice, match="open Spotify on a device"):
        devices.woken([])
    with pytest.raises(NoDevice, match="Spotify forbids remote commands to Car"):
        devices.woken(household("Car", id=None))


def test_device_rows() -> None:
    assert device_row(household("Kitchen")[0]).detail == "Speaker · volume 5"
    row = device_row(household("Kitchen", is_active=True, is_restricted=True, volume_percent=None, id=None)[0])
    assert (row.detail, row.id) == ("active · restricted · Speaker", "")


def test_when_the_player_is_looked_at_again() -> None:
    playing = playback.status({**STATE, "progress_ms": 100_000}, AT)
    ending = playback.status({**STATE, "progress_ms": 233_000}, AT)
    paused = {**playing, "is_playing": False}
    assert polling.next_look_s(playing, 5, is_focused=True) == 5
    assert polling.next_look_s(ending, 5, is_focused=True) == 3
    assert polling.next_look_s({**playing, "item": None}, 5, is_focused=True) == 5
    assert polling.next_look_s(paused, 5, is_focused=True) is None
    assert polling.next_look_s(playing, 5, is_focused=False) is None
    assert polling.next_look_s(None, 5, is_focused=True) is None
    assert polling.left_s(playing, 234_000) == 1


def test_progress_moves_by_the_local_clock() -> None:
    playing = playback.status(STATE, AT)
    assert polling.progress_now(playing, 2.5) == 228_064
    assert polling.progress_now(playing, 60) == 235_000
    assert polling.progress_now({**playing, "is_playing": False}, 60) == 225_564
    assert polling.progress_now({**playing, "item": None}, 1) == 226_564
    assert polling.progress_now({**playing, "progress_ms": None}, 1) is None


def test_lists_skip_nulls_and_read_old_and_new_keys() -> None:
    rows = [{"item": TRACK}, {"track": TRACK}, {"item": None, "track": None}, {"track": TRACK, "item": TRACK}, None]
    assert [one["name"] for one in items.wrapped(rows, "item", "track")] == ["Livid"] * 3
    assert items.shaped("artist", [None, {"name": "A"}]) == [{"type": None, "id": None, "uri": None, "name": "A"}]
    assert items.entries("nothing") == []


@pytest.mark.parametrize(
    ("found", "total"),
    [
        ({"items": {"total": 3}}, 3),
        ({"tracks": {"total": 4}}, 4),
        ({"items": {"total": 3}, "tracks": {"total": 4}}, 3),
        ({}, None),
    ],
)
def test_the_size_of_a_playlist(found: dict[str, Any], total: int | None) -> None:
    assert items.playlist(found)["total_items"] == total
