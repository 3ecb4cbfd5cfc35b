"""Tables: their layout, where their records end, and rows that are quick or thorough with equal results."""

import csv
import io
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints.errors import UsageError
from blueprints.fx.core import pricing
from blueprints.fx.core.amounts import amount
from blueprints.fx.core.decimals import plain, significant
from blueprints.fx.core.errors import RateNotFound
from blueprints.fx.core.pricing import Price
from blueprints.fx.core.published import Published
from blueprints.fx.core.sheets import market as markets
from blueprints.fx.core.sheets.layout import Layout, layout, mapped, require
from blueprints.fx.core.sheets.market import Quotes
from blueprints.fx.core.sheets.records import fields, whole_records
from blueprints.fx.core.sheets.rows import Defaults, Rows

RATES = {"USD": "1.1172", "SEK": "10.978", "JPY": "175.68", "BTC": "0.00000943", "HUF": "366.30"}
FIRST = date(2026, 10, 1)


class Market:
    """Rates that rise a little every day; none on the first day of a month but the first."""

    source = "test"

    def __init__(self) -> None:
        self.asked = 0

    def published(self, day: str) -> Published:
        on = date.fromisoformat(day) if day != "latest" else date(2026, 10, 30)
        step = Decimal((on - FIRST).days).scaleb(-4)
        return Published(on, "EUR", {code: str(Decimal(rate) + step) for code, rate in RATES.items()})

    def quotes(self, day: str) -> Quotes:
        self.asked += 1
        try:
            found = self.published(day)
        except ValueError:
            raise KeyError(day) from None
        units = {"EUR": Decimal(1), **{code: Decimal(rate) for code, rate in found.rates.items()}}
        return Quotes(units, str(found.date), "a, note" if found.date.day == 2 else "")

    def price(self, origin: str, target: str, day: str) -> Price:
        try:
            found = self.published(day)
        except ValueError as error:
            raise UsageError(f"{day!r} is not a day") from error
        settled = pricing.settled(origin, target, found.date)
        price = settled or pricing.quoted(origin, target, found, found.date)
        if price is None:
            raise RateNotFound(f'no "{origin}" in {target}, é')
        return price

    def remark(self, price: Price, day: str) -> str:
        return "fixed; for good" if price.kind == "fixed" else ("a, note" if str(price.date)[-2:] == "02" else "")

    def digits(self, code: str) -> int:
        return {"JPY": 0, "BTC": 8, "HUF": 3}.get(code, 2)


PLAIN = Layout(",", 4, 0, 1, 2, 3)
NONE = Defaults("", "", "")


def rows(layout: Layout = PLAIN, defaults: Defaults = NONE, *, mark: str = ".", strict: bool = False) -> Rows:
    return Rows(layout, Market(), defaults, mark=mark, strict=strict)


class TestLayout:
    def test_columns_by_name_in_any_order_and_case(self) -> None:
        assert layout("Date,id,FROM,to, amount \r\n", {}) == Layout(",", 5, 4, 2, 3, 0)

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_the_delimiter_is_read_from_the_header(self, delimiter: str) -> None:
        header = delimiter.join(['"a;b,c"', "amount", "to"])
        assert layout(header, {}) == Layout(delimiter, 3, 1, None, 2, None)

    def test_a_byte_order_mark_and_mapped_columns(self) -> None:
        assert layout("\ufeffBetrag;Währung;Tag", {"amount": "Betrag", "from": "Währung", "date": "Tag"}).origin == 1

    def test_a_single_column(self) -> None:
        assert layout("amount", {}) == Layout(",", 1, 0, None, None, None)

    @pytest.mark.parametrize(
        ("header", "mapping", "message"),
        [
            ("sum,to", {}, "no column amount; its columns are: sum, to"),
            ("", {}, "its columns are: none"),
            ("amount,to", {"date": "Tag"}, "no column Tag"),
            ("amount,note", {}, "a column note already"),
        ],
    )
    def test_what_a_header_lacks(self, header: str, mapping: dict[str, str], message: str) -> None:
        with pytest.raises(UsageError, match=message):
            layout(header, mapping)

    def test_a_header_of_lines_that_end_in_cr_alone(self) -> None:
        with pytest.raises(UsageError, match="the header of the input cannot be read"):
            layout("amount,from\r1,SEK\r2,EUR", {})

    def test_a_needed_column(self) -> None:
        found = layout("amount,date", {})
        require(found.date, "date", "amount,date", found)
        with pytest.raises(UsageError, match="no column to; its columns are: amount, date"):
            require(found.target, "to", "amount,date", found)

    def test_mappings(self) -> None:
        assert mapped("amount=Betrag, date = Tag") == {"amount": "Betrag", "date": "Tag"}
        assert mapped("") == {}
        for wrong in ("amount", "sum=Betrag", "amount="):
            with pytest.raises(UsageError, match="--map"):
                mapped(wrong)


