"""One contract for every store: SQLite in a file, MongoDB as a real server over the wire."""

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from blueprints import plugins
from blueprints.errors import ConfigError
from blueprints.fx import stores
from blueprints.fx.core.errors import StoreFailed
from blueprints.fx.core.published import Published
from blueprints.fx.records import ENTRY_KEYS, Asked, Attempt, Entry
from blueprints.fx.stores import Store, masked, mongodb
from tests.fx.pages import shown_files
from tests.fx.world import rates_of
from tests.servers.mongo import database

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)
STAMP = "2026-11-22T12:00:00Z"


def published(on: date, **rates: str) -> Published:
    return Published(on, "EUR", rates or rates_of(on), STAMP)


def entry(number: int) -> Entry:
    values: Any = dict.fromkeys(ENTRY_KEYS) | {"at": f"2026-11-22T12:00:{number:02}Z", "amount": str(number), "rows": 3}
    found: Entry = values
    return found


@pytest.fixture(params=[*plugins.built_in(stores.PACKAGE), "jsonfile"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind, that of the page about plug-ins too."""
    if request.param == "jsonfile":
        file = plugins.user_folder(stores.PACKAGE) / "jsonfile.py"
        file.parent.mkdir(parents=True)
        file.write_text(shown_files()["fx/stores/jsonfile.py"])
        return f"jsonfile://{tmp_path / 'store.json'}"
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    if request.param == "mongodb":
        return database(request.getfixturevalue("mongo_server"), f"test_{uuid.uuid4().hex}")
    raise AssertionError(f"name an address for the store {request.param} here")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    opened = stores.store(address)
    yield opened
    opened.close()


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert list(store.days("ecb")) == []
    assert store.span("ecb") is None
    assert store.asked("ecb", DAY) is None
    assert store.last_answer("ecb") is None
    assert store.attempt("ecb") is None
    assert store.setting("base") is None
    assert store.logged(10) == []
    assert store.clear_log() == 0


def test_days_come_back_as_they_were(store: Store) -> None:
    days = [published(DAY), published(DAY - timedelta(days=1)), published(DAY - timedelta(days=2), USD="1.10")]
    assert store.save("ecb", days) == (3, 0)
    assert list(store.days("ecb")) == days[::-1]
    assert list(store.days("ecb", newest_first=True)) == days
    assert list(store.days("ecb", days[1].date, days[0].date)) == [days[1], days[0]]
    assert list(store.days("ecb", last=days[2].date)) == [days[2]]
    assert store.span("ecb") == (days[2].date, DAY)
    assert list(store.days("other")) == []


def test_a_day_fetched_again_is_merged(store: Store) -> None:
    store.save("ecb", [published(DAY, USD="1.10", JPY="170")])
    assert store.save("ecb", [published(DAY, USD="1.1")]) == (0, 0)
    assert store.save("ecb", [published(DAY, USD="1.2", SEK="11")]) == (0, 1)
    (merged,) = store.days("ecb")
    assert merged.rates == {"USD": "1.2", "JPY": "170", "SEK": "11"}


def test_a_second_save_of_the_same_days_changes_nothing(store: Store) -> None:
    days = [published(DAY), published(DAY - timedelta(days=1))]
    store.save("ecb", days)
    assert store.save("ecb", days) == (0, 0)
    assert store.save("ecb", []) == (0, 0)
    assert len(list(store.days("ecb"))) == 2


def test_first_days_do_not_replace_what_is_there(store: Store) -> None:
    store.save("ecb", [published(DAY, USD="1.5")])
    older = published(DAY - timedelta(days=1))
    for _ in range(2):
        store.seed("ecb", [published(DAY, USD="1.1"), older], {"seed": "package"})
    assert [day.rates for day in store.days("ecb")] == [older.rates, {"USD": "1.5"}]
    assert store.setting("seed") == "package"


def test_questions_asked(store: Store) -> None:
    past = Asked("fixer", DAY - timedelta(days=9), None, AT)
    latest = Asked("fixer", AT.date(), DAY, AT)
    store.save("fixer", [published(DAY)], [past, latest, Asked("frankfurter", DAY, DAY, AT)])
    assert store.asked("fixer", past.date) == past
    assert store.last_answer("fixer") == latest
    assert store.last_answer("frankfurter") is None
    again = latest._replace(at=AT + timedelta(hours=1))
    store.save("fixer", [], [again])
    assert store.last_answer("fixer") == again


def test_the_last_attempt(store: Store) -> None:
    store.remember("ecb", Attempt(AT, "latest", "ecb: no answer"))
    store.remember("ecb", Attempt(AT, "latest", ""))
    assert store.attempt("ecb") == Attempt(AT, "latest", "")
    assert store.attempt("fixer") is None
    store.remember("ecb", None)
    assert store.attempt("ecb") is None


def test_settings(store: Store) -> None:
    store.set_setting("base", "SEK")
    store.set_setting("base", "USD")
    assert store.setting("base") == "USD"


def test_the_log_keeps_the_newest(store: Store) -> None:
    for number in range(5):
        store.log([entry(number)], keep=3)
    assert store.logged(10) == [entry(2), entry(3), entry(4)]
    assert store.logged(2) == [entry(3), entry(4)]
    assert store.logged(10, since="2026-11-22T12:00:04Z") == [entry(4)]
    assert store.clear_log() == 3
    assert store.logged(10) == []


def test_what_was_written_is_there_for_the_next_process(store: Store, address: str) -> None:
    store.save("ecb", [published(DAY)])
    other = stores.store(address)
    assert list(other.days("ecb")) == [published(DAY)]
    other.close()


def test_many_writers_at_once_store_each_day_once(store: Store, address: str) -> None:
    days = [published(DAY - timedelta(days=n)) for n in range(12)]
    new: list[int] = []
    barrier = threading.Barrier(4)

    def write() -> None:
        own = stores.store(address)
        barrier.wait()
        new.append(own.save("ecb", days).new)
        own.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sum(new) == 12
    assert list(store.days("ecb")) == sorted(days)


def test_a_store_of_a_newer_version_is_not_touched(store: Store, address: str, tmp_path: Path) -> None:
    if address.startswith("sqlite"):
        with sqlite3.connect(tmp_path / "store.sqlite") as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    elif address.startswith("jsonfile"):
        store.set_setting("any", "thing")
        file = tmp_path / "store.json"
        file.write_text(file.read_text().replace('"version": 1', '"version": 99'))
    else:
        with MongoClient[dict[str, Any]](address) as client:
            client.get_default_database().settings.update_one({"_id": "version"}, {"$set": {"value": "99"}})
    with pytest.raises(StoreFailed, match="newer version"):
        stores.store(address)


@pytest.mark.parametrize(
    "address", ["oracle://host/x", "sqlite:/x", "sqlite:///", "", "mongodb://", "mongodb://h:port/x"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ConfigError, match=r"fx\.store"):
        stores.store(address)


def test_a_server_that_is_not_there_is_said_within_three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: dict[str, Any] = {}

    def client(address: str, **options: Any) -> MongoClient[dict[str, Any]]:
        waits.update(options)
        return MongoClient(address, **{**options, **dict.fromkeys(mongodb.WAITS, 100)})

    monkeypatch.setattr(mongodb, "MongoClient", client)
    with pytest.raises(StoreFailed, match=r"cannot use the store mongodb://anna:••••@127\.0\.0\.1:1/x") as caught:
        stores.store("mongodb://anna:s3cret@127.0.0.1:1/x")
    assert [waits[name] for name in mongodb.WAITS] == [2000, 2000]
    assert "s3cret" not in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="cannot open the store"):
        stores.store(f"sqlite:///{tmp_path}/none/fx.sqlite")


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "fx.sqlite").write_text("not a database, but long enough to be read as one" * 30)
    with pytest.raises(StoreFailed, match="not a database"):
        stores.store(f"sqlite:///{tmp_path}/fx.sqlite")


def test_documents_have_the_keys_that_are_promised(mongo_server: str) -> None:
    name = f"test_{uuid.uuid4().hex}"
    store = stores.store(database(mongo_server, name))
    store.save("ecb", [published(DAY, USD="1.1")])
    store.close()
    with MongoClient[dict[str, Any]](mongo_server) as client:
        found = client[name].rates.find_one()
        assert found == {
            "_id": "ecb:2026-11-20",
            "source": "ecb",
            "date": "2026-11-20",
            "base": "EUR",
            "rates": {"USD": "1.1"},
            "fetched_at": STAMP,
        }
        assert any(index.get("unique") for index in client[name].rates.index_information().values())


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("mongodb://anna:p@ss@host/x", "mongodb://anna:••••@host/x"),
        ("mongodb://host/x", "mongodb://host/x"),
        ("sqlite", "sqlite"),
    ],
)
def test_passwords_are_masked(address: str, shown: str) -> None:
    assert masked(address) == shown
