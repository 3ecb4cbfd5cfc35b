from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.store.core import (
    folding,
    history,
    holding,
    merging,
    money,
    quantities,
    retrying,
    spelling,
    stock,
    tickets,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Zelda", "zelda"), ("  Space\u00a0 Ace ", "space ace"), ("Pok\u00e9mon", "Poke\u0301mon"), ("STRASSE", "straße")],
)
def test_names_that_differ_by_case_space_or_normal_form_are_the_same(left: str, right: str) -> None:
    assert folding.identity(left) == folding.identity(right)


def test_an_accent_makes_another_name_but_not_another_search_word() -> None:
    assert folding.identity("Pokémon") != folding.identity("Pokemon")
    assert folding.searchable("Pokémon") == folding.searchable("POKEMON") == "pokemon"


def test_apostrophes_vanish_and_other_signs_part_words() -> None:
    assert folding.words("Hawk's Meridian: Part-II (NEAR)") == ["hawks", "meridian", "part", "ii", "near"]
    assert folding.words("Hawk’s") == ["hawks"]
    assert folding.words("!!!") == []


def test_a_slug_is_never_empty_and_never_long() -> None:
    assert folding.slug("Astro Racer II!") == "astro-racer-ii"
    assert folding.slug("ゼルダ") == "x"
    assert len(folding.slug("word " * 60)) <= 80


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        ("1234.5", "USD", "en-US", "$1,234.50"),
        ("0", "USD", "en-US", "$0.00"),
        ("-3.2", "USD", "en-US", "-$3.20"),
        ("1234567.89", "EUR", "de-DE", "1.234.567,89\u00a0€"),
        ("1234.5", "EUR", "fr-FR", "1\u202f234,50\u00a0€"),
        ("1234", "JPY", "en-US", "¥1,234"),
        ("12.5", "CHF", "en-US", "CHF\u00a012.50"),
        ("12.5", "CHF", "xx", "CHF\u00a012.50"),
    ],
)
def test_amounts_are_written_as_shoppers_read_them(amount: str, currency: str, locale: str, text: str) -> None:
    assert money.formatted(Decimal(amount), currency, locale) == text


def test_a_price_of_nothing_cannot_be_bought() -> None:
    assert not money.buyable(None)
    assert not money.buyable(Decimal(0))
    assert money.buyable(Decimal("0.01"))
    assert str(money.rounded(Decimal("2.005"))) == "2.00"


@pytest.mark.parametrize(
    ("seen", "today", "days", "price", "was"),
    [
        ("10", "12", 0, "10", None),  # a rise waits
        ("10", "8", 0, "8", None),  # a fall is passed on
        ("10", "12", 7, "12", "10"),  # the hold is over
        ("10", "10", 30, "10", None),
        ("10", None, 0, None, None),
        ("10", "0", 0, None, None),
    ],
)
def test_a_line_holds_the_lowest_price_for_a_week(
    seen: str, today: str | None, days: int, price: str | None, was: str | None
) -> None:
    found = holding.held(Decimal(seen), NOW, Decimal(today) if today else None, NOW + timedelta(days=days), WEEK)
    assert found == holding.Held(Decimal(price) if price else None, Decimal(was) if was else None)


def test_carts_add_up_and_are_capped() -> None:
    result = merging.merged({1: 2, 3: 4, 4: 5}, {1: 98, 2: 1, 4: 9}, {1: None, 3: 3, 4: 7}, 99)
    assert result.quantities == {1: 99, 2: 1, 3: 3, 4: 9}
    assert result.capped == [1, 3, 4]


def test_a_sold_out_game_stays_in_a_merged_cart_once() -> None:
    assert merging.merged({1: 2}, {}, {1: 0}, 99).quantities == {1: 1}


@pytest.mark.parametrize("text", ["0", "-1", "100", "9223372036854775808", "abc", "", "1.5", "１", "1e1", "+1"])
def test_a_quantity_that_no_cart_holds_is_refused(text: str) -> None:
    with pytest.raises(quantities.BadQuantity, match="from 1 to 99"):
        quantities.parsed(text)


def test_a_quantity_may_have_blanks_around() -> None:
    assert quantities.parsed(" 7 ") == 7
    assert quantities.parsed("099") == 99


@pytest.mark.parametrize(
    ("copies", "text", "level"),
    [
        (None, "In stock", "in"),
        (6, "In stock", "in"),
        (5, "Only 5 left", "few"),
        (1, "Only 1 left", "few"),
        (0, "Sold out", "out"),
    ],
)
def test_stock_in_words(copies: int | None, text: str, level: str) -> None:
    assert (stock.label(copies), stock.level(copies)) == (text, level)


