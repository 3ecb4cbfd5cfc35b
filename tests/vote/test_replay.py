"""Votes over a recording, by the program: what is printed, what is written, how it ends."""

import gzip
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from blueprints.vote.core import moments
from tests.conftest import Run
from tests.vote.ids import first_id

START_MS = moments.ms("2026-11-22T18:00:00Z")


def event(number: int, author: int | str | None, text: str, at_s: float = 0.0, **more: Any) -> dict[str, Any]:
    created_ms = START_MS + int(at_s * 1000)
    data = {
        "id": str(first_id(created_ms) + number),
        "author_id": None if author is None else str(author),
        "created_at": moments.exact(created_ms // 1000 * 1000),
        "text": text,
    }
    return {"data": {**data, **more}, "matching_rules": [{"id": "1"}]}


def recorded(path: Path, events: Iterable[Any]) -> str:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in events]
    path.write_text("".join(f"{line}\n" for line in lines))
    return f"replay:{path}"


def ended(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    assert found["type"] == "end"
    return found


def votes(found: dict[str, Any]) -> dict[str, int]:
    return {one["label"]: one["votes"] for one in found["candidates"]}


@pytest.fixture
def desktop(tmp_path: Path) -> str:
    """275 posts of three minutes, of which 179 count."""
    events = [event(number, 1000 + number, "#debian", number * 1.5) for number in range(120)]
    events += [event(200 + number, 2000 + number, "#Arch!", number * 3) for number in range(59)]
    refers = {"referenced_tweets": [{"type": "retweeted", "id": "1"}]}
    events += [event(500 + number, 3000 + number, "RT @a: #debian", 10, **refers) for number in range(22)]
    events += [event(600 + number, 1000 + number, "#arch", 170) for number in range(32)]
    events += [event(700 + number, 4000 + number, "#debian2", 20) for number in range(41)]
    return recorded(tmp_path / "desktop.jsonl", [*events, event(800, 4999, "nothing", 180)])


def test_a_vote_over_a_recording(run: Run, desktop: str) -> None:
    printed = run(
        "vote", "debian", "ubuntu", "arch", "--source", desktop, "--name", "desktop", "--json", expect=0
    ).stdout
    start = json.loads(printed.splitlines()[0])
    assert (start["type"], start["state"], votes(start)) == ("start", "running", {"debian": 0, "ubuntu": 0, "arch": 0})
    found = ended(printed)
    assert {
        name: found[name] for name in ("session", "name", "state", "source", "winner", "tie", "complete", "gaps")
    } == {
        "session": 1,
        "name": "desktop",
        "state": "ended",
        "source": "replay",
        "winner": "debian",
        "tie": [],
        "complete": True,
        "gaps": [],
    }
    assert [found[name] for name in ("started_at", "ends_at", "ended_at")] == [
        "2026-11-22T18:00:00Z",
        "2026-11-22T18:03:00Z",
        "2026-11-22T18:03:00Z",
    ]
    assert found["candidates"][0] == {
        "label": "debian",
        "tags": ["debian"],
        "votes": 120,
        "share": 0.670391,
        "rank": 1,
        "per_minute": 40.0,
    }
    assert found["candidates"][2]["per_minute"] == 19.67
    assert (found["votes"], found["ballots"], found["accounts"]) == (179, 179, 179)
    assert found["posts"] == {
        "seen": 275,
        "counted": 179,
        "replaced": 0,
        "duplicate": 0,
        "malformed": 0,
        "rejected": {"repost": 22, "already_voted": 32, "no_candidate": 42},
    }
    assert found["cost"] == {
        "usd": "0.000000",
        "posts_read": 0,
        "users_read": 0,
        "count_requests": 0,
        "budget_usd": "5.00",
    }
    stored = json.loads(run("vote", "results", "desktop", "--json", expect=0).stdout)
    assert stored == {name: value for name, value in found.items() if name != "type"}


def test_case_variants_are_one_candidate_and_are_said(run: Run, tmp_path: Path) -> None:
    source = recorded(tmp_path / "r", [event(1, 1, "#DEBIAN")])
    result = run("vote", "Debian", "debian", "#DEBIAN", "--source", source, "--json", expect=0)
    assert votes(ended(result.stdout)) == {"Debian": 1}
    assert result.stderr.splitlines() == [
        "#debian is the same hashtag as one of Debian: dropped",
        "#DEBIAN is the same hashtag as one of Debian: dropped",
    ]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("options", "debian", "arch"),
    [
        ([], 1, 0),
        (["--which", "last"], 0, 1),
        (["--one-vote-per", "account-and-tag"], 1, 1),
        (["--one-vote-per", "post"], 1, 1),
    ],
)
def test_which_ballot_stands(run: Run, tmp_path: Path, order: int, options: list[str], debian: int, arch: int) -> None:
    events = [event(1, 7, "#debian", 1), event(2, 7, "#arch", 2)]
    source = recorded(tmp_path / "r", events[::order])
    found = ended(run("vote", "debian", "arch", "--source", source, "--json", *options, expect=0).stdout)
    assert votes(found) == {"debian": debian, "arch": arch}


