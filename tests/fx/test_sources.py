"""One contract for every source, over a server that answers as the real one does."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from blueprints import plugins
from blueprints.errors import AuthError, ConfigError, UpstreamError, UsageError
from blueprints.fx import sources
from blueprints.fx.core.errors import KeyMissing, KeyRefused, QuotaUsedUp, Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.fetching import connected, fetched
from blueprints.fx.wire import Answer, Wanted, exact_json, utc_day
from tests.fx.conftest import LAST, NOW
from tests.fx.world import KEY, World, ecb_document, rates_of

NAMES = plugins.built_in(sources.PACKAGE)
TODAY = NOW.date()
PATHS = {
    "ecb": "/stats",
    "frankfurter": "/v2",
    "fawazahmed0": "/",
    "fixer": "/fixer",
    "openexchangerates": "/oxr",
    "exchangerate_host": "/host",
}
KEYED = [name for name in NAMES if name in ("fixer", "openexchangerates", "exchangerate_host")]


@pytest.fixture(autouse=True)
def _moment(clock: time_machine.Traveller) -> None:
    """A fixed moment, the world, and a short history."""


def get(name: str, first: date | None = None, last: date | None = None, stored: date | None = None) -> list[Published]:
    with connected(name, 60.0) as connection:
        return fetched(connection, sources.load(name), Wanted(TODAY, stored, first, last or first), 60.0)


def in_euros(day: Published, code: str) -> Decimal:
    euro = Decimal(1) if day.base == "EUR" else Decimal(day.rates["EUR"])
    return Decimal(day.rates[code]) / euro


@pytest.mark.parametrize("name", NAMES)
def test_the_latest_rates(name: str, world: World) -> None:
    assert name in PATHS, f"let the world answer as {name} does, and name its path here"
    newest = max(get(name), key=lambda day: (day.date, len(day.rates)))
    assert newest.date in (LAST, TODAY)
    assert newest.base == sources.load(name).base
    assert newest.fetched_at == "2026-11-22T12:00:00Z"
    for code, rate in rates_of(LAST).items():
        if code != newest.base:
            assert abs(in_euros(newest, code) / Decimal(rate) - 1) < Decimal("0.00001")
    assert newest.base not in newest.rates


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ecb"])
def test_the_rates_of_a_day(name: str, world: World) -> None:
    on = date(2026, 9, 2)
    day = next(day for day in get(name, on) if len(day.rates) > 1)
    assert day.date == on
    assert abs(in_euros(day, "SEK") / Decimal(rates_of(on)["SEK"]) - 1) < Decimal("0.00001")
    assert len(world.asked) == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html>Please log in</html>",
        b'{"half": ',
        b"[]" * 3,
        b"{}",
        b'{"base":"EUR","date":"2026-11-20","rates":{"USD":0}}',
        b'{"date":"2026-11-20","eur":{"usd":-1}}',
        b'{"success":true,"timestamp":1795000000,"source":"USD","quotes":{"USDEUR":0}}',
        b'{"success":true,"timestamp":"soon","source":"USD","base":"USD","rates":{"EUR":1},"quotes":{"EURUSD":1}}',
        b'{"timestamp":1763640000,"base":"USD","rates":{"EUR":NaN}}',
        b'[{"date":"2026-11-20","base":"EUR","quote":"USD","rate":0}]',
        b'[{"date":"2026-11-20","base":"USD","quote":"EUR","rate":1.1}]',
        b'[{"date":"2026-11-20"}]',
    ],
)
def test_rubbish_is_not_a_rate_file(name: str, body: bytes, world: World) -> None:
    world.fail(PATHS[name], 200, body)
    with pytest.raises(Unreadable, match=f"^{name}: the answer is not a rate file: "):
        get(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_fails_is_named(name: str, world: World) -> None:
    world.fail(PATHS[name], 500)
    with pytest.raises(UpstreamError, match=f"^{name}: ") as caught:
        get(name)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", KEYED)
def test_a_key_that_is_missing_names_its_setting(name: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"BLUEPRINTS_FX__{name.upper()}__KEY")
    with pytest.raises(KeyMissing, match=rf"set fx\.{name}\.key"):
        get(name)
    assert world.asked == []


@pytest.mark.parametrize("name", KEYED)
def test_a_key_that_is_refused_is_never_shown(name: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"BLUEPRINTS_FX__{name.upper()}__KEY", "wr0ng-key")
    with pytest.raises(KeyRefused, match=rf"setting fx\.{name}\.key") as caught:
        get(name)
    assert "wr0ng-key" not in str(caught.value)
    world.fail(PATHS[name], 200, b'{"success":false,"error":{"code":101,"info":"key wr0ng-key unknown"}}')
    if name != "openexchangerates":
        with pytest.raises(KeyRefused, match="key •••• unknown"):
            get(name)


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("fixer", 200, b'{"success":false,"error":{"code":104,"type":"usage_limit_reached"}}'),
        ("fixer", 429, b'{"error":{"code":"rate_limit_reached"}}'),
        ("exchangerate_host", 200, b'{"success":false,"error":{"code":"104","info":"limit"}}'),
        ("exchangerate_host", 429, b"slow down"),
        ("openexchangerates", 429, b'{"error":true,"status":429,"message":"access_restricted","description":"Limit."}'),
        ("openexchangerates", 403, b'{"error":true,"status":403,"message":"access_restricted"}'),
        ("frankfurter", 429, b"{}"),
        ("ecb", 429, b""),
    ],
)
def test_a_quota_that_is_used_up(name: str, status: int, body: bytes, world: World) -> None:
    world.fail(PATHS[name], status, body)
    with pytest.raises(QuotaUsedUp, match=f"^{name}: the quota is used up"):
        get(name)


@pytest.mark.parametrize(
    ("name", "status", "body", "kind"),
    [
        ("fixer", 200, b'{"success":false,"error":{"code":105,"type":"base_currency_access_restricted"}}', AuthError),
        ("fixer", 403, b'{"error":{"code":"103","info":"no such function"}}', AuthError),
        ("fixer", 200, b'{"success":false,"error":"out of order"}', UpstreamError),
        ("fixer", 200, b'{"success":false}', UpstreamError),
        (
            "openexchangerates",
            403,
            b'{"error":true,"status":403,"message":"not_allowed","description":"Plan."}',
            AuthError,
        ),
        ("openexchangerates", 400, b'{"error":true,"status":400,"message":"strange"}', UpstreamError),
        ("openexchangerates", 500, b"<html>", UpstreamError),
        ("frankfurter", 422, b'{"message":"bad"}', UpstreamError),
        ("frankfurter", 503, b'{"message":"later"}', UpstreamError),
        ("frankfurter", 403, b"", AuthError),
    ],
)
def test_other_refusals(name: str, status: int, body: bytes, kind: type[Exception], world: World) -> None:
    world.fail(PATHS[name], status, body)
    with pytest.raises(kind, match=f"^{name}: "):
        get(name)


@pytest.mark.parametrize(
    ("name", "status", "body"),
    [
        ("fixer", 200, b'{"success":false,"error":{"code":106,"type":"no_rates_available"}}'),
        ("exchangerate_host", 200, b'{"success":false,"error":{"code":"106"}}'),
        ("openexchangerates", 400, b'{"error":true,"status":400,"message":"not_available"}'),
        ("frankfurter", 404, b'{"message":"not found"}'),
        ("fawazahmed0", 404, b"Couldn't find the requested release version"),
    ],
)
def test_a_day_that_the_source_does_not_have(name: str, status: int, body: bytes, world: World) -> None:
    world.fail(PATHS[name], status, body)
    assert get(name, date(2026, 9, 2)) == []


def test_success_may_be_left_out_where_rates_are(world: World) -> None:
    world.fail("/fixer", 200, b'{"base":"EUR","date":"2026-11-20","rates":{"USD":1.1,"EUR":1}}')
    assert [day.rates for day in get("fixer")] == [{"USD": "1.1"}]


class TestEcb:
    def test_the_day_alone_where_it_adjoins(self, world: World) -> None:
        assert [day.date for day in get("ecb", stored=date(2026, 11, 19))] == [LAST]
        assert world.asked == ["/stats/eurofxref/eurofxref-daily.xml"]

    def test_ninety_days_where_the_day_would_leave_a_hole(self, world: World) -> None:
        assert len(get("ecb", stored=date(2026, 10, 30))) > 50
        assert [path.rpartition("-")[2] for path in world.asked] == ["daily.xml", "90d.xml"]

    def test_the_history_where_ninety_days_would_leave_a_hole(self, world: World) -> None:
        assert len(get("ecb", stored=date(2026, 3, 2))) == len(world.days)
        assert [path.rpartition("-")[2] for path in world.asked] == ["daily.xml", "90d.xml", "hist.zip"]

    def test_the_history_for_an_empty_store(self, world: World) -> None:
        assert len(get("ecb")) == len(world.days)
        assert [path.rpartition("-")[2] for path in world.asked] == ["hist.zip"]

    @pytest.mark.parametrize(("since", "file"), [(date(2026, 11, 2), "hist-90d.xml"), (date(2026, 8, 4), "hist.zip")])
    def test_since_a_day(self, since: date, file: str, world: World) -> None:
        get("ecb", since, TODAY, stored=LAST)
        assert world.asked == [f"/stats/eurofxref/eurofxref-{file}"]

    def test_a_day_with_few_quotes_is_not_believed(self, world: World) -> None:
        world.fail("/stats", 200, ecb_document({LAST: {"USD": "1.1"}}))
        with pytest.raises(Unreadable, match="only 1 rates"):
            get("ecb", stored=date(2026, 11, 19))

    def test_a_day_after_tomorrow_cannot_be(self, world: World) -> None:
        world.fail("/stats", 200, ecb_document({TODAY + timedelta(days=2): rates_of(TODAY)}))
        with pytest.raises(Unreadable, match="cannot be"):
            get("ecb", stored=TODAY + timedelta(days=1))


class TestFrankfurter:
    @pytest.mark.parametrize("version", ["1", "2"])
    def test_a_range_is_one_request(self, version: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__FRANKFURTER__VERSION", version)
        days = get("frankfurter", date(2026, 11, 2), TODAY)
        assert [day.date for day in sorted(days)] == sorted(day for day in world.days if day >= date(2026, 11, 2))
        assert len(world.asked) == 1

    def test_version_1_answers_the_day_before_a_weekend(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__FRANKFURTER__VERSION", "1")
        assert [day.date for day in get("frankfurter", date(2026, 11, 15))] == [date(2026, 11, 13)]
        assert [day.date for day in get("frankfurter")] == [LAST]

    def test_version_2_keeps_quotes_under_their_own_day(self, world: World) -> None:
        found = {day.date: set(day.rates) for day in get("frankfurter")}
        assert found[LAST - timedelta(days=1)] == {"XAU"}
        assert "USD" in found[LAST]

    def test_another_version(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__FRANKFURTER__VERSION", "3")
        with pytest.raises(ConfigError, match="neither 1 nor 2"):
            sources.load("frankfurter")


class TestFawazahmed0:
    def test_crypto_counts_and_long_names_do_not(self, world: World) -> None:
        (day,) = get("fawazahmed0")
        assert {"BTC", "1INCH"} < set(day.rates)
        assert "AVERYLONGCRYPTOCODE" not in day.rates

    def test_four_places_are_tried(self, world: World) -> None:
        world.fail("/cdn@latest/v1/currencies/eur.min.json", 404)
        world.fail("/cdn@latest/v1/currencies/eur.json", 500)
        world.fail("/pages.latest/v1/currencies/eur.min.json", 404)
        (day,) = get("fawazahmed0")
        assert day.date == TODAY
        assert len(world.asked) == 4

    def test_an_address_that_nobody_answers_at(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLUEPRINTS_FX__FAWAZAHMED0__BASE_URL", "http://127.0.0.1:1/{date}")
        assert len(get("fawazahmed0")) == 1
        monkeypatch.setenv("BLUEPRINTS_FX__FAWAZAHMED0__FALLBACK_URL", "")
        with pytest.raises(UpstreamError, match=r"^fawazahmed0: cannot reach 127\.0\.0\.1"):
            get("fawazahmed0")


class TestKeys:
    def test_fixer_never_sends_a_base(self, world: World) -> None:
        get("fixer")
        get("fixer", date(2026, 9, 2))
        assert all("base" not in path for path in world.asked)

    def test_the_free_plan_of_exchangerate_host(self, world: World) -> None:
        (day,) = get("exchangerate_host", date(2026, 9, 2))
        assert (day.base, day.date) == ("USD", date(2026, 9, 2))
        assert world.asked[0].startswith("/host/historical?date=2026-09-02&access_key=")


@pytest.mark.parametrize(
    ("name", "latest", "answered_at", "missing"),
    [
        ("ecb", LAST, None, 0),
        ("ecb", date(2026, 10, 30), None, 15),
        ("frankfurter", LAST, None, 0),
        ("frankfurter", None, None, 1),
        ("fawazahmed0", TODAY, None, 0),
        ("fawazahmed0", date(2026, 11, 20), None, 2),
        ("fawazahmed0", None, None, 1),
        ("openexchangerates", LAST, NOW - timedelta(minutes=59), 0),
        ("openexchangerates", LAST, NOW - timedelta(minutes=61), 1),
        ("fixer", LAST, NOW - timedelta(hours=23), 0),
        ("fixer", LAST, NOW - timedelta(hours=25), 1),
        ("exchangerate_host", LAST, None, 1),
    ],
)
def test_staleness(name: str, latest: date | None, answered_at: datetime | None, missing: int, world: World) -> None:
    assert sources.load(name).missing(latest, answered_at, NOW) == missing


def test_an_answer_that_is_too_large(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.fx.fetching.MOST_BYTES", 100)
    with pytest.raises(Unreadable, match="larger than 64 MiB"):
        get("frankfurter")


def test_a_source_that_nobody_knows() -> None:
    with pytest.raises(UsageError, match="no source ebc: there are ecb"):
        sources.load("ebc")


def test_json_and_days() -> None:
    assert exact_json(b'{"a": 1.10}') == {"a": Decimal("1.10")}
    assert utc_day(0) == datetime(1970, 1, 1, tzinfo=UTC).date()
    assert Answer(200, b"").retry_after_s is None
    with pytest.raises(Unreadable):
        utc_day(10**30)
