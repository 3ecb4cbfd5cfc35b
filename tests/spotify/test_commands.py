"""The one-shot commands against the fake: what they send, print and exit with."""

import json
from typing import TYPE_CHECKING

import pytest

from blueprints.auth import Token
from blueprints.spotify.demo import catalogue
from blueprints.spotify.demo.player import device
from blueprints.spotify.demo.world import World
from tests.conftest import Run

from .conftest import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ALBUM = "spotify:album:al00000000000000000000"
TRACK = "spotify:track:tr00000000000000000002"
ARTIST = "spotify:artist:ar00000000000000000000"


@pytest.fixture(autouse=True)
def logged_in(login: Token) -> Token:
    return login


def asleep(world: World, *devices: dict[str, object]) -> None:
    world.player.devices = list(devices)
    world.player.is_playing = False


def test_status_in_one_line(run: Run) -> None:
    found = run("spotify", "status", expect=0)
    assert found.stdout == "playing: Livid - Hot Water Music, on Laptop, 1:01 of 3:55, volume 69\n"
    assert found.stderr == ""


def test_status_as_json(run: Run) -> None:
    found = json.loads(run("spotify", "status", "--json", expect=0).stdout)
    assert (found["item"]["name"], found["progress"], found["device"]["name"]) == ("Livid", "1:01", "Laptop")
    assert found["disallows"] == ["resuming"]
    assert found["context"] == {"type": "album", "uri": ALBUM}


def test_status_of_nothing_is_nulls_and_exit_0(run: Run, world: World) -> None:
    asleep(world, device("Kitchen", "Speaker", "d-kitchen"))
    assert run("spotify", "status", expect=0).stdout == "nothing is playing\n"
    assert json.loads(run("spotify", "status", "--json", expect=0).stdout)["device"] is None


def test_status_in_a_format(run: Run) -> None:
    found = run("spotify", "status", "--format", "{state} {title} [{progress}/{duration}] {volume}%", expect=0)
    assert found.stdout == "playing Livid [1:01/3:55] 69%\n"


def test_an_episode_and_an_advertisement_are_not_taken_for_tracks(run: Run, world: World) -> None:
    world.player.play(None, {"uris": [f"spotify:episode:{catalogue.identifier('episode', 0)}"]})
    found = json.loads(run("spotify", "status", "--json", expect=0).stdout)
    assert (found["item_type"], found["item"]["artists"], found["item"]["album"]) == ("episode", [], None)
    assert found["item"]["duration"] == "1:30:32"
    world.player.advertisement = True
    assert json.loads(run("spotify", "status", "--json", expect=0).stdout)["item"] is None
    assert run("spotify", "status", expect=0).stdout.startswith("playing: Advertisement, on Laptop")


def test_search_joins_pages_and_encodes_the_words_once(run: Run, world: World) -> None:
    found = run("spotify", "search", "hot", "water", "music", "--type", "artist", "--limit", "25", "--json", expect=0)
    assert [(one.query["limit"], one.query["offset"]) for one in world.asked("GET", "/v1/search")] == [
        ("10", "0"),
        ("10", "10"),
        ("5", "20"),
    ]
    assert {one.query["q"] for one in world.asked("GET", "/v1/search")} == {"hot water music"}
    answer = json.loads(found.stdout)
    assert len(answer["results"]["artist"]["items"]) == 25
    assert answer["query"] == "hot water music"
    assert answer["results"]["artist"]["total"] >= 25


@pytest.mark.parametrize("words", ["AC/DC & more", "50% off", "a+b", "naïve 日本"])
def test_words_with_special_characters_arrive_as_typed(run: Run, world: World, words: str) -> None:
    run("spotify", "search", words, expect=0)
    assert world.asked("GET", "/v1/search")[0].query["q"] == words


def test_search_over_several_types_offers_all_hits(run: Run, world: World) -> None:
    kinds = [
        part for kind in ("track", "album", "playlist", "show", "episode", "audiobook") for part in ("--type", kind)
    ]
    found = run("spotify", "search", "water", *kinds, "--limit", "12", "--json", "--market", "DE", expect=0)
    results = json.loads(found.stdout)["results"]
    assert list(results) == ["track", "album", "playlist", "show", "episode", "audiobook"]
    assert len(results["track"]["items"]) == 12
    assert world.asked("GET", "/v1/search")[0].query["market"] == "DE"


