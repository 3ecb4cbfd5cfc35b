"""The commands of `blueprints store`: what they print, what they change, and how they fail."""

import json
import subprocess
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from blueprints.store import started
from blueprints.store.config import StoreConfig
from blueprints.store.models import Checkout, Game, LicenceKey
from tests.conftest import Run
from tests.store.desk import Desk
from tests.store.test_checkout import review


def written(tmp_path: Path, text: str, name: str = "games.csv") -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_an_import_reports_as_json(shop: Any, run: Run, tmp_path: Path) -> None:
    table = written(tmp_path, "Title,Cost\nAstro Racer,34.90\nMaze,N/A\n")
    flags = ("--map", "name=Title", "--map", "price=Cost", "--set", "platform=NES", "--null", "N/A", "--json")
    report = json.loads(run("store", "import", table, *flags, expect=0).stdout)
    assert report.pop("seconds") >= 0
    assert report == {
        "file": "games.csv", "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "errors": [],
        "dry_run": False,
    }  # fmt: skip
    assert [str(one.price) for one in Game.objects.order_by("name")] == ["34.90", "None"]


def test_an_import_reports_in_words(shop: Any, run: Run, tmp_path: Path) -> None:
    result = run("store", "import", written(tmp_path, "platform,name\nNES,A\n"), "--dry-run", expect=0)
    assert result.stdout.startswith("games.csv: 1 record, would be: 1 created, 0 updated, 0 unchanged, 0 skipped (")
    assert not Game.objects.exists()


def test_an_import_that_stops_names_at_most_twenty_errors(shop: Any, run: Run, tmp_path: Path) -> None:
    table = written(tmp_path, "platform,name,price\n" + "NES,A,x\n" * 25)
    result = run("store", "import", table, expect=1)
    assert "line 2, price: is no amount like 19.99: 'x'" in result.stderr
    assert result.stderr.count("is no amount") == 21
    assert "and 5 more" in result.stderr
    assert "Error: games.csv: nothing was imported because of 25 errors (line 2, price" in result.stderr
    assert not Game.objects.exists()


def test_good_records_of_a_bad_file_come_in_when_asked(shop: Any, run: Run, tmp_path: Path) -> None:
    table = written(tmp_path, "platform,name,price\nNES,A,1\nNES,,2\nNES,A,3\n")
    report = json.loads(run("store", "import", table, "--skip-bad", "--json", expect=0).stdout)
    assert (report["created"], report["skipped"]) == (1, 2)
    assert [(error["line"], error["field"]) for error in report["errors"]] == [(3, "name"), (4, "name")]


def test_an_import_leaves_games_as_they_are_when_asked(shop: Any, run: Run, tmp_path: Path) -> None:
    run("store", "import", written(tmp_path, "platform,name,stock\nNES,A,1\n"), expect=0)
    table = written(tmp_path, "platform,name,stock\nNES,A,9\nNES,B,9\n")
    report = json.loads(run("store", "import", table, "--no-update", "--json", expect=0).stdout)
    assert (report["created"], report["updated"], report["unchanged"]) == (1, 0, 1)
    assert Game.objects.get(name="A").stock == 1


def test_a_json_file_and_stdin_come_in(shop: Any, run: Run, tmp_path: Path) -> None:
    games = '[{"platform": "NES", "name": "A", "price": 1.5, "highlighted": true}, 7]'
    result = run("store", "import", written(tmp_path, games, "games.json"), expect=1)
    assert "line 2: is no JSON object" in result.stderr
    run("store", "import", "-", "--format", "json", input=games.replace(", 7", ""), expect=0)
    one = Game.objects.get()
    assert (str(one.price), one.highlighted) == ("1.50", True)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--delimiter", ";;"), "give one character"),
        (("--encoding", "klingon"), "no encoding is called 'klingon'"),
        (("--map", "colour=C"), "'colour=C' is not FIELD=…"),
        (("--map", "price=Cost"), "the file has no column 'Cost'"),
        (("--set", "nothing"), "'nothing' is not FIELD=…"),
    ],
)
def test_bad_flags_of_an_import(shop: Any, run: Run, tmp_path: Path, flags: tuple[str, ...], words: str) -> None:
    result = run("store", "import", written(tmp_path, "platform,name\nNES,A\n"), *flags, expect=2)
    assert words in result.stderr
    assert not Game.objects.exists()


