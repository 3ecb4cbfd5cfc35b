"""Rows converted to one JSON object each, in the form of a single conversion."""

import json
from typing import Any

from blueprints.errors import BlueprintsError
from blueprints.fx.bulk.market import LATEST, StoredMarket
from blueprints.fx.core.sheets.records import fields as record_fields
from blueprints.fx.core.sheets.rows import Converted, Rows
from blueprints.fx.single import as_object, one


class ObjectRows(Rows):
    """The long way for every row: who asks for objects asks for everything that is known."""

    def converted(self, text: str) -> Converted:
        self.bad, self.fault = 0, ""
        lines = text.removesuffix("\n").split("\n")
        out: list[str] = []
        position = 0
        while position < len(lines) and not (self.fault and self.strict):
            values, record = record_fields(lines, position, self.layout.delimiter, "\n")
            position += record.count("\n") + 1
            found = self._object(values) if record.strip() else None
            if found is not None:
                out.append(json.dumps(found, separators=(",", ":")) + "\n")
        return Converted("".join(out), len(out), self.bad, self.fault)

    def _object(self, fields: list[str]) -> dict[str, Any] | None:
        """The object of a row; None if it is bad and the conversion is strict."""
        market = self.market
        assert isinstance(market, StoredMarket)  # noqa: S101 - tables are converted from stores
        try:
            price, amount = self.priced(fields)
        except BlueprintsError as error:
            return None if self.refused(error) else self._failed(fields, error)
        result = price.result(amount, market.digits(price.target))
        notices = list(filter(None, [market.remark(price, self.day(fields))]))
        return as_object(amount, price.origin, self._asked(fields), [one(market.desk, amount, price, result)], notices)

    def _failed(self, fields: list[str], error: BlueprintsError) -> dict[str, Any]:
        """The object of a bad row: what it says, without a result."""
        filled = [*fields, *[""] * self.layout.width]
        origin = filled[self.layout.origin] if self.layout.origin is not None else self.defaults.origin
        said = {"amount": filled[self.layout.amount], "from": origin, "date_asked": self._asked(filled)}
        return {**said, "results": [], "notices": [f"error: {error}"]}

    def _asked(self, fields: list[str]) -> str | None:
        day = self.day(fields)
        return None if day == LATEST else day
