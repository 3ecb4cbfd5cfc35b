"""The file of last good answers: it survives damage, other runs, and folders that cannot be written."""

import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from blueprints.weather.core.forecast import Day, Forecast, Place
from blueprints.weather.store import Store, StoredAnswer, check
from tests.weather.conftest import NOW

OSLO = Place(name="Oslo", latitude=59.91, longitude=10.75)


def answer(provider: str = "one", high: float = 1.0, hours_ago: float = 0, days: int = 1) -> StoredAnswer:
    forecast = Forecast(provider=provider, timezone="UTC", days=(Day(date=date(2026, 11, 22), high=high),))
    fetched = NOW - timedelta(hours=hours_ago)
    return StoredAnswer(forecast, days, fetched, fetched + timedelta(minutes=10))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "weather.sqlite"


LONG_AGO = NOW - timedelta(days=3)


def test_answers_are_kept_by_provider_place_and_days_the_newest_first(path: Path) -> None:
    store = Store(path)
    store.keep_answer("here", answer(hours_ago=2, days=10), LONG_AGO)
    store.keep_answer("here", answer(high=2.0, days=1), LONG_AGO)
    store.keep_answer("there", answer(high=3.0), LONG_AGO)
    store.close()
    found = Store(path).answers("one", "here")
    assert [(one.days, one.fetched_at, one.forecast.days[0].high) for one in found] == [
        (1, NOW, 2.0),
        (10, NOW - timedelta(hours=2), 1.0),
    ]
    assert found[0].fresh_until == NOW + timedelta(minutes=10)


def test_what_is_too_old_is_dropped(path: Path) -> None:
    store = Store(path)
    store.keep_answer("here", answer(hours_ago=100), NOW - timedelta(hours=200))
    store.keep_answer("there", answer(), LONG_AGO)
    assert store.answers("one", "here") == []


def test_an_answer_of_another_version_is_passed_over(path: Path) -> None:
    store = Store(path)
    store.keep_answer("here", answer(), LONG_AGO)
    sqlite3.connect(path, isolation_level=None).execute("UPDATE answers SET body = '{}'").close()
    assert store.answers("one", "here") == []


def test_places_are_kept_with_their_time(path: Path) -> None:
    store = Store(path)
    store.keep_places("oslo", [OSLO], NOW)
    store.keep_places("nowhere", [], NOW)
    assert store.places("oslo", NOW - timedelta(days=30)) == [OSLO]
    assert store.places("oslo", NOW + timedelta(seconds=1)) is None
    assert (store.places("nowhere"), store.places("never asked")) == ([], None)


def test_pauses_end(path: Path) -> None:
    store = Store(path)
    store.hold("nws", NOW + timedelta(minutes=1))
    assert store.held_until("nws", NOW) == NOW + timedelta(minutes=1)
    assert store.held_until("nws", NOW + timedelta(minutes=2)) is None
    assert store.held_until("met_norway", NOW) is None


def test_a_damaged_file_is_set_aside_and_made_anew(path: Path) -> None:
    path.write_bytes(b"no database at all, and long enough to be looked at as one" * 40)
    store = Store(path)
    assert store.notices == ["weather.sqlite was damaged: set aside as weather.sqlite.corrupt"]
    store.hold("nws", NOW + timedelta(minutes=1))
    store.close()
    assert Store(path).held_until("nws", NOW) is not None
    assert path.with_name("weather.sqlite.corrupt").read_bytes().startswith(b"no database")


def test_damage_found_later_is_set_aside_too(path: Path) -> None:
    store = Store(path)
    for index in range(200):
        store.keep_answer(f"place {index}", answer(), LONG_AGO)
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    damaged = Store(path)
    assert damaged.answers("one", "place 7") == []
    assert damaged.notices == ["weather.sqlite was damaged: set aside as weather.sqlite.corrupt"]
    damaged.hold("nws", NOW + timedelta(minutes=1))
    assert damaged.held_until("nws", NOW) is not None


def test_where_no_file_can_be_the_memory_does(tmp_path: Path) -> None:
    store = Store(tmp_path / "missing" / "weather.sqlite")
    assert store.notices == ["the cache cannot be used (unable to open database file): answers are not kept"]
    store.hold("nws", NOW + timedelta(minutes=1))
    assert store.held_until("nws", NOW) is not None


def test_a_file_that_cannot_be_written_is_said_once(path: Path) -> None:
    Store(path).close()
    store = Store(path)
    store._connection.execute("PRAGMA query_only = ON")
    store.hold("nws", NOW)
    store.hold("nws", NOW)
    assert store.notices == ["the cache cannot be used (attempt to write a readonly database): answers are not kept"]


def test_damage_without_a_folder_to_write_in(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"no database at all" * 100)

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    store = Store(path)
    assert store.notices == ["the cache cannot be used (file is not a database): answers are not kept"]


def test_checking_the_file_of_responses(tmp_path: Path) -> None:
    notices: list[str] = []
    file = tmp_path / "http.sqlite"
    check(file, notices)
    sqlite3.connect(file, isolation_level=None).execute("CREATE TABLE x (y)").close()
    check(file, notices)
    assert notices == []
    file.write_bytes(b"broken" * 1000)
    check(file, notices)
    assert notices == ["http.sqlite was damaged: set aside as http.sqlite.corrupt"]
    folder = tmp_path / "folder.sqlite"
    folder.mkdir()
    check(folder, notices)
    assert len(notices) == 1


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from blueprints.weather.core.forecast import Forecast
from blueprints.weather.store import Store, StoredAnswer
store, now = Store(Path(sys.argv[1])), datetime(2026, 11, 22, tzinfo=UTC)
answer = StoredAnswer(Forecast(provider="one", timezone="UTC"), 1, now, now)
for index in range(int(sys.argv[2])):
    store.keep_answer(f"{sys.argv[3]} {index}", answer, now)
    print(index, flush=True)
sys.exit(len(store.notices))
"""


def writer(path: Path, count: int, name: str) -> "subprocess.Popen[str]":
    arguments = [sys.executable, "-c", WRITER, str(path), str(count), name]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def test_a_kill_at_any_moment_leaves_a_whole_file(path: Path) -> None:
    process = writer(path, 1_000_000, "one")
    assert process.stdout is not None
    written = [process.stdout.readline() for _ in range(50)]
    process.kill()
    process.communicate()
    store = Store(path)
    assert store.notices == []
    assert len(written) == 50
    assert all(store.answers("one", f"one {index}") for index in range(50))


def test_many_runs_write_at_once(path: Path) -> None:
    processes = [writer(path, 20, f"run {index}") for index in range(4)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0] * 4
    store = Store(path)
    assert all(store.answers("one", f"run {run} {index}") for run in range(4) for index in range(20))