def test_a_table_without_a_name_is_a_usage_error(shop: Any, run: Run, tmp_path: Path) -> None:
    assert "no column for name" in run("store", "import", written(tmp_path, "platform\nNES\n"), expect=2).stderr
    assert "does not exist" in run("store", "import", str(tmp_path / "none.csv"), expect=2).stderr


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_export_goes_to_stdout_or_a_file(game: Callable[..., Game], run: Run, tmp_path: Path, kind: str) -> None:
    game("Astro Racer", stock=3)
    shown = run("store", "export", "--format", kind, expect=0)
    target = tmp_path / f"games.{kind}"
    told = run("store", "export", str(target), expect=0)
    assert (told.stdout, told.stderr) == ("", f"1 game written to {target}\n")
    assert target.read_text().split() == shown.stdout.split()
    assert "Astro Racer" in shown.stdout
    assert json.loads(run("store", "import", str(target), "--json", expect=0).stdout)["unchanged"] == 1


def test_keys_come_in_and_are_counted(game: Callable[..., Game], run: Run, tmp_path: Path) -> None:
    one = game("Astro Racer", stock=0)
    codes = written(tmp_path, "AAA-1\nAAA-2\n\nAAA-1\n", "codes.txt")
    told = run("store", "keys", "import", str(one.pk), codes, "--add-stock", expect=0)
    assert told.stdout == "Astro Racer (NES): 2 new keys, 1 repeated\n"
    one.refresh_from_db()
    assert one.stock == 2
    again = json.loads(run("store", "keys", "import", str(one.pk), codes, "--json", expect=0).stdout)
    assert again == {"game": one.pk, "new": 0, "repeated": 4 - 1}
    report = json.loads(run("store", "keys", "report", "--json", expect=0).stdout)
    assert report == {
        "game": one.pk, "name": "Astro Racer", "platform": "NES", "free": 2, "assigned": 0, "pending": 0
    }  # fmt: skip
    table = run("store", "keys", "report", expect=0).stdout
    assert "Astro Racer" in table
    assert "AAA" not in table


def test_keys_that_cannot_come_in(game: Callable[..., Game], run: Run, tmp_path: Path) -> None:
    one = game()
    codes = written(tmp_path, "A\n" + "x" * 201, "codes.txt")
    assert "there is no game 999" in run("store", "keys", "import", "999", written(tmp_path, "A\n"), expect=1).stderr
    assert "line 2 is longer than 200" in run("store", "keys", "import", str(one.pk), codes, expect=1).stderr
    binary = tmp_path / "codes.bin"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8" in run("store", "keys", "import", str(one.pk), str(binary), expect=1).stderr
    assert not LicenceKey.objects.exists()


def test_the_index_is_built_anew(game: Callable[..., Game], run: Run) -> None:
    game("A")
    game("B")
    assert run("store", "reindex", expect=0).stdout == "2 games indexed\n"


@pytest.fixture
def waiting(game: Callable[..., Game], ada: Client, orders_desk: Desk) -> Checkout:
    """A checkout that the orders service has not taken."""
    ada.post(f"/cart/add/{game(stock=5).pk}/")
    orders_desk.fail_with = 503
    ada.post("/checkout/", review(ada))
    return Checkout.objects.get()


