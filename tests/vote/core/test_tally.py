"""Counting: which ballot stands, whatever the order of delivery."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.vote.core.posts import Post
from blueprints.vote.core.tally import Tally
from tests.vote.core.made import counted, decisions, matcher, post

PERS = ("account", "account-and-tag", "post")


def totals(tally: Tally) -> tuple[list[int], int, int]:
    return tally.votes, tally.ballots, tally.accounts


@pytest.mark.parametrize(
    ("rules", "votes", "ballots"),
    [
        ({"which": "first"}, [1, 0], 1),
        ({"which": "last"}, [0, 1], 1),
        ({"one_vote_per": "account-and-tag"}, [1, 1], 2),
        ({"one_vote_per": "post"}, [1, 1], 2),
    ],
)
def test_one_account_posts_two_candidates(rules: dict[str, str], votes: list[int], ballots: int) -> None:
    posts = [post(1, 7, "debian"), post(2, 7, "arch")]
    for order in (posts, posts[::-1]):
        assert totals(counted(matcher(**rules), order)) == (votes, ballots, 1)


def test_two_candidates_in_one_post() -> None:
    both = [post(1, 7, "debian", "arch")]
    assert totals(counted(matcher(), both)) == ([0, 0], 0, 0)
    assert totals(counted(matcher(multi="count-all"), both)) == ([1, 1], 1, 1)
    assert totals(counted(matcher(multi="count-all", one_vote_per="account-and-tag"), both)) == ([1, 1], 2, 1)


def test_a_post_seen_twice_counts_once_and_leaves_no_row() -> None:
    tally = counted(matcher(), [post(1, 7, "debian")] * 2)
    assert (tally.votes, tally.duplicate, tally.seq) == ([1, 0], 1, 1)


def test_an_earlier_post_that_arrives_late_takes_the_ballot_over() -> None:
    tally = counted(matcher(), [post(2, 7, "arch"), post(1, 7, "debian")])
    rows = [entry.row for entry in tally.pages.entries.values()]  # type: ignore[attr-defined]  # the books of the test
    assert [row.replaces for row in rows] == [None, str(rows[0].post_id)]
    assert (tally.counted, tally.replaced, tally.ballots) == (2, 1, 1)


def test_a_rejected_post_does_not_use_up_the_ballot() -> None:
    tally = counted(matcher(), [post(1, 7, "debian", "arch"), post(2, 7, "arch")])
    assert decisions(tally) == ["several_candidates", "counted"]


def test_versions_of_an_edited_post() -> None:
    edits = [post(1, 7, "debian"), post(2, 7, "arch", versions=(1,))]
    for per in ("account", "post"):
        first = counted(matcher(one_vote_per=per), edits)
        assert (decisions(first), first.votes) == (["counted", "earlier_version"], [1, 0])
        last = counted(matcher(one_vote_per=per, which="last"), edits)
        assert (decisions(last), last.votes, last.ballots) == (["counted", "counted"], [0, 1], 1)


def test_a_second_post_of_the_account_is_no_version() -> None:
    posts = [post(1, 7, "debian"), post(3, 7, "arch", versions=(2,))]
    assert decisions(counted(matcher(), posts)) == ["counted", "already_voted"]


def test_pairs_that_one_post_takes_over_are_all_named() -> None:
    rules = matcher(one_vote_per="account-and-tag", multi="count-all")
    tally = counted(rules, [post(3, 7, "debian"), post(2, 7, "arch"), post(1, 7, "debian", "arch")])
    rows = [entry.row for entry in tally.pages.entries.values()]  # type: ignore[attr-defined]  # the books of the test
    assert rows[2].replaces == f"{rows[0].post_id} {rows[1].post_id}"
    assert (tally.votes, tally.ballots, tally.replaced, tally.accounts) == ([1, 1], 2, 2, 1)
    again = counted(rules, [post(2, 7, "debian", "arch"), post(1, 7, "debian", "arch")])
    assert again.pages.entries[again.pages.ballots[(7, 1)].post_id].row.replaces.count(" ") == 0  # type: ignore[attr-defined]  # as above


def test_counters_add_up() -> None:
    posts = [
        post(1, 7, "debian"),
        post(2, 7, "arch"),
        post(0, 7, "arch"),
        post(4, 8),
        post(5, 9, "arch", is_repost=True),
    ]
    tally = counted(matcher(), posts)
    assert tally.seq == tally.counted + sum(tally.rejected.values()) == 5
    assert tally.counted - tally.replaced == tally.ballots == 1
    assert tally.rejected == {"already_voted": 1, "no_candidate": 1, "repost": 1}
    assert (tally.last_ms or 0) - (tally.first_ms or 0) == 5


made_posts = st.lists(
    st.builds(
        lambda number, author, tags, edited: post(
            number * 10, author, *tags, versions=(number * 10 - 5,) if edited else ()
        ),
        st.integers(0, 30),
        st.integers(1, 4),
        st.lists(st.sampled_from(["debian", "arch", "other"]), max_size=2),
        st.booleans(),
    ),
    max_size=9,
    unique_by=lambda one: one.id,
)


@given(
    made_posts,
    st.randoms(use_true_random=False),
    st.sampled_from(PERS),
    st.sampled_from(["first", "last"]),
    st.sampled_from(["reject", "count-all"]),
)
def test_any_order_of_delivery_gives_the_same_totals(
    posts: list[Post], dice: object, per: str, which: str, multi: str
) -> None:
    rules = matcher(one_vote_per=per, which=which, multi=multi)
    shuffled = posts + posts[:3]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own random
    one, other = counted(rules, posts), counted(rules, shuffled)
    assert totals(one) == totals(other)
    assert one.pages.ballots == other.pages.ballots  # type: ignore[attr-defined]  # the books of the test
    assert other.seq == other.counted + sum(other.rejected.values()) == len(posts)
    if (per, multi) != ("account-and-tag", "count-all"):
        assert other.counted - other.replaced == other.ballots


def test_all_orders_of_a_small_vote() -> None:
    posts = [post(1, 1, "debian"), post(2, 1, "arch"), post(3, 2, "arch"), post(4, 2, "debian", versions=(3,))]
    for per, which in itertools.product(PERS, ("first", "last")):
        rules = matcher(one_vote_per=per, which=which)
        assert len({str(totals(counted(rules, order))) for order in itertools.permutations(posts)}) == 1
