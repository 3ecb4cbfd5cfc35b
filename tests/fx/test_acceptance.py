"""Conversions that people checked by hand, on the real history of the European Central Bank."""

import json

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("full")


def results(run: Run, *words: str) -> dict[str, str]:
    found = json.loads(run("fx", "convert", *words, "--json", expect=0).stdout)
    return {one["to"]: one["result"] for one in found["results"]}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["100", "SEK", "USD", "BRL", "--date", "2018-02-12"], {"USD": "12.36", "BRL": "40.74"}),
        (["100", "MXN", "to", "SEK", "--date", "2018-02-12"], {"SEK": "43.44"}),
        (
            ["100", "brl", "in", "usd", "sek", "eur", "gbp", "jpy", "huf", "--date", "2017-12-06"],
            {"USD": "30.94", "SEK": "259.90", "EUR": "26.18", "GBP": "23.13", "JPY": "3470", "HUF": "8233.18"},
        ),
        (["2.5", "BRL", "USD", "--date", "2017-12-06"], {"USD": "0.77"}),
        (["100", "SEK", "USD", "--date", "2026-10-30"], {"USD": "10.18"}),
        (["12.5", "EUR", "USD", "--date", "2026-10-30"], {"USD": "13.97"}),
        (["100", "USD", "JPY", "--date", "2026-10-30"], {"JPY": "15725"}),
        (["100", "USD", "EUR", "--date", "2026-10-31"], {"EUR": "89.51"}),
        (["100", "EUR", "USD", "--date", "2026-01-31"], {"USD": "119.19"}),
        (["100", "EUR", "USD", "--date", "2026-02-01"], {"USD": "119.19"}),
        (["1000", "HRK", "EUR", "--date", "2022-12-31"], {"EUR": "132.69"}),
        (["1000", "HRK", "EUR", "--date", "2023-01-01"], {"EUR": "132.72"}),
        (["1000", "HRK", "EUR"], {"EUR": "132.72"}),
        (["100", "DEM", "EUR", "--date", "1999-01-01"], {"EUR": "51.13"}),
        (["100", "DEM", "EUR", "--date", "2020-02-29"], {"EUR": "51.13"}),
        (["0", "USD", "EUR"], {"EUR": "0.00"}),
        (["123.45", "SEK", "SEK"], {"SEK": "123.45"}),
        (["-12.5", "EUR", "USD", "--date", "2026-10-30"], {"USD": "-13.97"}),
    ],
)
def test_conversions(run: Run, words: list[str], expected: dict[str, str]) -> None:
    assert results(run, *words) == expected


@pytest.mark.parametrize(
    ("asked", "used", "notice"),
    [
        ("2026-10-31", "2026-10-30", "No rate on 2026-10-31 (Saturday): used 2026-10-30.\n"),
        ("2026-02-01", "2026-01-30", "No rate on 2026-02-01 (Sunday): used 2026-01-30.\n"),
        ("2026-04-05", "2026-04-02", "No rate on 2026-04-05 (Sunday): used 2026-04-02.\n"),
        ("2026-04-06", "2026-04-02", "No rate on 2026-04-06 (Monday): used 2026-04-02.\n"),
        ("2026-10-30", "2026-10-30", ""),
    ],
)
def test_the_day_used_is_printed_and_noticed(run: Run, asked: str, used: str, notice: str) -> None:
    result = run("fx", "convert", "100", "USD", "EUR", "--date", asked, expect=0)
    assert result.stdout.endswith(f"EUR, ecb, {used})\n")
    assert result.stderr == notice


def test_the_line(run: Run) -> None:
    result = run("fx", "convert", "100", "SEK", "USD", "--date", "2026-10-30", expect=0)
    assert result.stdout == "100.00 SEK = 10.18 USD   (1 SEK = 0.101767 USD, ecb, 2026-10-30)\n"


def test_the_object(run: Run) -> None:
    result = run("fx", "convert", "100", "SEK", "USD", "--date", "2026-10-30", "--json", expect=0)
    assert json.loads(result.stdout) == {
        "amount": "100",
        "from": "SEK",
        "date_asked": "2026-10-30",
        "results": [
            {
                "to": "USD",
                "result": "10.18",
                "unrounded": "10.17671707050465",
                "rate": "0.101767170705",
                "inverse": "9.82635159327",
                "date": "2026-10-30",
                "kind": "published",
                "source": "ecb",
                "fetched_at": None,
                "legs": [
                    {"base": "EUR", "quote": "SEK", "rate": "10.978"},
                    {"base": "EUR", "quote": "USD", "rate": "1.1172"},
                ],
            }
        ],
        "notices": [],
    }


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (
            ["ISK", "EUR", "--date", "2015-06-01"],
            ["last before is of 2008-12-09", "first after of 2018-02-01", "no ISK rate from 2008-12-10", "--source"],
        ),
        (
            ["EUR", "RUB", "--date", "2024-01-01"],
            ["last before is of 2022-03-01", "none after", "suspended its RUB rate", "--source"],
        ),
        (["EUR", "RUB"], ["last before is of 2022-03-01", "suspended its RUB rate"]),
        (["USD", "EUR", "--date", "1999-01-01"], ["none before", "first after of 1999-01-04"]),
        (["DEM", "USD", "--date", "1999-01-02"], ["first after of 1999-01-04"]),
        (["EUR", "KWD"], ["ecb has no KWD", "fawazahmed0", "--source"]),
    ],
)
def test_where_there_is_no_rate_none_is_guessed(run: Run, words: list[str], parts: list[str]) -> None:
    result = run("fx", "convert", "100", *words, expect=1)
    assert result.stdout == ""
    assert all(part in result.stderr for part in parts), result.stderr


def test_ended_currencies_are_explained(run: Run) -> None:
    result = run("fx", "convert", "10000", "ROL", "USD", "--date", "2026-10-30", expect=0)
    assert "= 0.21 USD" in result.stdout
    assert result.stderr == "ROL ended on 2005-06-30: 10000 ROL = 1 RON.\n"
    result = run("fx", "convert", "1000", "HRK", "EUR", "--date", "2023-01-05", expect=0)
    assert result.stdout == "1000.00 HRK = 132.72 EUR   (1 HRK = 0.132723 EUR, ecb, 2023-01-05)\n"
    assert result.stderr == "HRK ended on 2022-12-31: fixed rate 1 EUR = 7.5345 HRK.\n"


def test_minor_units_of_iso_4217_and_digits_of_ones_own(run: Run) -> None:
    assert "= 15725 JPY" in run("fx", "convert", "100", "USD", "JPY", "--date", "2026-10-30", expect=0).stdout
    precise = run("fx", "convert", "100", "USD", "JPY", "--date", "2026-10-30", "--digits", "4", expect=0)
    assert "= 15725.0269 JPY" in precise.stdout