def test_what_names_a_candidate_and_what_does_not(run: Run, tmp_path: Path) -> None:
    texts = [
        "＃Debian",
        "#DEBIAN",
        "(#debian)",
        "x#debian",
        "#debian2",
        "http://x.org/#debian",
        "debian",
        "#debian#arch",
    ]
    source = recorded(tmp_path / "r", [event(number, number + 1, text) for number, text in enumerate(texts)])
    assert votes(ended(run("vote", "debian", "--source", source, "--json", expect=0).stdout)) == {"debian": 3}


def test_two_candidates_in_one_post(run: Run, tmp_path: Path) -> None:
    source = recorded(tmp_path / "r", [event(1, 1, "#debian #arch")])
    assert ended(run("vote", "debian", "arch", "--source", source, "--json").stdout)["votes"] == 0
    found = ended(run("vote", "debian", "arch", "--source", source, "--json", "--multi", "count-all").stdout)
    assert (votes(found), found["ballots"]) == ({"debian": 1, "arch": 1}, 1)


def test_the_age_of_accounts(run: Run, tmp_path: Path) -> None:
    events = [
        event(1, "1741610183685046272", "#debian", created_at="2024-01-30T00:00:00.000Z"),
        event(2, "1741610183685046272", "#debian", created_at="2024-02-01T00:00:00.000Z"),
    ]
    source = recorded(tmp_path / "r", events)
    found = ended(run("vote", "debian", "--source", source, "--json", "--min-account-age", "30d", expect=0).stdout)
    assert (found["votes"], found["posts"]["rejected"]) == (1, {"account_too_young": 1})


def test_quoted_words_are_not_the_voters(run: Run, tmp_path: Path) -> None:
    quote = event(1, 1, "so true", referenced_tweets=[{"type": "quoted", "id": "5"}])
    quote["includes"] = {"tweets": [{"id": "5", "text": "#debian"}]}
    source = recorded(tmp_path / "r", [quote])
    assert ended(run("vote", "debian", "--source", source, "--json").stdout)["posts"]["rejected"] == {"no_candidate": 1}


def test_broken_lines_are_counted_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    message = {"errors": [{"title": "operational-disconnect"}]}
    page = {"data": [event(2, 2, "#debian")["data"], event(3, 3, "#debian")["data"]], "meta": {"result_count": 2}}
    lines = ["{broken", "", event(1, 1, "#debian"), {"data": {"text": "no id"}}, message, page, event(1, 1, "#debian")]
    source = recorded(tmp_path / "r", lines)
    found = ended(run("vote", "debian", "--source", source, "--json", expect=0).stdout)
    assert found["votes"] == 3
    assert (found["posts"]["malformed"], found["posts"]["duplicate"], found["complete"]) == (2, 1, True)


def test_a_window_in_a_recording(run: Run, tmp_path: Path) -> None:
    source = recorded(tmp_path / "r", [event(at, at, "#debian", at) for at in (50, 10, 20, 40)])
    found = ended(run("vote", "debian", "--source", source, "--json", "--duration", "30s", expect=0).stdout)
    assert (found["votes"], found["started_at"], found["ends_at"]) == (
        2,
        "2026-11-22T18:00:10Z",
        "2026-11-22T18:00:40Z",
    )
    edges = ["--from", "2026-11-22T19:00:20+01:00", "--until", "2026-11-22T18:00:50Z"]
    found = ended(run("vote", "debian", "--source", source, "--json", *edges, expect=0).stdout)
    assert (found["votes"], found["posts"]["rejected"]) == (2, {"outside_window": 2})


