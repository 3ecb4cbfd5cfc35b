"""Conversion of the rows of a table: exact, in order, each row as it was with five columns added.

Most rows are plain: an amount with no or two decimals, and two currencies published on the day. They take a short way
in whole numbers. Whatever is not plain takes the long way, through the same rules as a single conversion; both give
equal results.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from blueprints.errors import BlueprintsError, UsageError
from blueprints.fx.core.amounts import MOST_DIGITS, amount
from blueprints.fx.core.decimals import plain, significant
from blueprints.fx.core.pricing import IDENTITY, Price
from blueprints.fx.core.sheets.layout import Layout
from blueprints.fx.core.sheets.market import Days, Market, cell
from blueprints.fx.core.sheets.records import fields as record_fields

RATE_DIGITS = 12
SHORTEST = 3
"""Figures of a result with two decimals: below that it begins with zeros."""


class Defaults(NamedTuple):
    """What stands in where a row has none."""

    origin: str
    target: str
    date: str


class Converted(NamedTuple):
    """A part of a table after its conversion."""

    text: str
    rows: int
    bad: int
    fault: str
    """Why the first bad row is bad; empty if there is none."""


class Rows:
    """Converts parts of one table."""

    def __init__(self, layout: Layout, market: Market, defaults: Defaults, *, mark: str, strict: bool) -> None:
        """`mark` is the decimal mark of the amounts; `strict` ends before the first bad row."""
        self.layout = layout
        self.market = market
        self.defaults = defaults
        self.mark = mark
        self.strict = strict
        self.days = Days(market, layout.delimiter)
        self.bad = 0
        self.fault = ""

    def converted(self, text: str) -> Converted:
        """Whole records, each with its appended columns."""
        self.bad, self.fault = 0, ""
        line_end = "\r\n" if 0 < text.count("\r\n") == text.count("\n") else "\n"
        lines = text.removesuffix(line_end).split(line_end)
        columns = self._columns(lines) if self._is_even(text, line_end) else None
        out = self._quick(lines, columns) if columns is not None else self._slow(lines, line_end)
        blank = 0 if columns is not None else sum(not line.strip() for line in out)
        return Converted(line_end.join(out) + line_end if out else "", len(out) - blank, self.bad, self.fault)

    def _is_even(self, text: str, line_end: str) -> bool:
        """Whether every line is a record: no quotes, no empty line, one kind of line end."""
        return '"' not in text and line_end * 2 not in text and ("\r" not in text or line_end == "\r\n")

    def _columns(self, lines: list[str]) -> list[Iterable[str]] | None:
        """Amounts, origins, targets and days of lines without quotes; None if they are not all of the right width."""
        delimiter, width = self.layout.delimiter, self.layout.width
        # One split of everything is quicker than one for each line; the marks between lines prove their widths.
        cells = f"{delimiter}\n{delimiter}".join(lines).split(delimiter)
        marks = cells[width :: width + 1]
        if len(marks) != len(lines) - 1 or marks.count("\n") != len(marks) or len(cells) % (width + 1) != width:
            return None
        places = (self.layout.origin, self.layout.target, self.layout.date)
        named: list[Iterable[str]] = [
            repeat(default) if at is None else cells[at :: width + 1]
            for at, default in zip(places, self.defaults, strict=True)
        ]
        return [cells[self.layout.amount :: width + 1], *named]

    def _quick(self, lines: list[str], columns: list[Iterable[str]]) -> list[str]:
        """Records without quotes. This loop is what the speed of large tables hangs on."""
        delimiter, days = self.layout.delimiter, self.days
        written, origins, targets, dates = columns
        rows: Iterable[Any] = zip(
            lines, self._hundredths(written), zip(origins, targets, strict=False), dates, strict=False
        )
        out: list[str] = []
        append = out.append
        for line, hundredths, pair, date in rows:
            try:
                pairs, tail = days[date]
                half, doubled, digits, rate = pairs[pair]
                result = str((hundredths * doubled + half) // (half + half))
            except (KeyError, TypeError):  # a row that is not plain; an amount that is not is None
                added = self._long_way(line.split(delimiter), line)
                if added is None:
                    break
                append(added)
                continue
            if digits == 2 and len(result) >= SHORTEST:
                append(f"{line}{delimiter}{result[:-2]}.{result[-2:]}{delimiter}{rate}{tail}")
            else:
                append(f"{line}{delimiter}{_pointed(result, digits)}{delimiter}{rate}{tail}")
        return out

    def _hundredths(self, written: Iterable[str]) -> Iterable[int | None]:
        """Plain amounts in hundredths; None for every other."""
        together = "\n".join(written)
        if _two_decimals(self.mark).fullmatch(together):
            return map(int, together.replace(self.mark, "").split("\n"))
        return [_hundredths(one, self.mark) for one in written]

    def _slow(self, lines: list[str], line_end: str) -> list[str]:
        """Lines of which some have quotes, too many or too few fields, or nothing in them."""
        out: list[str] = []
        position = 0
        while position < len(lines) and not (self.fault and self.strict):
            values, record = record_fields(lines, position, self.layout.delimiter, line_end)
            position += record.count(line_end) + 1
            added = self._long_way(values, record) if record.strip() else record
            if added is not None:
                out.append(added)
        return out

    def _long_way(self, fields: list[str], record: str) -> str | None:
        """A row by the rules of a single conversion; None if it is bad and the conversion is strict."""
        try:
            added = self._added(fields)
        except BlueprintsError as error:
            if self.refused(error):
                return None
            added = ["", "", "", "", f"error: {latin(str(error))}"]
        missing = [""] * max(0, self.layout.width - len(fields))
        cells = (cell(value, self.layout.delimiter) for value in added)
        ending = "\r" if record.endswith("\r") else ""  # a line end of the other kind
        return self.layout.delimiter.join([record.removesuffix("\r"), *missing, *cells]) + ending

    def refused(self, error: BlueprintsError) -> bool:
        """Count a bad row; whether it ends the conversion."""
        self.bad += 1
        self.fault = self.fault or str(error)
        return self.strict

    def _added(self, fields: list[str]) -> list[str]:
        price, exact = self.priced(fields)
        result = price.result(exact, self.market.digits(price.target))
        rate = significant(price.rate, RATE_DIGITS)
        if price.kind == IDENTITY:
            return [plain(result), rate, "", "", ""]
        return [plain(result), rate, str(price.date), self.market.source, self.market.remark(price, self.day(fields))]

    def priced(self, fields: list[str]) -> tuple[Price, Decimal]:
        """The price and the exact amount of a row. Raises BlueprintsError."""
        if len(fields) != self.layout.width:
            raise UsageError(f"the row has {len(fields)} columns, the header {self.layout.width}")
        origin = self._value(fields, self.layout.origin, self.defaults.origin).upper()
        target = self._value(fields, self.layout.target, self.defaults.target).upper()
        if not origin or not target:
            raise UsageError("the row names no currency")
        exact = amount(fields[self.layout.amount], self.mark)
        return self.market.price(origin, target, self.day(fields)), exact

    def day(self, fields: list[str]) -> str:
        """The day of a row as written, or what stands in for it."""
        return self._value(fields, self.layout.date, self.defaults.date)

    def _value(self, fields: list[str], at: int | None, default: str) -> str:
        return (fields[at].strip() if at is not None else "") or default


def latin(text: str) -> str:
    """Text in the form in which tables are handled here: UTF-8 read as Latin-1."""
    return text.encode().decode("latin-1")


@lru_cache(maxsize=2)
def _two_decimals(mark: str) -> re.Pattern[str]:
    """A column of amounts that all have two decimals and no sign."""
    one = rf"[0-9]{{1,{MOST_DIGITS - 2}}}{re.escape(mark)}[0-9]{{2}}"
    return re.compile(rf"(?:{one}\n)*{one}")


def _hundredths(written: str, mark: str) -> int | None:
    """An amount with two decimals or none, in hundredths; None for any other."""
    figures = written[:-3] + written[-2:] if written[-3:-2] == mark else f"{written}00"
    return int(figures) if figures.isdecimal() and len(figures) <= MOST_DIGITS else None


def _pointed(figures: str, digits: int) -> str:
    """Figures with a point before the last `digits` of them."""
    if not digits:
        return figures
    filled = figures.zfill(digits + 1)
    return f"{filled[:-digits]}.{filled[-digits:]}"
