"""What services say of problems, in the words of commands."""

import pytest

from blueprints.web.client.told import detail, in_line


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("There is no order 7.", "there is no order 7"),
        (
            "Idempotency-Key has 1 to 255 visible ASCII characters.",
            "Idempotency-Key has 1 to 255 visible ASCII characters",
        ),
        ("JSON payload expected", "JSON payload expected"),
        ("body.items: too many", "body.items: too many"),
        ("", ""),
    ],
)
def test_a_sentence_becomes_part_of_a_line(sentence: str, line: str) -> None:
    assert in_line(sentence) == line


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"detail": ""}', b'"text"'])
def test_what_is_no_problem_has_other_words(body: bytes) -> None:
    assert detail(body, "it answered 502") == "it answered 502"


def test_the_detail_of_a_problem() -> None:
    assert detail(b'{"detail": "This key lacks the scope x:y."}', "") == "this key lacks the scope x:y"
