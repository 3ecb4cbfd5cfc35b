"""What the platform is asked for, within its limits."""

import pytest

from blueprints.errors import UsageError
from blueprints.vote.core.candidates import slate
from blueprints.vote.core.queries import counting, packed
from blueprints.vote.core.rules import Rules


def test_all_candidates_in_one_rule() -> None:
    drawn = slate(["debian", "Arch=arch,archlinux"], "strict", 25).candidates
    assert packed(drawn, Rules(), 1024) == [("(#debian OR #arch OR #archlinux) -is:retweet", (0, 1))]


def test_one_tag_needs_no_brackets() -> None:
    assert packed(slate(["a"], "strict", 25).candidates, Rules(reposts=True), 1024) == [("#a", (0,))]


def test_the_required_tag_stands_before_the_alternatives() -> None:
    drawn = slate(["a", "b"], "strict", 25).candidates
    assert packed(drawn, Rules(require="live"), 1024)[0].text == "#live (#a OR #b) -is:retweet"


def test_packing_is_greedy_and_keeps_the_order() -> None:
    drawn = slate([f"candidate{number:02}" for number in range(25)], "strict", 25).candidates
    rules = packed(drawn, Rules(), 100)
    assert all(len(rule.text) <= 100 for rule in rules)
    assert [index for rule in rules for index in rule.candidates] == list(range(25))
    assert all(len(one.text) + len(" OR #candidate00") > 100 for one in rules[:-1])


def test_apart_gives_each_candidate_its_own_rule() -> None:
    drawn = slate(["a", "b"], "strict", 25).candidates
    assert [rule.candidates for rule in packed(drawn, Rules(reposts=True), 1024, apart=True)] == [(0,), (1,)]


def test_no_candidates_are_no_rules() -> None:
    assert packed((), Rules(), 1024) == []


def test_folded_accents_ask_for_both_spellings() -> None:
    drawn = slate(["café"], "fold", 25).candidates
    found = packed(drawn, Rules(accents="fold", require="été"), 1024)[0].text
    assert found == "(#été OR #ete) (#café OR #cafe) -is:retweet"


def test_one_candidate_that_is_too_long_is_named_with_the_limit() -> None:
    drawn = slate(["Long=" + ",".join(f"tag{number}" for number in range(20)), "b"], "strict", 25).candidates
    with pytest.raises(UsageError, match=r"Long has \d+ characters, the limit is 100"):
        packed(drawn, Rules(), 100)


def test_counts_are_asked_for_what_the_rules_say() -> None:
    drawn = slate(["a", "b", "c"], "strict", 25).candidates
    assert counting(drawn, Rules(), 512)[0] == ("#a -is:retweet -#b -#c", (0,))
    assert counting(drawn, Rules(multi="count-all", quotes=False), 512)[1].text == "#b -is:retweet -is:quote"
    with pytest.raises(UsageError, match="the limit is 10"):
        counting(drawn, Rules(), 10)