def test_short_pages_are_not_the_last(run: Run, world: World) -> None:
    world.api.short_pages = True
    found = run("spotify", "search", "water", "--limit", "20", "--json", expect=0)
    assert len(json.loads(found.stdout)["results"]["track"]["items"]) == 18
    assert len(world.asked("GET", "/v1/search")) == 2


def test_a_search_without_hits_is_an_empty_list(run: Run) -> None:
    found = run("spotify", "search", "xyzzy", expect=0)
    assert (found.stdout, found.stderr) == ("", "No track found.\n")
    assert json.loads(run("spotify", "search", "xyzzy", "--json", expect=0).stdout)["results"]["track"] == {
        "total": 0,
        "items": [],
    }


def test_the_last_hit_that_can_be_reached(run: Run, world: World) -> None:
    run("spotify", "search", "a", "--offset", "1000", "--limit", "1000", expect=0)
    assert [one.query["offset"] for one in world.asked("GET", "/v1/search")] == ["1000"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("search",), "WORDS"),
        (("search", "  "), "WORDS"),
        (("search", "x", "--type", "song"), "song"),
        (("search", "x", "--limit", "1001"), "1<=x<=1000"),
        (("volume", "101"), "is no volume"),
        (("seek", "soon"), "is no position"),
        (("play", "--at", "50%", TRACK), "is no position"),
        (("play", "--start", "2"), "--start"),
        (("play", ""), "WHAT"),
        (("play", "words", TRACK), "not both"),
        (("play", "https://example.org/x"), "no link of open.spotify.com"),
        (("queue", ALBUM), "only tracks and episodes"),
        (("like", "--undo", "--check"), "not both"),
        (("like", ARTIST), "saves no artists"),
        (("tracks", ARTIST), "no tracks to list"),
        (("albums", ALBUM), "not of the kind artist"),
        (("status", "--format", "{x}"), "no field"),
        (("status", "--format", "{title!r}"), "stands alone"),
        (("status", "--format", "{title}", "--json"), "exclude"),
        (("repeat", "twice"), "twice"),
        (("--screen", "queue", "status"), "belong to the app"),
        (("--demo", "login"), "needs no login"),
    ],
)
def test_wrong_input_is_refused_before_any_request(
    run: Run, world: World, arguments: tuple[str, ...], text: str
) -> None:
    found = run("spotify", *arguments)
    assert found.exit_code == 2
    assert text in found.stderr
    assert found.stdout == ""
    assert world.log == []


def test_albums_of_an_artist_by_words_name_the_first_hit(run: Run, world: World) -> None:
    found = run("spotify", "albums", "hot", "water", "--limit", "3", expect=0)
    assert found.stdout.splitlines()[1].startswith("Light It Up (album)")
    assert found.stderr == f"Artist: Hot Water Music, the first of 12 hits ({ARTIST})\n3 of 918\n"
    assert all(int(one.query["limit"]) <= 10 for one in world.asked("GET", "/v1/artists"))


@pytest.mark.parametrize(
    "artist", [ARTIST, ARTIST.split(":")[2], f"https://open.spotify.com/artist/{ARTIST[15:]}?si=1"]
)
def test_albums_of_an_artist_by_id_uri_and_link(run: Run, world: World, artist: str) -> None:
    found = run(
        "spotify", "albums", artist, "--group", "album", "--group", "single", "--limit", "12", "--json", expect=0
    )
    assert {one["album_type"] for one in json.loads(found.stdout)["items"]} == {"album", "single"}
    asked = world.asked("GET", "/v1/artists")
    assert [one.query["include_groups"] for one in asked] == ["album,single"] * 2


def test_tracks_of_an_album_carry_the_album(run: Run, world: World) -> None:
    found = json.loads(run("spotify", "tracks", ALBUM, "--json", expect=0).stdout)
    assert (found["total"], len(found["items"])) == (12, 12)
    assert found["items"][0]["album"] == {
        "name": "Light It Up",
        "id": ALBUM[14:],
        "uri": ALBUM,
        "release_date": "2017-09-01",
    }
    assert len(world.log) == 1


