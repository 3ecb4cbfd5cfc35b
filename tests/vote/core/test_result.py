"""The result as every output shows it."""

from dataclasses import replace

import pytest

from blueprints.vote.core.candidates import slate
from blueprints.vote.core.result import Gap, Standing, per_minute, share
from blueprints.vote.core.rules import Rules, Window
from tests.vote.core.made import NOW_MS


@pytest.fixture
def standing() -> Standing:
    return Standing(
        session=7,
        name="desktop",
        state="ended",
        source="replay",
        rules=Rules(),
        candidates=slate(["debian", "arch"], "strict", 25).candidates,
        window=Window(NOW_MS, NOW_MS + 180_000),
        ended_ms=NOW_MS + 180_000,
        elapsed_s=180,
        votes=[120, 59],
        ballots=179,
        accounts=179,
        posts={"seen": 275},
        cost={"usd": "0.000000"},
        head="9f2c",
        reached_end=True,
    )


def test_shares_ranks_and_rates(standing: Standing) -> None:
    shown = standing.as_dict()
    assert shown["candidates"] == [
        {"label": "debian", "tags": ["debian"], "votes": 120, "share": 0.670391, "rank": 1, "per_minute": 40.0},
        {"label": "arch", "tags": ["arch"], "votes": 59, "share": 0.329609, "rank": 2, "per_minute": 19.67},
    ]
    assert (shown["winner"], shown["tie"], shown["votes"], shown["complete"]) == ("debian", [], 179, True)
    assert (shown["started_at"], shown["ends_at"]) == ("2026-11-22T18:00:00Z", "2026-11-22T18:03:00Z")


def test_a_tie_has_no_winner(standing: Standing) -> None:
    shown = replace(standing, votes=[5, 5]).as_dict()
    assert (shown["winner"], shown["tie"]) == (None, ["debian", "arch"])
    assert [one["rank"] for one in shown["candidates"]] == [1, 1]


def test_without_votes_nobody_wins(standing: Standing) -> None:
    shown = replace(standing, votes=[0, 0], elapsed_s=0).as_dict()
    assert (shown["winner"], shown["tie"]) == (None, [])
    assert (shown["candidates"][0]["share"], shown["candidates"][0]["per_minute"]) == (None, None)


def test_a_hidden_result_shows_the_sum_alone(standing: Standing) -> None:
    shown = replace(standing, is_hidden=True).as_dict()
    assert shown["candidates"][0] == {
        "label": "debian",
        "tags": ["debian"],
        "votes": None,
        "share": None,
        "rank": None,
        "per_minute": None,
    }
    assert (shown["winner"], shown["tie"], shown["votes"]) == (None, [], 179)


def test_totals_of_counts_carry_their_time(standing: Standing) -> None:
    shown = replace(standing, as_of=["2026-11-22T18:01:00Z", None]).as_dict()
    assert [one["as_of"] for one in shown["candidates"]] == ["2026-11-22T18:01:00Z", None]


@pytest.mark.parametrize(
    ("state", "reached", "filled", "complete"),
    [
        ("ended", True, True, True),
        ("ended", True, False, False),
        ("ended", False, True, False),
        ("budget", True, True, False),
    ],
)
def test_what_makes_a_result_complete(
    standing: Standing, state: str, reached: bool, filled: bool, complete: bool
) -> None:
    gaps = [Gap(NOW_MS, None, "cut", is_filled=filled)]
    found = replace(standing, state=state, reached_end=reached, gaps=gaps)
    assert found.is_complete is complete
    assert found.as_dict()["gaps"] == [{"from": "2026-11-22T18:00:00Z", "to": None, "reason": "cut", "filled": filled}]


def test_figures_are_rounded() -> None:
    assert share(1, 3) == 0.333333
    assert per_minute(10, 7) == 85.71