@pytest.mark.parametrize(
    ("left", "right", "far"),
    [("zleda", "zelda", 1), ("zelda", "zelda", 0), ("zeld", "zelda", 1), ("zzelda", "zelda", 1), ("yelda", "zelda", 1),
     ("ca", "abc", 3), ("abcdefgh", "badcefgh", 2), ("", "abc", 3)],
)  # fmt: skip
def test_distance_counts_slips_and_swaps(left: str, right: str, far: int) -> None:
    assert spelling.distance(left, right, 3) == spelling.distance(right, left, 3) == far


def _plain_distance(left: str, right: str) -> int:
    """Optimal string alignment by its definition, without any short cut."""
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if not i or not j:
                table[i][j] = i or j
                continue
            cost = left[i - 1] != right[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@settings(max_examples=300, deadline=None)
@given(st.text("abc", max_size=10), st.text("abc", max_size=10), st.integers(0, 3))
def test_distance_agrees_with_its_definition(left: str, right: str, limit: int) -> None:
    assert spelling.distance(left, right, limit) == min(_plain_distance(left, right), limit + 1)


@settings(max_examples=500, deadline=None)
@given(st.text("abcd", min_size=4, max_size=14), st.data())
def test_no_word_within_reach_escapes_the_pieces(word: str, data: st.DataObject) -> None:
    other = word
    for _ in range(spelling.reach(word)):
        place = data.draw(st.integers(0, len(other)))
        kind = data.draw(st.sampled_from(["drop", "add", "change", "swap"]))
        head, tail = other[:place], other[place:]
        if kind == "add":
            other = head + "x" + tail
        elif kind == "swap" and len(tail) > 1:
            other = head + tail[1] + tail[0] + tail[2:]
        elif tail:
            other = head + ("x" if kind == "change" else "") + tail[1:]
    if _plain_distance(word, other) <= spelling.reach(word) and other:
        pieces = spelling.pieces(word)
        assert all(len(piece) >= 3 for piece in pieces)
        assert any(piece in spelling.padded(other) for piece in pieces)


def test_only_long_words_without_digits_are_corrected() -> None:
    assert [spelling.reach(word) for word in ("abc", "abcd", "abcdefg", "abcdefgh", "abcd3fgh")] == [0, 1, 1, 2, 0]


def test_ties_go_to_the_first_letter_then_to_the_commoner_word_then_to_the_alphabet() -> None:
    assert spelling.nearest("nite", [("kite", 9), ("nile", 1)]) == "nile"
    assert spelling.nearest("nite", [("nile", 1), ("nine", 4)]) == "nine"
    assert spelling.nearest("nite", [("nine", 4), ("nile", 4)]) == "nile"
    assert spelling.nearest("nite", [("faraway", 4)]) is None


def _span(price: str, start: int, end: int | None) -> history.Span:
    return history.Span(Decimal(price), NOW - timedelta(days=start), None if end is None else NOW - timedelta(days=end))


def test_a_reduction_shows_the_lowest_price_of_the_month_before() -> None:
    spans = [_span("8", 2, None), _span("12", 10, 2), _span("9", 20, 10), _span("5", 60, 40), _span("0", 21, 20)]
    assert history.lowest_before(spans) == Decimal(9)


@pytest.mark.parametrize(
    "spans",
    [[], [_span("8", 2, None)], [_span("12", 2, None), _span("8", 9, 2)], [_span("0", 2, None), _span("8", 9, 2)]],
)
def test_what_is_no_reduction_shows_no_lowest_price(spans: list[history.Span]) -> None:
    assert history.lowest_before(spans) is None


def test_only_free_prices_before_show_no_lowest_price() -> None:
    spans = [history.Span(Decimal(1), NOW, None), history.Span(Decimal(2), NOW - WEEK * 9, NOW - WEEK * 8)]
    assert history.lowest_before(spans) is None


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 5), (3, 30), (4, 120), (5, 600), (99, 600)])
def test_waits_grow_and_stay_near_their_mark(attempts: int, seconds: int) -> None:
    assert retrying.delay(attempts, 0.5).total_seconds() == pytest.approx(seconds)
    assert retrying.delay(attempts, 0).total_seconds() == pytest.approx(seconds * 0.8)
    assert retrying.delay(attempts, 1).total_seconds() == pytest.approx(seconds * 1.2)


def test_only_some_answers_are_a_final_no() -> None:
    codes = (400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 500, 503)
    assert [code for code in codes if retrying.refused(code)] == [
        400, 404, 413, 422,
    ]  # fmt: skip


def test_a_ticket_is_for_one_cart_of_one_shop() -> None:
    number = tickets.ticket(b"secret", 7, b"12345678")
    assert tickets.made_for(b"secret", 7, number)
    assert not tickets.made_for(b"secret", 8, number)
    assert not tickets.made_for(b"other", 7, number)