def test_tracks_of_a_playlist_with_local_files_episodes_and_gaps(run: Run) -> None:
    mixed = f"spotify:playlist:{catalogue.identifier('playlist', 0)}"
    found = json.loads(run("spotify", "tracks", mixed, "--json", expect=0).stdout)
    assert (found["total"], len(found["items"])) == (24, 23)
    assert found["items"][3]["is_local"] is True
    assert found["items"][3]["id"] is None
    assert found["items"][5 - 0]["type"] == "episode"


def test_liked_recent_and_playlists(run: Run, world: World) -> None:
    assert json.loads(run("spotify", "tracks", "liked", "--limit", "60", "--json", expect=0).stdout)["total"] == 137
    assert [one.query["limit"] for one in world.asked("GET", "/v1/me/tracks")] == ["50", "10"]
    assert len(json.loads(run("spotify", "tracks", "recent", "--json", expect=0).stdout)["items"]) == 50
    playlists = json.loads(run("spotify", "playlists", "--json", expect=0).stdout)
    assert playlists["total"] == 23
    assert playlists["items"][0] == {
        "type": "playlist",
        "id": "pl00000000000000000000",
        "uri": "spotify:playlist:pl00000000000000000000",
        "name": "Morning Coffee",
        "owner": "Demo Listener",
        "total_items": 24,
    }


def test_somebody_elses_playlist_can_be_played_but_not_listed(run: Run) -> None:
    foreign = f"spotify:playlist:{catalogue.identifier('playlist', 2)}"
    found = run("spotify", "tracks", foreign, expect=1)
    assert "can be played, not listed; play it: `blueprints spotify play spotify:playlist:" in found.stderr
    assert run("spotify", "play", foreign, expect=0).stdout.startswith("playing: ")


def test_words_without_a_hit(run: Run) -> None:
    assert run("spotify", "albums", "xyzzy", expect=1).stderr == "Error: no artist found for 'xyzzy'\n"
    assert "no track found for 'xyzzy'" in run("spotify", "play", "xyzzy", expect=1).stderr


def test_a_track_that_there_is_not_is_named_and_leaves_the_player_alone(run: Run, world: World) -> None:
    for wrong in ("spotify:track:xyz", "spotify:track:zz00000000000000000000"):
        assert wrong in run("spotify", "play", wrong, expect=1).stderr
    run("spotify", "status", expect=0)


def test_an_unknown_id_is_named(run: Run) -> None:
    found = run("spotify", "tracks", "spotify:album:zz00000000000000000000", expect=1)
    assert found.stderr == "Error: Spotify knows nothing of the album zz00000000000000000000\n"
    assert "the album short" in run("spotify", "tracks", "spotify:album:short", expect=1).stderr


def test_play_wakes_the_only_idle_device(run: Run, world: World) -> None:
    asleep(world, device("Kitchen", "Speaker", "d-kitchen"))
    world.player.wake_looks = 2
    found = run("spotify", "play", ALBUM, expect=0)
    assert found.stdout == "playing: Livid - Hot Water Music, on Kitchen, 0:00 of 3:55, volume 50\n"
    puts = [(one.path, one.query, one.json() if one.body else None) for one in world.asked("PUT")]
    assert puts == [
        ("/v1/me/player", {}, {"device_ids": ["d-kitchen"]}),
        ("/v1/me/player/play", {"device_id": "d-kitchen"}, {"context_uri": ALBUM}),
    ]


def test_a_device_that_does_not_wake_up_is_named(run: Run, world: World, waits: list[float]) -> None:
    asleep(world, device("Kitchen", "Speaker", "d-kitchen"))
    world.player.wake_looks = 99
    assert "Kitchen did not wake up" in run("spotify", "play", ALBUM, expect=1).stderr
    assert sum(waits) == 5


def test_several_idle_devices_are_listed_off_a_terminal(run: Run, world: World) -> None:
    asleep(world, device("Kitchen", "Speaker", "d-1"), device("Laptop", "Computer", "d-2"))
    found = run("spotify", "next", expect=1)
    assert found.stderr == "Error: no device is active: choose one with --device: Kitchen, Laptop\n"