class TestRecords:
    @pytest.mark.parametrize(
        ("block", "length"),
        [
            ("a,b\nc,d\ne", 8),
            ("a,b", 0),
            ('a,"b\nc"\nd,"e\nf', 8),
            ('"a\nb","c\nd', 0),
            ('a,"b""\nc"\n', 10),
            ('a,5" disk\nb,c\n', 14),
            ('"x""', 0),
            ('a,"b"\nc,"d', 6),
        ],
    )
    def test_where_the_last_whole_record_ends(self, block: str, length: int) -> None:
        assert whole_records(block, ",") == length

    @given(st.lists(st.lists(st.text('ab",\n', max_size=5), min_size=2, max_size=3), min_size=1, max_size=6), st.data())
    @settings(max_examples=60, deadline=None)
    def test_a_table_cut_anywhere_is_cut_at_a_record(self, table: list[list[str]], data: st.DataObject) -> None:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(table)
        text = buffer.getvalue()
        cut = data.draw(st.integers(0, len(text)))
        end = whole_records(text[:cut], ",")
        assert end <= cut
        assert list(csv.reader(io.StringIO(text[:end]))) + list(csv.reader(io.StringIO(text[end:]))) == table

    def test_a_record_of_several_lines(self) -> None:
        lines = ['a,"b', 'c""d"', "e,f"]
        assert fields(lines, 0, ",", "\n") == (["a", 'b\nc"d'], 'a,"b\nc""d"')
        assert fields(lines, 2, ",", "\n") == (["e", "f"], "e,f")

    def test_a_field_beyond_what_can_be_read(self) -> None:
        values, record = fields(['"' + "x" * 200_000 + '"', "next"], 0, ",", "\n")
        assert values == []
        assert len(record) > 200_000


