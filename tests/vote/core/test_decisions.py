"""Whether a post may vote: each reason, and which one is given first."""

from typing import Any

import pytest

from blueprints.vote.core import decisions as d
from blueprints.vote.core import moments
from blueprints.vote.core.posts import Post
from blueprints.vote.core.rules import Window
from tests.vote.core.made import NOW_MS, matcher, post

WINDOW = Window(NOW_MS, NOW_MS + 60_000)


def rejection(found: Post, **rules: Any) -> str | None:
    judge = matcher(window=WINDOW, **rules)
    return judge.rejection(found, judge.named(found))


@pytest.mark.parametrize(
    ("number", "verdict"), [(-1, d.OUTSIDE_WINDOW), (0, None), (59_999, None), (60_000, d.OUTSIDE_WINDOW)]
)
def test_the_window_begins_with_its_start_and_ends_before_its_end(number: int, verdict: str | None) -> None:
    assert rejection(post(number, 1, "debian")) == verdict


def test_reposts_and_quotes_count_as_the_rules_say() -> None:
    assert rejection(post(1, 1, "debian", is_repost=True)) == d.REPOST
    assert rejection(post(1, 1, "debian", is_repost=True), reposts=True) is None
    assert rejection(post(1, 1, "debian", is_quote=True)) is None
    assert rejection(post(1, 1, "debian", is_quote=True), quotes=False) == d.QUOTE


def test_the_tag_of_the_event_is_asked_for() -> None:
    assert rejection(post(1, 1, "debian"), require="fosdem") == d.NO_REQUIRED_TAG
    assert rejection(post(1, 1, "debian", "FOSDEM"), require="fosdem") is None


def test_candidates_are_named_once() -> None:
    assert rejection(post(1, 1)) == d.NO_CANDIDATE
    assert rejection(post(1, 1, "debian2")) == d.NO_CANDIDATE
    assert rejection(post(1, 1, "Debian", "DEBIAN")) is None
    assert rejection(post(1, 1, "arch", "debian")) == d.SEVERAL_CANDIDATES
    assert rejection(post(1, 1, "arch", "debian"), multi="count-all") is None


def test_a_post_without_author_does_not_count() -> None:
    assert rejection(post(1, None, "debian")) == d.NO_AUTHOR


@pytest.mark.parametrize(("day", "verdict"), [("2024-01-30", d.ACCOUNT_TOO_YOUNG), ("2024-02-01", None)])
def test_the_age_of_an_account_is_read_from_its_id(day: str, verdict: str | None) -> None:
    judge = matcher(min_account_age_s=30 * 86_400)
    found = Post(1, 1741610183685046272, moments.ms(f"{day}T00:00:00Z"), ("debian",), ())
    assert judge.rejection(found, judge.named(found)) == verdict


def test_accounts_numbered_one_by_one_are_old_enough() -> None:
    assert rejection(post(1, 999_999_999_999, "debian"), min_account_age_s=10**9) is None


def test_the_first_reason_in_the_published_order_is_given() -> None:
    everything = post(-1, None, is_repost=True, is_quote=True)
    assert rejection(everything, quotes=False, require="x") == d.OUTSIDE_WINDOW
    inside = everything._replace(created_ms=NOW_MS)
    assert rejection(inside, quotes=False, require="x") == d.REPOST
    assert rejection(inside._replace(is_repost=False), quotes=False, require="x") == d.QUOTE
    assert rejection(inside._replace(is_repost=False), require="x") == d.NO_REQUIRED_TAG


def test_a_cut_repost_without_candidate_is_decided_by_the_rule_that_matched() -> None:
    judge = matcher(reposts=True)
    cut = post(1, 1, is_repost=True, is_cut=True)
    assert judge.named(cut, [1]) == (1,)
    assert judge.named(cut) == ()
    assert judge.named(cut._replace(hashtags=("debian",)), [1]) == (0,)
    assert judge.named(cut._replace(is_cut=False), [1]) == ()