def test_the_preferred_device_is_woken(run: Run, world: World) -> None:
    asleep(world, device("Kitchen", "Speaker", "d-1"), device("Laptop", "Computer", "d-2"))
    found = run("spotify", "play", ALBUM, env={"BLUEPRINTS_SPOTIFY__DEVICE": "lap"}, expect=0)
    assert ", on Laptop, " in found.stdout


def test_no_device_at_all(run: Run, world: World) -> None:
    asleep(world)
    assert "open Spotify on a device" in run("spotify", "play", ALBUM, expect=1).stderr
    assert "no device is active" in run("spotify", "pause", expect=1).stderr
    assert run("spotify", "devices", expect=0).stderr == "No device: open Spotify on one.\n"


def test_the_device_option_is_sent(run: Run, world: World) -> None:
    found = run("spotify", "play", "--device", "kitch", "--start", "3", "--at", "1:05", ALBUM, expect=0)
    assert found.stdout.startswith("playing: Never Going Back - Hot Water Music, on Kitchen, 1:05")
    sent = world.asked("PUT", "/v1/me/player/play")[0]
    assert sent.query == {"device_id": "d-kitchen"}
    assert sent.json() == {"context_uri": ALBUM, "offset": {"position": 2}, "position_ms": 65_000}


@pytest.mark.parametrize("command", ["pause", "next", "previous", "seek 10", "volume 30", "shuffle on", "repeat track"])
def test_every_command_sends_its_device(run: Run, world: World, command: str) -> None:
    run("spotify", *command.split(), "--device", "d-kitchen")
    sent = [one for one in world.log if one.request.method != "GET"]
    assert [one.request.query["device_id"] for one in sent] == ["d-kitchen"]


def test_words_are_played_inside_their_album(run: Run, world: World) -> None:
    found = run("spotify", "play", "livid", expect=0)
    assert "the first of" in found.stderr
    body = world.asked("PUT", "/v1/me/player/play")[0].json()
    assert body == {"context_uri": ALBUM, "offset": {"uri": "spotify:track:tr00000000000000000000"}}


def test_a_list_of_tracks_and_old_forms_of_contexts(run: Run, world: World) -> None:
    run("spotify", "play", TRACK, "https://open.spotify.com/track/tr00000000000000000003?si=1", expect=0)
    assert world.asked("PUT", "/v1/me/player/play")[0].json() == {"uris": [TRACK, TRACK[:-1] + "3"]}
    run("spotify", "play", "spotify:user:listener:collection", expect=0)
    assert world.asked("PUT", "/v1/me/player/play")[1].json() == {"context_uri": "spotify:user:listener:collection"}


def test_play_words_of_other_types(run: Run, world: World) -> None:
    run("spotify", "play", "hot water", "--type", "artist", expect=0)
    assert world.asked("PUT", "/v1/me/player/play")[0].json() == {"context_uri": ARTIST}


def test_pause_resume_and_toggle(run: Run, world: World) -> None:
    assert run("spotify", "pause", expect=0).stdout.startswith("paused: Livid")
    found = run("spotify", "pause", expect=1)
    assert found.stderr == "Error: the player refuses this now: it is paused already (ALREADY_PAUSED)\n"
    assert run("spotify", "play", expect=0).stdout.startswith("playing: Livid")
    assert run("spotify", "toggle", expect=0).stdout.startswith("paused: Livid")
    assert run("spotify", "toggle", expect=0).stdout.startswith("playing: Livid")
    assert all(one.headers["content-length"] == "0" for one in world.asked("PUT") if not one.body)


def test_next_and_previous(run: Run) -> None:
    assert "Complicated" in run("spotify", "next", expect=0).stdout
    assert "Livid" in run("spotify", "previous", expect=0).stdout
    assert "there is no previous track (NO_PREV_TRACK)" in run("spotify", "previous", expect=1).stderr


