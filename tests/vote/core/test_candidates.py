"""Candidates as they are typed."""

import pytest

from blueprints.errors import UsageError
from blueprints.vote.core.candidates import Candidate, slate


def test_order_is_kept_and_case_variants_are_one_candidate() -> None:
    drawn = slate(["Debian", "debian", "#DEBIAN", "arch"], "strict", 25)
    assert drawn.candidates == (Candidate("Debian", ("Debian",)), Candidate("arch", ("arch",)))
    assert drawn.notices == (
        "#debian is the same hashtag as one of Debian: dropped",
        "#DEBIAN is the same hashtag as one of Debian: dropped",
    )


def test_six_tags_are_six_candidates() -> None:
    assert [one.label for one in slate(["f", "e", "d", "c", "b", "a"], "strict", 25).candidates] == list("fedcba")


def test_aliases_count_for_their_label() -> None:
    drawn = slate(["Team A=a,#aa,A", "b=aa,bb"], "strict", 25)
    assert drawn.candidates == (Candidate("Team A", ("a", "aa")), Candidate("b", ("bb",)))
    assert len(drawn.notices) == 2


def test_accents_make_two_candidates_or_one() -> None:
    assert len(slate(["café", "cafe"], "strict", 25).candidates) == 2
    assert len(slate(["café", "cafe"], "fold", 25).candidates) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "at least one"),
        (["#123"], "'#123' is no hashtag"),
        ([""], "blank"),
        (["#"], "blank"),
        (["two words"], "several words"),
        (["=a"], "no label"),
        (["A\x1b=a"], "no label"),
        (["A=a,"], "blank"),
        (["A=a", "A=b"], "two candidates are called 'A'"),
        ([f"t{number}" for number in range(26)], "'t25' is one more"),
    ],
)
def test_what_is_wrong_is_named(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        slate(words, "strict", 25)
