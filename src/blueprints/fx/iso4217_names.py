"""Names and minor units of the current currencies, from the package iso4217, in the form that a store keeps."""

import json

SETTING = "iso4217"


def read() -> str:
    """JSON of code -> [name, digits]; digits is None where ISO 4217 knows no minor unit (gold, SDR)."""
    from iso4217 import raw_table  # 50 ms: only when a store is filled

    table = {code: [entry["CcyNm"], _digits(str(entry["CcyMnrUnts"]))] for code, entry in raw_table.items() if code}
    return json.dumps(table, ensure_ascii=False)


def _digits(text: str) -> int | None:
    return int(text) if text.isdigit() else None