def test_gzip_and_real_time(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.gz"
    lines = "".join(json.dumps(event(at, at + 1, "#debian", at)) + "\n" for at in range(4))
    path.write_bytes(gzip.compress(lines.encode()))
    began = time.monotonic()
    found = ended(run("vote", "debian", "--source", f"replay:{path}", "--json", "--speed", "10", expect=0).stdout)
    assert found["votes"] == 4
    assert time.monotonic() - began >= 0.3


def test_the_recording_that_comes_with_the_program(run: Run) -> None:
    found = ended(run("vote", "debian", "ubuntu", "arch", "--source", "replay:demo", "--json", expect=0).stdout)
    assert found["posts"]["seen"] == 330
    assert all(one["votes"] > 50 for one in found["candidates"])


def test_the_sum_alone_while_hidden(run: Run, desktop: str) -> None:
    printed = run("vote", "debian", "arch", "--source", desktop, "--json", "--hide-until-end", expect=0).stdout
    start, *_, end = map(json.loads, printed.splitlines())
    assert votes(start) == {"debian": None, "arch": None}
    assert votes(end) == {"debian": 120, "arch": 59}


def test_plain_text(run: Run, desktop: str) -> None:
    printed = run("vote", "debian", "arch", "--source", desktop, "--plain", expect=0).stdout.splitlines()
    assert printed[0] == "debian 0 · arch 0 · 0 ballots · starting"
    assert printed[1:4] == [
        "candidate  votes  share  rank  per minute",
        "debian       120  67.0%     1        40.0",
        "arch          59  33.0%     2       19.67",
    ]
    assert printed[5:10] == [
        "Session 1: ended",
        "Winner: debian",
        "179 votes, 179 ballots from 179 accounts",
        "275 posts seen: 179 counted, 32 already_voted, 42 no_candidate, 22 repost",
        "From 2026-11-22T18:00:00Z to 2026-11-22T18:03:00Z",
    ]


def test_require_quotes_and_reposts(run: Run, tmp_path: Path) -> None:
    events = [
        event(1, 1, "#debian #live"),
        event(2, 2, "#debian"),
        event(3, 3, "#debian #live", referenced_tweets=[{"type": "quoted", "id": "1"}]),
        event(4, 4, "RT @x: #debian #live"),
        event(5, 5, "RT @x: #live or #debi…"),
    ]
    source = recorded(tmp_path / "r", events)
    found = ended(
        run("vote", "debian", "--source", source, "--json", "--require", "#live", "--no-quotes", "--reposts").stdout
    )
    assert found["votes"] == 2
    assert found["posts"]["rejected"] == {"no_required_tag": 1, "quote": 1, "no_candidate": 1}
    assert found["rules"]["require"] == "live"


def test_a_file_that_is_missing_is_named(run: Run) -> None:
    result = run("vote", "debian", "--source", "replay:/nowhere/r.jsonl", expect=1)
    assert result.stderr == "Error: /nowhere/r.jsonl: No such file or directory: name a recording, or replay:demo\n"
    assert json.loads(run("vote", "sessions", "--json", expect=0).stdout) == []


def test_a_damaged_gzip_file_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "torn.jsonl.gz"
    packed = bytearray(gzip.compress(b'{"data":{"id":"1","text":"#debian"}}\n' * 200))
    packed[10] = 0xFF  # the first block, of a kind that there is not
    path.write_bytes(packed)
    result = run("vote", "debian", "--source", f"replay:{path}", "--plain", expect=1)
    assert result.stderr == f"Error: {path}: the gzip file is damaged; what was read before is counted\n"


def test_a_gzip_file_that_ends_early_is_counted_as_far_as_it_goes(run: Run, tmp_path: Path) -> None:
    lines = "".join(json.dumps(event(at, at + 1, "#debian", at)) + "\n" for at in range(4000))
    path = tmp_path / "r.gz"
    path.write_bytes(gzip.compress(lines.encode())[:-2000])
    result = run("vote", "debian", "--source", f"replay:{path}", "--json", expect=1)
    found = ended(result.stdout)
    assert (found["state"], found["complete"]) == ("error", False)
    assert found["votes"] > 1000
    assert "ends too early" in result.stderr


WRONG = [
    ([], "name at least one candidate"),
    (["#123"], "'#123' is no hashtag"),
    ([" "], "blank"),
    (["two words"], "several words"),
    ([f"t{number}" for number in range(26)], "26 candidates are too many: at most 25"),
    (["a", "--until", "2020-01-01T00:00:00Z"], "--until 2020-01-01T00:00:00Z is in the past"),
    (["a", "--until", "2099-01-01T00:00:00Z", "--duration", "3m"], "--duration and --until: give one of the two"),
    (["a", "--until", "soon"], "--until soon: RFC 3339"),
    (["a", "--until", "2099-01-01T00:00:00"], "a time needs its offset"),
    (["a", "--from", "2020-01-01T00:00:00Z"], "--from: at most 7 days back"),
    (["a", "--from", "2099-01-02T00:00:00Z", "--until", "2099-01-01T00:00:00Z"], "--until is not after --from"),
    (["a", "--source", "search", "--every", "1s"], "--every: at least 5s"),
    (["a", "--source", "stream", "--every", "10s"], "--every is for --source search and --source counts"),
    (["a", "--source", "counts", "--one-vote-per", "account"], "--one-vote-per: counts know no accounts"),
    (["a", "--source", "counts", "--min-account-age", "3d"], "--min-account-age: counts know no accounts"),
    (["a", "--source", "counts", "--record", "r"], "--record: counts show no posts"),
    (["a", "--source", "replay:demo", "--record", "r"], "--record: the source is a recording already"),
    (["a", "--source", "replay"], "--source replay needs a file"),
    (["a", "--source", "telepathy"], "no source named telepathy: there are counts, replay, search, stream"),
    (["a", "--speed", "2"], "--speed is for --source replay:FILE"),
    (["a", "--source", "replay:demo", "--speed", "0"], "--speed 0: max, or"),
    (["a", "--source", "replay:demo", "--speed", "fast"], "--speed fast: max, or"),
    (["a", "--budget", "-1"], "--budget: an amount of USD"),
    (["a", "--budget", "1e30"], "--budget: an amount of USD up to 1,000,000,000, or 0"),
    (["a", "--name", "7"], "--name '7'"),
    (["a", "--source", "stream:x"], "--source stream takes nothing behind a colon"),
    (["a", "--duration", "9999999d"], "--duration: too long"),
    (["a", "--require", "x y"], "several words"),
    (["a", "--json", "--plain"], "--json and --plain"),
    (["a", "--resume", "1"], "--resume takes all rules from the session: leave out TAG"),
    (["--resume", "1", "--which", "last", "--from", "10:00"], "leave out --from, --which"),
    (
        ["A=" + ",".join(f"a{number:05}" for number in range(100)), "b"],
        "the query for A has 1110 characters, the limit is 1024",
    ),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[said for _, said in WRONG])
def test_wrong_calls_are_named(run: Run, words: list[str], said: str) -> None:
    result = run("vote", *words, expect=2, env={"BLUEPRINTS_VOTE__X__BEARER_TOKEN": "t"})
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("source", ["stream", "search", "counts"])
def test_without_credentials_the_way_out_is_named(run: Run, source: str) -> None:
    result = run("vote", "debian", "--source", source, expect=4)
    assert result.stderr.splitlines()[-1] == (
        "Error: no credentials for X: run `blueprints vote login`, or try `--source replay:FILE`"
    )


def test_a_word_that_is_a_command_is_one_and_a_hashtag_of_it_is_none(run: Run, tmp_path: Path) -> None:
    source = recorded(tmp_path / "r", [event(1, 1, "#sessions")])
    assert run("vote", "sessions", expect=0).stdout == ""
    assert votes(ended(run("vote", "#sessions", "audit", "--source", source, "--json", expect=0).stdout)) == {
        "sessions": 1,
        "audit": 0,
    }
