"""The files of the European Central Bank, in all their forms."""

import io
import zipfile
from datetime import date

import pytest

from blueprints.fx.core import ecb_files
from blueprints.fx.core.errors import Unreadable

CSV = "Date,USD,JPY,ISK,\n2026-10-30,1.1172,175.68,N/A,\n2026-10-29,1.1190,176.1,136,\n"
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time='2026-10-30'><Cube currency='USD' rate='1.1172'/><Cube currency='JPY' rate='175.68'/></Cube>
<Cube time="2026-10-29"><Cube currency="USD" rate="1.119"/></Cube></Cube></gesmes:Envelope>"""


def zipped(text: str, name: str = "eurofxref-hist.csv") -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return raw.getvalue()


def test_a_history() -> None:
    newest, older = ecb_files.from_csv(ecb_files.unzipped(zipped(CSV)))
    assert newest.date == date(2026, 10, 30)
    assert newest.rates == {"USD": "1.1172", "JPY": "175.68"}
    assert older.rates["ISK"] == "136"


def test_a_history_that_is_not_zipped() -> None:
    assert len(list(ecb_files.from_csv(ecb_files.unzipped(b"\xef\xbb\xbf" + CSV.encode())))) == 2


def test_the_form_of_a_single_day() -> None:
    (day,) = ecb_files.from_csv("Date, USD, JPY, \n30 October 2026, 1.1172, 175.68, \n")
    assert (day.date, day.rates) == (date(2026, 10, 30), {"USD": "1.1172", "JPY": "175.68"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        "Date,\n2026-10-30,\n",
        CSV[:-8],
        CSV.replace("2026-10-30", "30/10/2026"),
        CSV.replace("2026-10-30", "30 Oktober 2026"),
    ],
)
def test_what_is_no_history(text: str) -> None:
    with pytest.raises(Unreadable):
        list(ecb_files.from_csv(text))


@pytest.mark.parametrize("raw", [zipped(CSV)[:-30], b"PK nonsense", b"\xff\xfe"], ids=["cut off", "no zip", "no text"])
def test_what_is_no_zip_and_no_text(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        ecb_files.unzipped(raw)


def test_a_zip_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecb_files, "MOST_BYTES", 10)
    with pytest.raises(Unreadable, match="64 MiB"):
        ecb_files.unzipped(zipped(CSV))


def test_xml_with_either_quote_mark() -> None:
    newest, older = ecb_files.from_xml(XML)
    assert (newest.date, newest.rates) == (date(2026, 10, 30), {"USD": "1.1172", "JPY": "175.68"})
    assert (older.date, older.rates) == (date(2026, 10, 29), {"USD": "1.119"})


@pytest.mark.parametrize(
    "raw",
    [
        XML[:350],
        b"<!DOCTYPE html><html></html>",
        XML.replace(b" rate='1.1172'", b""),
        XML.replace(b"2026-10-30", b"yesterday"),
        b"",
    ],
)
def test_what_is_no_xml_of_rates(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        ecb_files.from_xml(raw)


def test_xml_of_something_else_has_no_days() -> None:
    assert ecb_files.from_xml(b"<html><body/></html>") == []
