"""The fake refuses what Spotify refuses, and its control answers other processes."""

import base64
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from blueprints.spotify.demo.accounts import CLIENT_ID, CLIENT_SECRET
from blueprints.spotify.demo.exchange import Refused, Request
from blueprints.spotify.demo.player import Player, device
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World

from .conftest import Moment


class Caller:
    """Asks a world with a login, HTTP aside."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.token = world.sign_in()[0]

    def __call__(self, method: str, path: str, body: bytes = b"", query: dict[str, str] | None = None) -> int:
        headers = {"authorization": f"Bearer {self.token}", "content-length": str(len(body))}
        return self.world.handle(Request(method, f"/v1{path}", query or {}, headers, body)).status


@pytest.fixture
def ask(moment: Moment) -> Caller:
    made = Caller(World(moment))
    made.world.play_something()
    return made


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/search", {"q": "a", "type": "track", "limit": "11"}),
        ("/search", {"q": "a", "type": "track", "offset": "1001"}),
        ("/search", {"q": " ", "type": "track"}),
        ("/search", {"q": "a", "type": "song"}),
        ("/search", {"q": "a", "type": "track", "limit": "x"}),
        ("/artists/ar00000000000000000000/albums", {"limit": "11"}),
        ("/artists/ar00000000000000000000/albums", {"include_groups": "all"}),
        ("/me/tracks", {"limit": "51"}),
        ("/me/tracks", {"offset": "-1"}),
        ("/me/following", {"type": "user"}),
        ("/me/following", {"type": "artist", "limit": "51"}),
        ("/me/player/recently-played", {"limit": "51"}),
        ("/me/library/contains", {"uris": ",".join(["spotify:track:x"] * 41)}),
        ("/me/library/contains", {"uris": "x"}),
        ("/albums/short", {}),
    ],
)
def test_values_beyond_the_limits_are_refused(ask: Caller, path: str, query: dict[str, str]) -> None:
    assert ask("GET", path, query=query) == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tracks", 403),
        ("/artists/ar00000000000000000000/top-tracks", 403),
        ("/playlists/pl00000000000000000000/tracks", 403),
        ("/users/listener", 403),
        ("/browse/new-releases", 403),
        ("/nothing", 404),
        ("/artists/ar00000000000000000999/albums", 404),
        ("/albums/al00000000000000099999", 404),
        ("/albums/tr00000000000000000000", 404),
        ("/playlists/pl00000000000000000099/items", 404),
        ("/playlists/pl00000000000000000002/items", 403),
    ],
)
def test_what_is_gone_or_unknown(ask: Caller, path: str, status: int) -> None:
    assert ask("GET", path) == status


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "status"),
    [
        ("PUT", "/me/player", b'{"device_ids": ["d-laptop", "d-kitchen"]}', {}, 400),
        ("PUT", "/me/player", b'{"device_ids": ["d-none"]}', {}, 404),
        ("PUT", "/me/player", b'{"device_ids": ["d-tv"]}', {}, 403),
        ("PUT", "/me/player", b"[]", {}, 400),
        ("PUT", "/me/player", b"{", {}, 400),
        ("PUT", "/me/player", b'{"device_ids": ["d-kitchen"], "play": true}', {}, 204),
        (
            "PUT",
            "/me/player/play",
            b'{"context_uri": "spotify:artist:ar00000000000000000001", "offset": {"position": 1}}',
            {},
            400,
        ),
        (
            "PUT",
            "/me/player/play",
            b'{"context_uri": "spotify:album:al00000000000000000000", "offset": {"position": 99}}',
            {},
            400,
        ),
        (
            "PUT",
            "/me/player/play",
            b'{"context_uri": "spotify:album:al00000000000000000000", "offset": {"uri": "x"}}',
            {},
            404,
        ),
        ("PUT", "/me/player/play", b'{"context_uri": "spotify:thing:x"}', {}, 400),
        ("PUT", "/me/player/play", b'{"uris": []}', {}, 400),
        ("PUT", "/me/player/play", b"", {}, 403),
        ("PUT", "/me/player/play", b'{"context_uri": "spotify:show:sh00000000000000000001"}', {}, 204),
        ("PUT", "/me/player/seek", b"", {"position_ms": "-1"}, 400),
        ("PUT", "/me/player/volume", b"", {"volume_percent": "101"}, 400),
        ("PUT", "/me/player/repeat", b"", {"state": "twice"}, 400),
        ("POST", "/me/player/queue", b"", {"uri": "spotify:album:x"}, 400),
        ("PUT", "/me/library", b"", {"uris": "spotify:artist:ar00000000000000000000"}, 400),
        ("PUT", "/me/library", b"", {"uris": "spotify:show:sh00000000000000000000"}, 200),
    ],
)
def test_commands(ask: Caller, method: str, path: str, body: bytes, query: dict[str, str], status: int) -> None:
    assert ask(method, path, body, query) == status


def test_a_put_needs_a_length(ask: Caller) -> None:
    headers = {"authorization": f"Bearer {ask.token}"}
    assert ask.world.handle(Request("PUT", "/v1/me/player/pause", {}, headers)).status == 411


def test_tokens_scopes_and_the_kind_of_login(ask: Caller, moment: Moment) -> None:
    world = ask.world
    ask.token = ""
    assert ask("GET", "/me") == 401
    ask.token = world.accounts.new_access("")
    assert ask("GET", "/me/player") == 403
    ask.token = world.accounts.new_access("", is_user=False)
    assert ask("GET", "/me") == 401
    assert ask("GET", "/artists/ar00000000000000000000") == 200
    moment.pass_by(3600)
    assert ask("GET", "/artists/ar00000000000000000000") == 401


def plays(player: Player) -> bool:
    return player.is_playing


def test_time_moves_the_player_on(ask: Caller, moment: Moment) -> None:
    player = ask.world.player
    moment.pass_by(175 + 182)
    assert player.current_uri() == "spotify:track:tr00000000000000000002"
    player.enqueue(None, "spotify:track:tr00000000000000000009")
    player.next(None)
    assert player.current_uri() == "spotify:track:tr00000000000000000009"
    player.set_repeat(None, "track")
    moment.pass_by(3600)
    assert player.current_uri() == "spotify:track:tr00000000000000000009"
    player.set_repeat(None, "off")
    player.set_shuffle(None, True)
    player.next(None)
    player.set_shuffle(None, False)
    moment.pass_by(36_000)
    assert player.current_uri() == "spotify:track:tr00000000000000000000"
    assert not plays(player)
    player.set_repeat(None, "context")
    player.play(None, {"position_ms": 10})
    moment.pass_by(36_000)
    assert plays(player)
    player.seek(None, 5000)
    player.previous(None)
    assert player.position_ms == 0


def test_without_a_device_nothing_plays(ask: Caller) -> None:
    ask.world.player.devices = [device("Kitchen", "Speaker", "d-1")]
    assert ask("GET", "/me/player") == 204
    assert ask("PUT", "/me/player/pause") == 404
    assert ask("GET", "/me/player/queue") == 200


def authorized(world: World, **changes: str) -> tuple[int, dict[str, str]]:
    query = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1:9/callback",
        "state": "s",
    }
    reply = world.handle(Request("GET", "/authorize", {**query, **changes}))
    location = urlsplit(reply.headers.get("Location", "")).query
    return reply.status, {name: values[0] for name, values in parse_qs(location).items()}


def test_the_consent_page_refuses_unknown_clients_and_addresses(world: World) -> None:
    assert authorized(world)[0] == 200
    for changes in (
        {"client_id": "x"},
        {"redirect_uri": "http://127.0.0.1:9/other"},
        {"redirect_uri": "http://localhost:9/callback"},
        {"response_type": "token"},
        {"code_challenge": "x", "code_challenge_method": "plain"},
    ):
        assert authorized(world, **changes)[0] == 400
    assert authorized(world, consent="decline") == (302, {"error": "access_denied", "state": "s"})
    world.accounts.redirects = ["http://127.0.0.1:9/callback"]
    assert authorized(world, redirect_uri="http://127.0.0.1:10/callback")[0] == 400


def token_error(world: World, basic: str = "", **fields: str) -> str:
    pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    headers = {"authorization": f"Basic {pair}"} if basic else {}
    request = Request("POST", "/api/token", {}, headers, urlencode(fields).encode())
    found = httpx.Response(200, content=world.handle(request).body).json()
    return str(found.get("error", "none"))


def test_codes_are_good_once_for_their_verifier_and_address(world: World, moment: Moment) -> None:
    redirect = "http://127.0.0.1:9/callback"
    challenge = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    common = {"grant_type": "authorization_code", "client_id": CLIENT_ID}

    def code() -> str:
        return authorized(world, consent="agree", **challenge)[1]["code"]

    good = code()
    assert token_error(world, code=good, redirect_uri=redirect, code_verifier=verifier, **common) == "none"
    assert token_error(world, code=good, redirect_uri=redirect, code_verifier=verifier, **common) == "invalid_grant"
    assert token_error(world, code=code(), redirect_uri=redirect, code_verifier="x", **common) == "invalid_grant"
    assert (
        token_error(world, code=code(), redirect_uri=redirect + "x", code_verifier=verifier, **common)
        == "invalid_grant"
    )
    late = code()
    moment.pass_by(601)
    assert token_error(world, code=late, redirect_uri=redirect, code_verifier=verifier, **common) == "invalid_grant"
    bare = authorized(world, consent="agree")[1]["code"]
    assert token_error(world, code=bare, redirect_uri=redirect, **common) == "invalid_request"


def test_other_token_requests(world: World) -> None:
    assert token_error(world, grant_type="client_credentials", client_id=CLIENT_ID) == "invalid_client"
    assert token_error(world, basic="yes", grant_type="client_credentials") == "none"
    assert token_error(world, grant_type="password", client_id=CLIENT_ID) == "unsupported_grant_type"
    assert token_error(world, grant_type="refresh_token", client_id="x") == "invalid_client"
    assert token_error(world, grant_type="refresh_token", refresh_token="x", client_id=CLIENT_ID) == "invalid_grant"
    assert world.handle(Request("GET", "/nowhere")).status == 404


def test_the_hand_of_other_processes(server: Server, world: World) -> None:
    with httpx.Client(base_url=f"{server.url}/_demo", trust_env=False) as client:
        assert client.post("fault", params={"kind": "error", "count": 2, "path": "/me"}).json() == {"ok": True}
        assert world.faults.lined_up[0].count == 2
        token = client.post("sign-in").json()["access_token"]
        httpx.get(f"{server.api_url}/me", headers={"Authorization": f"Bearer {token}"}, trust_env=False)
        log = client.get("log")
        assert [(row["path"], row["status"]) for row in log.json()] == [("/v1/me", 500)]
        assert token not in log.text
        client.post("forget")
        assert (world.log, world.faults.lined_up) == ([], [])
        client.post("expire")
        assert {grant.expires_at for grant in world.accounts.access.values()} == {0}
        client.post("revoke")
        assert world.accounts.refresh == {}
        client.post("idle")
        assert world.player.active() is None
        assert client.post("nothing").status_code == 404


def test_a_fault_that_does_not_exist(world: World) -> None:
    with pytest.raises(KeyError):
        world.faults.add("earthquake")


def test_a_refusal_in_spotifys_shape() -> None:
    assert Refused(403, "m", "R").reply().body == b'{"error": {"status": 403, "message": "m", "reason": "R"}}'
