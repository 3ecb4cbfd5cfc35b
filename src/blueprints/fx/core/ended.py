"""Currencies that have ended: into the euro at a rate fixed for good, or into a new unit of the same currency.

Source for the euro: Council Regulation (EC) 2866/98 as amended for each new member. The new Romanian leu and the new
Turkish lira took four and six zeros off.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

EURO = "EUR"


class Ended(NamedTuple):
    """How one currency ended."""

    name: str
    successor: str
    since: date
    """The first day of the successor."""
    units: Decimal
    """Units of the ended currency for one unit of the successor, exact."""


def _euro(name: str, year: int, units: str) -> Ended:
    return Ended(name, EURO, date(year, 1, 1), Decimal(units))


ENDED: dict[str, Ended] = {
    "ATS": _euro("Austrian Schilling", 1999, "13.7603"),
    "BEF": _euro("Belgian Franc", 1999, "40.3399"),
    "DEM": _euro("Deutsche Mark", 1999, "1.95583"),
    "ESP": _euro("Spanish Peseta", 1999, "166.386"),
    "FIM": _euro("Finnish Markka", 1999, "5.94573"),
    "FRF": _euro("French Franc", 1999, "6.55957"),
    "IEP": _euro("Irish Pound", 1999, "0.787564"),
    "ITL": _euro("Italian Lira", 1999, "1936.27"),
    "LUF": _euro("Luxembourg Franc", 1999, "40.3399"),
    "NLG": _euro("Netherlands Guilder", 1999, "2.20371"),
    "PTE": _euro("Portuguese Escudo", 1999, "200.482"),
    "GRD": _euro("Greek Drachma", 2001, "340.75"),
    "SIT": _euro("Slovenian Tolar", 2007, "239.64"),
    "CYP": _euro("Cyprus Pound", 2008, "0.585274"),
    "MTL": _euro("Maltese Lira", 2008, "0.4293"),
    "SKK": _euro("Slovak Koruna", 2009, "30.126"),
    "EEK": _euro("Estonian Kroon", 2011, "15.6466"),
    "LVL": _euro("Latvian Lats", 2014, "0.702804"),
    "LTL": _euro("Lithuanian Litas", 2015, "3.4528"),
    "HRK": _euro("Croatian Kuna", 2023, "7.5345"),
    "BGN": _euro("Bulgarian Lev", 2026, "1.95583"),
    "ROL": Ended("Romanian Leu (old)", "RON", date(2005, 7, 1), Decimal(10_000)),
    "TRL": Ended("Turkish Lira (old)", "TRY", date(2005, 1, 1), Decimal(1_000_000)),
}


def ended(code: str, on: date) -> Ended | None:
    """How `code` ended, if it had on that day."""
    end = ENDED.get(code)
    return end if end is not None and on >= end.since else None
