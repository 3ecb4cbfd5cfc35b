"""A source, a store and a file of the user's, each added by one file: those that the page about plug-ins shows."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from blueprints import fx, plugins
from tests.conftest import Run
from tests.fx.conftest import LAST
from tests.fx.pages import shown_files
from tests.fx.world import World, rates_of

SHOWN = shown_files()
RATES = json.dumps({"date": str(LAST), "rates": {"USD": 2.5, "SEK": 10}}).encode()


@pytest.fixture(autouse=True)
def _treasury(clock: time_machine.Traveller, world: World, short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world.fail("/treasury/", 200, RATES)
    monkeypatch.setenv("BLUEPRINTS_FX__TREASURY__BASE_URL", f"{world.url}/treasury")


@pytest.fixture
def user_folder(isolated: Path) -> Path:
    return isolated / "config" / "plugins"


@pytest.fixture
def package_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the package's plug-in folders, in which a file may be put as in the package itself."""
    copied = tmp_path / "package"
    for kind in ("sources", "stores"):
        shutil.copytree(Path(fx.__file__).parent / kind, copied / "fx" / kind)
    monkeypatch.setattr(plugins, "FOLDER", copied)
    for kind in ("sources", "stores"):
        module = sys.modules[f"blueprints.fx.{kind}"]
        monkeypatch.setattr(module, "__path__", [str(copied / "fx" / kind)])
    yield copied
    for name in ("sources.treasury", "stores.jsonfile"):
        sys.modules.pop(f"blueprints.fx.{name}", None)


def put(folder: Path, path: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(SHOWN[path])


def test_the_page_shows_a_source_and_a_store() -> None:
    assert set(SHOWN) == {"fx/sources/treasury.py", "fx/stores/jsonfile.py"}


def test_a_source_that_does_not_work_is_a_row_of_the_comparison(user_folder: Path, run: Run) -> None:
    put(user_folder, "fx/sources/treasury.py")
    (user_folder / "fx" / "sources" / "torn.py").write_text("import nowhere_to_be_found")
    rows = json.loads(run("fx", "compare", "EUR", "USD", "--json", expect=0).stdout)["sources"]
    torn = next(row for row in rows if row["source"] == "torn")
    assert torn["rate"] is None
    assert "nowhere_to_be_found" in torn["error"]
    assert any(row["rate"] for row in rows)


@pytest.mark.parametrize("place", ["user_folder", "package_folder"])
def test_a_source_by_one_file(place: str, request: pytest.FixtureRequest, run: Run) -> None:
    put(request.getfixturevalue(place), "fx/sources/treasury.py")
    result = run("fx", "convert", "5", "USD", "SEK", "--source", "treasury", expect=0)
    assert result.stdout == "5.00 USD = 20.00 SEK   (1 USD = 4 SEK, treasury, 2026-11-20)\n"
    rows = json.loads(run("fx", "sources", "--json", expect=0).stdout)["sources"]
    assert next(row for row in rows if row["name"] == "treasury")["stored_latest"] == "2026-11-20"
    names = [
        row["source"] for row in json.loads(run("fx", "compare", "EUR", "USD", "--json", expect=0).stdout)["sources"]
    ]
    assert "treasury" in names
    assert "fx.treasury.base_url" in run("config", "show", "fx", expect=0).stdout


def test_an_answer_of_another_form_is_refused_by_name(user_folder: Path, run: Run, world: World) -> None:
    put(user_folder, "fx/sources/treasury.py")
    world.fail("/treasury/", 200, b'{"day": 1}')
    result = run("fx", "update", "--source", "treasury", expect=3)
    assert "treasury: the answer is not a rate file: it has another form (KeyError)" in result.stderr


@pytest.mark.parametrize("place", ["user_folder", "package_folder"])
def test_a_store_by_one_file(
    place: str, request: pytest.FixtureRequest, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(request.getfixturevalue(place), "fx/stores/jsonfile.py")
    monkeypatch.delenv("BLUEPRINTS_FX__TREASURY__BASE_URL")
    monkeypatch.setenv("BLUEPRINTS_FX__STORE", f"jsonfile://{tmp_path}/rates.json")
    assert run("fx", "update", expect=0).stdout == "ecb: 15 new days, 0 changed, latest 2026-11-20\n"
    assert f"= {rates_of(LAST)['USD'][:4]} USD" in run("fx", "convert", "1", "EUR", "USD", expect=0).stdout
    assert "published" in run("fx", "log", expect=0).stdout
    assert str(LAST) in json.loads((tmp_path / "rates.json").read_text())["rates"]["ecb"]
