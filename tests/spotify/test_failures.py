"""Every refusal and failure: what the user reads, the exit code, how often Spotify was asked, and no secrets."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from blueprints.auth import Token
from blueprints.spotify.core.scopes import DEFAULT
from blueprints.spotify.demo.server import Server
from blueprints.spotify.demo.world import World
from tests.conftest import Result, Run

from .conftest import Moment, stored_login


def secrets_of(world: World) -> list[str]:
    return [*world.accounts.access, *world.accounts.refresh, *world.accounts.codes, "demo-client-secret"]


def assert_no_secrets(world: World, found: Result) -> None:
    shown = found.stdout + found.stderr
    assert "Bearer" not in shown
    assert [secret for secret in secrets_of(world) if secret in shown] == []


def test_without_a_client_id_it_says_how_to_register(run: Run) -> None:
    found = run("spotify", "status", expect=2)
    for part in ("developer.spotify.com/dashboard", "http://127.0.0.1/callback", "spotify.client_id"):
        assert part in found.stderr
    assert (
        "client_secret"
        in run(
            "spotify",
            "search",
            "x",
            env={"BLUEPRINTS_SPOTIFY__CLIENT_ID": "c", "BLUEPRINTS_SPOTIFY__FLOW": "client_credentials"},
            expect=2,
        ).stderr
    )


def test_without_a_login_the_command_is_named(run: Run, server: Server, world: World) -> None:
    found = run("spotify", "status", expect=4)
    assert found.stderr == "Error: not logged in to Spotify: run `blueprints spotify login`\n"
    assert world.log == []


@pytest.mark.parametrize(
    ("fault", "exit_code", "text"),
    [
        ("premium", 1, "playback needs Spotify Premium"),
        ("refused", 1, "the player refuses this now: it gives no reason (UNKNOWN)"),
        ("unlisted", 4, "its owner adds it under"),
        ("scope", 4, "lacks the scope user-modify-playback-state"),
        ("forbidden", 1, "the player refuses this now: Forbidden"),
        ("rate-long", 3, "again at "),
        ("quota", 3, "quota of your developer account is used up"),
        ("error", 3, "Spotify answers 500"),
        ("reset", 3, "broke off"),
    ],
)
def test_a_refused_command_is_sent_once(
    run: Run, login: Token, world: World, fault: str, exit_code: int, text: str
) -> None:
    world.faults.add(fault, 9, "/me/player/next")
    found = run("spotify", "next", expect=exit_code)
    assert text in found.stderr
    assert found.stderr.count("\n") == 1
    assert len(world.asked("POST")) == 1
    assert_no_secrets(world, found)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("error", "Spotify answers 500"),
        ("unavailable", "Spotify answers 503"),
        ("reset", "broke off"),
    ],
)
def test_a_read_is_tried_three_times(run: Run, login: Token, world: World, fault: str, text: str) -> None:
    world.faults.add(fault, 9)
    assert text in run("spotify", "status", expect=3).stderr
    assert len(world.log) == 3


@pytest.mark.parametrize("fault", ["error", "reset"])
def test_a_read_that_succeeds_at_last(run: Run, login: Token, world: World, fault: str) -> None:
    world.faults.add(fault, 2)
    assert run("spotify", "status", expect=0).stdout.startswith("playing: Livid")


@pytest.mark.parametrize("fault", ["garbage", "truncated"])
def test_a_body_that_is_no_json(run: Run, login: Token, world: World, fault: str) -> None:
    world.faults.add(fault)
    assert run("spotify", "status", expect=3).stderr == "Error: Spotify's answer is not JSON: try again in a moment\n"


def test_json_of_another_shape(run: Run, login: Token, world: World) -> None:
    world.faults.add("nothing", 9)
    assert "not what its documentation says" in run("spotify", "tracks", "liked", expect=3).stderr


def test_a_short_rate_limit_is_waited_for_and_said(run: Run, login: Token, world: World, waits: list[float]) -> None:
    world.faults.add("rate-short", 1)
    found = run("spotify", "next", expect=0)
    assert "waiting 1 s" in found.stderr
    assert waits[0] == 1


def test_a_rate_limit_without_a_time_waits_longer_and_longer(
    run: Run, login: Token, world: World, waits: list[float]
) -> None:
    world.faults.add("rate-bare", 9)
    run("spotify", "status", expect=3)
    assert waits == [1, 2, 4]
    assert len(world.log) == 4


def test_short_rate_limits_do_not_go_on_for_ever(run: Run, login: Token, world: World, waits: list[float]) -> None:
    world.faults.add("rate-short", 99)
    run("spotify", "status", expect=3)
    assert len(waits) < 9


def test_a_quota_is_not_asked_again(run: Run, login: Token, world: World, waits: list[float]) -> None:
    world.faults.add("quota", 9)
    run("spotify", "status", expect=3)
    assert (len(world.log), waits) == (1, [])


def test_no_network(run: Run, login: Token, world: World) -> None:
    found = run("spotify", "status", env={"BLUEPRINTS_SPOTIFY__API__BASE_URL": "http://127.0.0.1:9/v1"}, expect=3)
    assert found.stderr == "Error: Spotify: cannot reach 127.0.0.1:9: connection refused\n"


def test_not_premium_and_not_listed(run: Run, login: Token, world: World) -> None:
    world.premium = False
    assert "needs Spotify Premium" in run("spotify", "pause", expect=1).stderr
    run("spotify", "search", "water", expect=0)
    world.listed = False
    assert "not listed in the app" in run("spotify", "search", "water", expect=4).stderr


def test_a_command_that_lacks_a_scope_says_which(run: Run, server: Server, world: World, token_path: Path) -> None:
    stored_login(world, token_path, tuple(scope for scope in DEFAULT if scope != "user-modify-playback-state"))
    found = run("spotify", "pause", expect=4)
    assert "lacks the scope user-modify-playback-state" in found.stderr
    assert world.log == []


def test_an_expired_token_is_refreshed_and_the_rotated_one_kept(
    run: Run, server: Server, world: World, token_path: Path
) -> None:
    before = stored_login(world, token_path, expires_in=0)
    run("spotify", "status", expect=0)
    after = json.loads(token_path.read_text())
    assert after["refresh_token"] in world.accounts.refresh
    assert after["refresh_token"] != before.refresh_token
    assert after["authorized_at"] == before.authorized_at
    world.accounts.rotates = False
    after["expires_at"] = 0
    token_path.write_text(json.dumps(after))
    run("spotify", "status", expect=0)
    assert json.loads(token_path.read_text())["refresh_token"] == after["refresh_token"]
    assert len(world.asked("POST", "/api/token")) == 2


def test_a_token_that_spotify_no_longer_takes_is_renewed_within_the_run(run: Run, login: Token, world: World) -> None:
    world.accounts.access.clear()
    run("spotify", "status", expect=0)
    assert [one.path for one in world.asked()] == ["/v1/me/player", "/api/token", "/v1/me/player"]


def test_a_token_that_is_never_taken_ends_after_one_renewal(run: Run, login: Token, world: World) -> None:
    world.faults.add("expired", 9, "/me/player")
    assert "refuses the login's token" in run("spotify", "status", expect=4).stderr
    assert len(world.asked("POST", "/api/token")) == 1
    assert len(world.asked("GET", "/v1/me/player")) == 2


def test_a_dead_login_is_asked_about_once(run: Run, login: Token, world: World, token_path: Path) -> None:
    world.accounts.access.clear()
    world.accounts.refresh.clear()
    for _ in range(3):
        found = run("spotify", "status", expect=4)
        assert found.stderr == "Error: the login at Spotify ended: run `blueprints spotify login`\n"
    assert len(world.asked("POST", "/api/token")) == 1
    assert json.loads(token_path.read_text())["refresh_token"] is None


def test_a_broken_token_file_is_kept_and_named(run: Run, server: Server, token_path: Path) -> None:
    token_path.parent.mkdir(parents=True)
    token_path.write_text("{")
    assert "kept as token.json.bad" in run("spotify", "status", expect=4).stderr
    assert "run `blueprints spotify login`" in run("spotify", "status", expect=4).stderr


def test_a_token_of_another_client_id(run: Run, login: Token, world: World) -> None:
    found = run("spotify", "status", env={"BLUEPRINTS_SPOTIFY__CLIENT_ID": "another"}, expect=4)
    assert "another client id" in found.stderr
    assert_no_secrets(world, found)


def test_a_token_file_elsewhere(run: Run, login: Token, isolated: Path, token_path: Path) -> None:
    home = {"HOME": str(isolated), "BLUEPRINTS_SPOTIFY__TOKEN_FILE": "~/mine.json"}
    token_path.rename(isolated / "mine.json")
    run("spotify", "status", env=home, expect=0)
    (isolated / "mine.json").rename(token_path)
    run("spotify", "status", env={"BLUEPRINTS_SPOTIFY__TOKEN_FILE": ""}, expect=0)


def test_limits_of_the_life_of_a_login(run: Run, login: Token) -> None:
    for name in ("LOGIN_MONTHS", "WARN_DAYS"):
        told = run("spotify", "status", env={f"BLUEPRINTS_SPOTIFY__{name}": "999999"}, expect=2).stderr
        assert "login_months must be 1 to 1200, and warn_days 0 to 36500" in told


def test_a_readable_token_file_is_tightened(run: Run, login: Token, token_path: Path) -> None:
    token_path.chmod(0o644)
    assert "it is 0600 now" in run("spotify", "status", expect=0).stderr
    assert stat.S_IMODE(token_path.stat().st_mode) == 0o600


def test_the_end_of_the_login_is_announced(
    run: Run, login: Token, world: World, moment: Moment, token_path: Path
) -> None:
    stored = json.loads(token_path.read_text())
    stored["authorized_at"] = int(datetime(2026, 6, 1, 10, tzinfo=UTC).timestamp())
    stored["expires_at"] = 4_000_000_000
    token_path.write_text(json.dumps(stored))
    with time_machine.travel(datetime(2026, 11, 16, 23, tzinfo=UTC), tick=False):
        early = run("spotify", "search", "water", "--json", expect=0)
    with time_machine.travel(datetime(2026, 11, 17, 10, tzinfo=UTC), tick=False):
        late = run("spotify", "search", "water", "--json", expect=0)
    assert early.stderr == ""
    assert late.stderr == "login ends on 2026-12-01: run `blueprints spotify login` before then.\n"
    assert late.stdout == early.stdout


def test_client_credentials_search_but_do_not_control(run: Run, server: Server, world: World, token_path: Path) -> None:
    env = {"BLUEPRINTS_SPOTIFY__FLOW": "client_credentials"}
    found = run("spotify", "pause", env=env, expect=4)
    assert "cannot control playback" in found.stderr
    assert world.log == []
    run("spotify", "search", "water", env=env, expect=0)
    run("spotify", "tracks", "spotify:album:al00000000000000000000", env=env, expect=0)
    run("spotify", "albums", "hot water", env=env, expect=0)
    stored = json.loads(token_path.read_text())
    assert (stored["flow"], stored["refresh_token"]) == ("client_credentials", None)
    assert len(world.asked("POST", "/api/token")) == 1
    assert run("spotify", "tracks", "liked", env=env).exit_code == 4
    assert "needs no login" in run("spotify", "login", env=env, expect=2).stderr


def test_debug_shows_no_secret(run: Run, login: Token, world: World) -> None:
    world.faults.add("garbage", 9)
    found = run("--debug", "spotify", "status", env={"BLUEPRINTS_DEBUG": "1"}, expect=3)
    assert "Traceback" in found.stderr
    assert_no_secrets(world, found)
