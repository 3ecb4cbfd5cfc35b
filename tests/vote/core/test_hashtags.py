"""Hashtags as the platform reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.vote.core.hashtags import hashtags, is_tag, key


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#debian", ["debian"]),
        ("＃Debian", ["Debian"]),
        ("(#debian) and #Arch!", ["debian", "Arch"]),
        ("no tag", []),
        ("#debian #debian", ["debian", "debian"]),
        ("x#debian", []),
        ("1#debian", []),
        ("_#debian", []),
        ("&#debian;", []),
        ("#debian2", ["debian2"]),
        ("#123 #1a #_ #_a", ["1a", "_a"]),
        ("#debian#arch", []),
        ("#debian＃arch", []),
        ("#debian://x", []),
        ("##debian", ["debian"]),
        ("http://x.org/#debian", []),
        ("https://x.org/a?b=1#debian", []),
        ("see x.org/#debian now", []),
        ("see x.org:8080/#debian now", []),
        ("x.org/a #debian", ["debian"]),
        ("(x.org/#debian) #arch", ["arch"]),
        ("http://x.org, #debian", ["debian"]),
        ("end of it.now #debian", ["debian"]),
        ("#don't", ["don"]),
        ("#über-alles", ["über"]),
        ("#日本語。", ["日本語"]),
        ("日本語#debian", []),
        ("。#debian", ["debian"]),
        ("#नमस्ते", ["नमस्ते"]),
        ("#a\u200cb #a\u200db #a·b #l\u05f3", ["a\u200cb", "a\u200db", "a·b", "l\u05f3"]),
        ("#\U00010400x", ["\U00010400x"]),
        ("#\U0001f600", []),
        ("❤\ufe0f#debian", ["debian"]),
        ("#\ufe0f\u20e3 #\u20e3a", []),
        ("#e\u0301t\u00e9", ["e\u0301t\u00e9"]),
        ("#", []),
        ("# debian", []),
    ],
)
def test_the_grammar(text: str, tags: list[str]) -> None:
    assert [found.tag for found in hashtags(text)] == tags


def test_a_tag_knows_its_end() -> None:
    assert [(found.tag, found.end) for found in hashtags("a #bc d")] == [("bc", 5)]


@pytest.mark.parametrize(
    ("word", "verdict"),
    [("debian", True), ("1a", True), ("123", False), ("_", False), ("", False), ("a b", False), ("\ufe0fa", False)],
)
def test_a_word_is_a_whole_tag_or_not(word: str, verdict: bool) -> None:
    assert is_tag(word) is verdict


@pytest.mark.parametrize(
    ("one", "other", "accents", "same"),
    [
        ("Debian", "DEBIAN", "strict", True),
        ("Straße", "STRASSE", "strict", True),
        ("e\u0301", "\u00e9", "strict", True),
        ("café", "cafe", "strict", False),
        ("café", "cafe", "fold", True),
        ("İstanbul", "istanbul", "strict", False),
        ("İstanbul", "istanbul", "fold", True),
        ("ά", "α", "fold", True),
    ],
)
def test_two_spellings_of_one_tag(one: str, other: str, accents: str, same: bool) -> None:
    assert (key(one, accents) == key(other, accents)) is same


@given(st.text())
def test_whatever_is_found_in_a_text_is_a_tag_of_it(text: str) -> None:
    for found in hashtags(text):
        assert is_tag(found.tag)
        assert text[found.end - len(found.tag) - 1] in "#＃"
        assert text[: found.end].endswith(found.tag)


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    for accents in ("strict", "fold"):
        assert key(key(text, accents), accents) == key(text, accents)
