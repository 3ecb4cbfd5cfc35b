"""The audit's chain: a row's hash is what the published recipe gives."""

import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from blueprints.vote.core.chain import Row, canonical, link, origin, row_json

texts = st.text(st.characters(exclude_categories=["Cs"]))
rows = st.builds(
    Row,
    st.integers(1),
    st.integers(1, 2**63),
    st.none() | st.integers(1, 2**63),
    st.just("2026-11-22T18:00:00.000Z"),
    st.just("2026-11-22T18:00:01.000Z"),
    texts,
    st.lists(texts).map(tuple),
    st.lists(texts).map(tuple),
    st.sampled_from(["counted", "repost"]),
    st.none() | st.just("12 13"),
)


@given(rows)
def test_the_quick_way_writes_canonical_json(row: Row) -> None:
    assert row_json(row) == canonical(row.as_dict())
    assert json.loads(row_json(row)) == row.as_dict()


@given(rows)
def test_a_link_can_be_checked_by_anybody(row: Row) -> None:
    shown = json.dumps(row.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert link("ab", row) == sha256(b"ab" + shown.encode()).hexdigest()


def test_the_first_link_hashes_the_rules() -> None:
    assert origin('{"a":1}') == sha256(b'{"a":1}').hexdigest()