@pytest.mark.parametrize(
    ("position", "at"), [("90", 90_000), ("1:30", 90_000), ("+15", 76_000), ("-15", 46_000), ("50%", 117_500)]
)
def test_seek(run: Run, world: World, position: str, at: int) -> None:
    run("spotify", "seek", position, expect=0)
    assert world.asked("PUT", "/v1/me/player/seek")[0].query == {"position_ms": str(at)}


def test_seek_needs_something_to_move_in(run: Run, world: World) -> None:
    asleep(world)
    assert "nothing is playing" in run("spotify", "seek", "+5", expect=1).stderr


def test_volume(run: Run, world: World) -> None:
    assert run("spotify", "volume", expect=0).stdout.endswith("volume 69\n")
    assert run("spotify", "volume", "+50", expect=0).stdout.endswith("volume 100\n")
    assert run("spotify", "volume", "-5", expect=0).stdout.endswith("volume 95\n")
    assert run("spotify", "volume", "7", "--device", "kitchen", expect=0).stdout.endswith("volume 7\n")
    assert json.loads(run("spotify", "volume", "8", "--json", expect=0).stdout)["device"]["volume_percent"] == 8
    found = run("spotify", "volume", "8", "--device", "amp", expect=1)
    assert "Living Room Amplifier has no volume control: Spotify forbids" in found.stderr
    assert "Living Room Amplifier has no volume control" in run("spotify", "volume", "+8", "--device", "amp").stderr


def test_shuffle_and_repeat(run: Run, world: World) -> None:
    assert run("spotify", "shuffle", expect=0).stdout.startswith("shuffle off; playing: ")
    assert run("spotify", "shuffle", "toggle", expect=0).stdout.startswith("shuffle on; ")
    assert run("spotify", "shuffle", "off", expect=0).stdout.startswith("shuffle off; ")
    assert run("spotify", "repeat", expect=0).stdout.startswith("repeat off; ")
    assert [run("spotify", "repeat", "cycle", expect=0).stdout.split(";")[0] for _ in range(3)] == [
        "repeat context",
        "repeat track",
        "repeat off",
    ]
    assert json.loads(run("spotify", "repeat", "track", "--json", expect=0).stdout)["repeat"] == "track"


def test_the_queue(run: Run, world: World) -> None:
    run("spotify", "queue", TRACK, "--device", "laptop", expect=0)
    assert world.asked("POST", "/v1/me/player/queue")[0].query == {"uri": TRACK, "device_id": "d-laptop"}
    found = json.loads(run("spotify", "queue", "livid", "--json", expect=0).stdout)
    assert [one["name"] for one in found["queue"][:2]] == ["Never Going Back", "Livid"]
    shown = run("spotify", "queue", expect=0).stdout
    assert "now  Livid - [3:55]" in shown
    assert "  1  Never Going Back - [3:05]" in shown


def test_devices_and_transfer(run: Run, world: World) -> None:
    found = json.loads(run("spotify", "devices", "--json", expect=0).stdout)["devices"]
    assert [one["id"] for one in found] == ["d-laptop", "d-kitchen", "d-amp", "d-tv", None]
    assert "Television" in run("spotify", "devices", expect=0).stdout
    assert ", on Kitchen, " in run("spotify", "transfer", "Kitchen", expect=0).stdout
    run("spotify", "transfer", "laptop", "--no-play", expect=0)
    bodies = [one.json() for one in world.asked("PUT", "/v1/me/player")]
    assert bodies == [{"device_ids": ["d-kitchen"]}, {"device_ids": ["d-laptop"], "play": False}]


@pytest.mark.parametrize("name", ["tele", "car"])
def test_a_restricted_device_is_named(run: Run, name: str) -> None:
    assert "Spotify forbids remote commands to" in run("spotify", "transfer", name, expect=1).stderr


def test_a_refusal_by_the_device_names_it(run: Run, world: World) -> None:
    world.player.devices[0]["is_restricted"] = True
    assert "Spotify forbids remote commands to Laptop" in run("spotify", "next", expect=1).stderr