class TestRows:
    def test_plain_rows(self) -> None:
        found = rows().converted("100.00,EUR,USD,2026-10-01\n-12.50,EUR,USD,2026-10-02\n100,USD,JPY,2026-10-01\n")
        assert found.text.splitlines() == [
            "100.00,EUR,USD,2026-10-01,111.72,1.1172,2026-10-01,test,",
            '-12.50,EUR,USD,2026-10-02,-13.97,1.1173,2026-10-02,test,"a, note"',
            "100,USD,JPY,2026-10-01,15725,157.250268528,2026-10-01,test,",
        ]
        assert (found.rows, found.bad, found.fault) == (3, 0, "")

    @pytest.mark.parametrize(
        ("row", "added"),
        [
            ("0.00,EUR,USD,2026-10-01", "0.00,1.1172,2026-10-01,test,"),
            ("0.01,EUR,HUF,2026-10-01", "3.663,366.3,2026-10-01,test,"),
            ("0.01,USD,BTC,2026-10-01", "0.00000008,0.00000844074471894,2026-10-01,test,"),
            ("0.01,BTC,JPY,2026-10-01", "186299,18629904.5599,2026-10-01,test,"),
            ("12.5,EUR,USD,2026-10-01", "13.97,1.1172,2026-10-01,test,"),
            ("1_000,eur,usd,2026-10-01", "1117.20,1.1172,2026-10-01,test,"),
            ("5,USD,USD,2026-10-01", "5.00,1,,,"),
            ("1000,HRK,EUR,2026-10-01", "132.72,0.132722808415,2026-10-01,test,fixed; for good"),
            (
                "x,EUR,USD,2026-10-01",
                ",,,,\"error: 'x' is not an amount: write digits with decimals after '.', e.g. 1234.56\"",
            ),
            ("1,EUR,USD,soon", ",,,,error: 'soon' is not a day"),
            ("1,EUR,,2026-10-01", ",,,,error: the row names no currency"),
        ],
    )
    def test_one_row(self, row: str, added: str) -> None:
        assert rows().converted(f"{row}\n").text == f"{row},{added}\n"

    def test_an_error_in_the_letters_of_the_table(self) -> None:
        (line,) = rows().converted("1,EUR,KWD,2026-10-01\n").text.splitlines()
        assert line.encode("latin-1").decode() == '1,EUR,KWD,2026-10-01,,,,,"error: no ""EUR"" in KWD, é"'

    def test_rows_of_another_width(self) -> None:
        found = rows().converted("1,EUR,USD\n1,EUR,USD,2026-10-01,x\n1,EUR,USD,2026-10-01\n")
        assert found.text.splitlines() == [
            '1,EUR,USD,,,,,,"error: the row has 3 columns, the header 4"',
            '1,EUR,USD,2026-10-01,x,,,,,"error: the row has 5 columns, the header 4"',
            "1,EUR,USD,2026-10-01,1.12,1.1172,2026-10-01,test,",
        ]
        assert (found.rows, found.bad, found.fault) == (3, 2, "the row has 3 columns, the header 4")

    def test_quotes_line_ends_and_empty_lines_pass_unchanged(self) -> None:
        text = '1,EUR,USD,"2026-10-01"\r\n\r\n2,EUR,"US\r\nD",2026-10-01\r\n'
        found = rows().converted(text)
        assert found.text == (
            '1,EUR,USD,"2026-10-01",1.12,1.1172,2026-10-01,test,\r\n\r\n'
            '2,EUR,"US\r\nD",2026-10-01,,,,,"error: no ""EUR"" in US\r\nD, Ã©"\r\n'
        )
        assert (found.rows, found.bad) == (2, 1)

    def test_windows_line_ends_on_the_quick_way(self) -> None:
        found = rows().converted("1.00,EUR,USD,2026-10-01\r\n2.00,EUR,USD,2026-10-01\r\n")
        assert found.text.count(",test,\r\n") == 2

    def test_line_ends_of_two_kinds(self) -> None:
        found = rows().converted("1.00,EUR,USD,2026-10-01\r\n2.00,EUR,USD,2026-10-01\n")
        assert found.text == (
            "1.00,EUR,USD,2026-10-01,1.12,1.1172,2026-10-01,test,\r\n2.00,EUR,USD,2026-10-01,2.23,1.1172,2026-10-01,test,\n"
        )

    def test_an_empty_line_in_a_table_of_one_column(self) -> None:
        found = rows(Layout(",", 1, 0, None, None, None), Defaults("EUR", "USD", "latest")).converted("1\n\n2\n")
        assert found.text.splitlines() == ["1,1.12,1.1201,2026-10-30,test,", "", "2,2.24,1.1201,2026-10-30,test,"]
        assert found.rows == 2

    def test_the_last_line_may_lack_its_end(self) -> None:
        assert rows().converted("1.00,EUR,USD,2026-10-01").text.endswith("test,\n")

    def test_nothing(self) -> None:
        assert rows(strict=True).converted("x,EUR,USD,2026-10-01\n") == (
            "",
            0,
            1,
            "'x' is not an amount: write digits with decimals after '.', e.g. 1234.56",
        )

    @pytest.mark.parametrize("bad", ["x,EUR,USD,2026-10-01", '"x",EUR,USD,2026-10-01', "1,EUR"])
    def test_strict_ends_before_the_first_bad_row(self, bad: str) -> None:
        good = "1.00,EUR,USD,2026-10-01"
        found = rows(strict=True).converted(f"{good}\n{bad}\n{good}\n")
        assert found.text.startswith(good)
        assert (found.rows, found.bad) == (1, 1)
        assert found.fault

    def test_what_stands_in_for_columns_and_cells(self) -> None:
        amounts = rows(Layout(";", 1, 0, None, None, None), Defaults("EUR", "USD", "latest"), mark=",")
        assert amounts.converted("1,00\n1.000,5\n").text.splitlines() == [
            "1,00;1.12;1.1201;2026-10-30;test;",
            "1.000,5;1120.66;1.1201;2026-10-30;test;",
        ]
        cells = rows(PLAIN, Defaults("EUR", "USD", "latest"))
        assert cells.converted("1.00,,,\n").text == "1.00,,,,1.12,1.1201,2026-10-30,test,\n"

    def test_thirty_digits_are_the_most(self) -> None:
        (line,) = rows().converted("1" * 31 + ".00,EUR,USD,2026-10-01\n").text.splitlines()
        assert "more than 30 digits" in line
        (line,) = rows().converted("1" * 28 + ".11,EUR,EUR,2026-10-01\n").text.splitlines()
        assert f",{'1' * 28}.11,1,,," in line

    def test_what_is_kept_at_hand_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(markets, "MOST_DAYS", 2)
        converter = rows()
        days = [str(FIRST + timedelta(days=n % 5)) for n in range(20)]
        text = "".join(f"1.00,EUR,{code},{day}\n" for day in days for code in ("USD", "SEK", "JPY", "HUF"))
        assert converter.converted(text).bad == 0
        assert len(converter.days) == 2
        monkeypatch.setattr(markets, "MOST_PAIRS", 3)
        assert converter.converted(text).bad == 0
        assert converter.days.count <= 3

    def test_both_ways_give_equal_results(self) -> None:
        chance = random.Random(4217)
        codes, market = ("EUR", *RATES), Market()
        lines = []
        for _ in range(2000):
            origin, target = chance.sample(codes, 2)
            written = f"{chance.randrange(-(10**6), 10**9)}.{chance.randrange(100):02}"
            lines.append(f"{written},{origin},{target},{FIRST + timedelta(days=chance.randrange(60))}")
        found = rows().converted("\n".join(lines) + "\n")
        for line, converted in zip(lines, csv.reader(io.StringIO(found.text)), strict=True):
            written, origin, target, day = line.split(",")
            price = market.price(origin, target, day)
            result = plain(price.result(amount(written), market.digits(target)))
            assert converted[4:7] == [result, significant(price.rate, 12), day]