def test_checkouts_are_listed(waiting: Checkout, run: Run) -> None:
    assert str(waiting.pk)[:8] in run("store", "checkouts", "list", expect=0).stdout
    row = json.loads(run("store", "checkouts", "list", "--state", "reserved", "--json", expect=0).stdout)
    assert datetime.fromisoformat(row.pop("next_attempt_at"))
    assert datetime.fromisoformat(row.pop("created_at"))
    assert row.pop("last_error")
    assert row == {
        "id": str(waiting.pk), "state": "reserved", "order_id": None, "total": "10.00", "currency": "USD",
        "attempts": 1, "reason": "",
    }  # fmt: skip
    assert run("store", "checkouts", "list", "--state", "placed", "--json", expect=0).stdout == ""
    assert run("store", "checkouts", "list", "--limit", "0").exit_code == 2


def test_a_checkout_is_sent_again(waiting: Checkout, run: Run, orders_desk: Desk) -> None:
    told = run("store", "checkouts", "retry", str(waiting.pk), expect=0).stdout
    assert told.startswith(f"{waiting.pk}: reserved: ")
    orders_desk.fail_with = 0
    assert run("store", "checkouts", "retry", str(waiting.pk), expect=0).stdout == f"{waiting.pk}: placed, order 39\n"
    result = run("store", "checkouts", "retry", str(waiting.pk), expect=1)
    assert f"checkout {waiting.pk} is placed already" in result.stderr


def test_a_checkout_is_given_up(waiting: Checkout, run: Run, orders_desk: Desk) -> None:
    orders_desk.fail_with = 0
    row = json.loads(run("store", "checkouts", "abort", str(waiting.pk), "--json", expect=0).stdout)
    assert (row["state"], row["order_id"]) == ("aborted", None)
    assert Game.objects.get().stock == 5


def test_a_checkout_that_is_not_there(shop: Any, run: Run) -> None:
    number = uuid.uuid4()
    assert f"there is no checkout {number}" in run("store", "checkouts", "abort", str(number), expect=1).stderr
    assert run("store", "checkouts", "retry", "nonsense").exit_code == 2


def test_commands_know_the_neighbours_of_a_shop_that_was_started(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert started.environment() == {}
    began = StoreConfig(public_url="http://127.0.0.1:8410", orders_url="http://127.0.0.1:9", orders_api_key="key")
    started.keep(began)
    known = {
        "BLUEPRINTS_STORE__PUBLIC_URL": "http://127.0.0.1:8410",
        "BLUEPRINTS_STORE__ORDERS_URL": "http://127.0.0.1:9",
        "BLUEPRINTS_STORE__ORDERS_API_KEY": "key",
    }
    assert started.environment() == known
    monkeypatch.setenv("BLUEPRINTS_STORE__PUBLIC_URL", "https://shop.example")
    assert "BLUEPRINTS_STORE__PUBLIC_URL" not in started.environment()
    monkeypatch.setenv("BLUEPRINTS_STORE__ORDERS_URL", "https://orders.example")
    assert started.environment() == {}  # the key stays with the service that it was made for
    monkeypatch.delenv("BLUEPRINTS_STORE__ORDERS_URL")
    assert started.environment()
    monkeypatch.setenv("BLUEPRINTS_STORE__DATABASE", "sqlite:////elsewhere.sqlite3")
    assert started.environment() == {}


def test_a_checkout_cannot_be_settled_where_no_orders_service_is_known(
    waiting: Checkout, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(settings.SERVICE_CONFIG, orders_url="")
    monkeypatch.setattr(settings, "SERVICE_CONFIG", config)
    told = run("store", "checkouts", "retry", str(waiting.pk), expect=2).stderr
    assert told == "Error: the orders service is not known: start the shop once, or set store.orders_url\n"


def test_commands_that_meet_on_a_new_folder_wait_for_one_another(spawn: Callable[..., Any]) -> None:
    together = [spawn("store", "export", "-", stderr=subprocess.STDOUT) for _ in range(3)]
    printed = [process.stdout.read() for process in together]
    assert [process.wait(60) for process in together] == [0, 0, 0], printed
    assert len(set(printed)) == 1