def test_like(run: Run, world: World) -> None:
    assert run("spotify", "like", expect=0).stdout == "liked: spotify:track:tr00000000000000000000\n"
    checked = run("spotify", "like", "--check", ARTIST, TRACK, "--json", expect=0)
    assert json.loads(checked.stdout) == {ARTIST: True, TRACK: False}
    assert run("spotify", "like", "--check", TRACK, expect=0).stdout == f"not liked: {TRACK}\n"
    assert json.loads(run("spotify", "like", "livid", "--json", expect=0).stdout)["liked"] is True
    assert "removed" in run("spotify", "like", "--undo", expect=0).stdout
    assert len(world.asked("DELETE", "/v1/me/library")) == 1


def test_like_sends_forty_at_a_time(run: Run, world: World) -> None:
    uris = [f"spotify:track:tr{number:020d}" for number in range(45)]
    run("spotify", "like", *uris, expect=0)
    assert [one.query["uris"].count(",") + 1 for one in world.asked("PUT", "/v1/me/library")] == [40, 5]


def test_saving_a_playlist_needs_a_scope_that_is_not_asked_for(run: Run, world: World) -> None:
    found = run("spotify", "like", "spotify:playlist:pl00000000000000000000", expect=4)
    assert "playlist-modify-public" in found.stderr
    assert world.log == []


def test_nothing_to_like(run: Run, world: World) -> None:
    asleep(world)
    assert "nothing is playing" in run("spotify", "like", expect=1).stderr


def test_opaque_answers_of_the_player_are_no_json(run: Run, world: World) -> None:
    world.api.opaque = True
    assert run("spotify", "volume", "33", expect=0).stdout.endswith("volume 33\n")


def test_a_late_effect_is_waited_for(run: Run, world: World, waits: list[float]) -> None:
    world.faults.add("nothing", 2, "/me/player", "GET")
    assert run("spotify", "volume", "33", expect=0).stdout.endswith("volume 33\n")
    assert len(waits) == 2


def test_watch_prints_a_line_at_each_change(
    run: Run, world: World, waits: list[float], monkeypatch: pytest.MonkeyPatch, moment: Moment
) -> None:
    from blueprints.spotify.web import Web

    steps: Iterator[Callable[[], None]] = iter(
        [lambda: None, lambda: world.player.pause(None), lambda: world.faults.add("error", 3), lambda: None]
    )

    def pause(web: Web, seconds: float) -> None:
        moment.pass_by(seconds)
        if seconds >= 1:  # not the pauses between retries
            next(steps, _leave)()

    monkeypatch.setattr(Web, "pause", pause)
    found = run("spotify", "status", "--watch", "--json")
    assert found.exit_code == 130
    assert [json.loads(line)["is_playing"] for line in found.stdout.splitlines()] == [True, False]
    assert found.stderr.count("Spotify answers 500") == 1


def test_watch_with_a_format_and_a_rate_limit(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch, moment: Moment
) -> None:
    from blueprints.spotify.web import Web

    waited: list[float] = []
    steps: Iterator[Callable[[], None]] = iter(
        [lambda: world.faults.add("rate-long"), lambda: world.faults.add("quota")]
    )

    def pause(web: Web, seconds: float) -> None:
        waited.append(seconds)
        moment.pass_by(5)
        next(steps, _leave)()

    monkeypatch.setattr(Web, "pause", pause)
    found = run("spotify", "status", "--watch", "--format", "{state}", expect=3)
    assert found.stdout == "playing\n"
    assert waited == [5, 3600]
    assert "quota of your developer account" in found.stderr


def _leave() -> None:
    raise KeyboardInterrupt


def test_the_examples_of_the_docs(run: Run) -> None:
    found = run("spotify", "search", "hot", "water", "music", "--limit", "3", expect=0)
    from tests.conftest import ROOT

    page = (ROOT / "docs" / "spotify.md").read_text()
    assert found.stdout in page


def test_every_command_can_be_tried_without_an_account(run: Run, world: World) -> None:
    assert run("spotify", "--demo", "status", expect=0).stdout.startswith("playing: Livid")
    assert json.loads(run("spotify", "--demo", "devices", "--json", expect=0).stdout)["devices"][0]["name"] == "Laptop"
    assert run("spotify", "--demo", "volume", "30", expect=0).stdout.endswith("volume 30\n")
    assert not world.log, "the user's own account was asked"
