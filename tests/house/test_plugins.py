"""Plug-ins from the package, the user's folder and entry points: listed without import, broken ones named."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from blueprints import paths, plugins

PACKAGE = "blueprints.sample.kinds"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A feature `sample` with the plug-in folder `kinds`, importable as part of blueprints."""
    folder = tmp_path / "package" / "sample" / "kinds"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("")
    (folder / "plain.py").write_text("class Kind:\n    said = 'plain'\n")
    (folder / "_hidden.py").write_text("raise RuntimeError\n")
    monkeypatch.setattr(plugins, "FOLDER", tmp_path / "package")
    import blueprints

    monkeypatch.setattr(blueprints, "__path__", [*blueprints.__path__, str(tmp_path / "package")])
    yield folder
    for name in [name for name in sys.modules if name.startswith("blueprints.sample")]:
        del sys.modules[name]


@pytest.fixture
def users(package: Path) -> Path:
    folder = paths.config_dir() / "plugins" / "sample" / "kinds"
    folder.mkdir(parents=True)
    return folder


def entry(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    point = EntryPoint(name, value, PACKAGE)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point] if group == PACKAGE else [])


def test_names_lists_all_three_places_and_imports_nothing(users: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (users / "mine.py").write_text("raise RuntimeError('imported')\n")
    entry(monkeypatch, "theirs", "no.such.module")
    assert plugins.names(PACKAGE) == ["plain", "mine", "theirs"]
    assert plugins.built_in(PACKAGE) == ["plain"]
    assert f"{PACKAGE}.plain" not in sys.modules


def test_our_own_and_the_users_are_loaded(users: Path) -> None:
    (users / "mine.py").write_text("class Kind:\n    said = 'mine'\n")
    assert plugins.load(PACKAGE, "plain", "Kind").said == "plain"
    assert plugins.load(PACKAGE, "mine", "Kind").said == "mine"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise RuntimeError('no luck\\nat all')", "RuntimeError: no luck"),
        ("raise RuntimeError", "RuntimeError"),
        ("def (", "SyntaxError"),
        ("from decimal import Decimal as Kind", "it defines no class Kind"),
    ],
)
def test_a_broken_one_is_named_and_the_rest_works(users: Path, text: str, why: str) -> None:
    (users / "mine.py").write_text(text)
    with pytest.raises(plugins.Broken, match=f"plug-in mine does not work: {why}"):
        plugins.load(PACKAGE, "mine", "Kind")
    assert plugins.load(PACKAGE, "plain", "Kind").said == "plain"


def test_a_built_in_name_cannot_be_taken(users: Path) -> None:
    (users / "plain.py").write_text("class Kind:\n    said = 'foreign'\n")
    assert plugins.load(PACKAGE, "plain", "Kind").said == "plain"
    assert plugins.clashes(PACKAGE) == ["plain"]
    assert plugins.names(PACKAGE) == ["plain"]


def test_an_unknown_one_lists_the_known(package: Path) -> None:
    with pytest.raises(plugins.Unknown, match="no kind named nothing: there are plain") as caught:
        plugins.load(PACKAGE, "nothing", "Kind")
    assert caught.value.exit_code == 2


class Kind:
    said = "entry"


@pytest.mark.parametrize("value", [f"{__name__}:Kind", __name__])
def test_an_entry_point_names_a_class_or_a_module(package: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    entry(monkeypatch, "theirs", value)
    loaded: Any = plugins.load(PACKAGE, "theirs", "Kind")
    assert loaded.said == "entry"
    assert plugins.module(PACKAGE, "theirs").__name__ == __name__


def test_an_entry_point_that_does_not_import_is_named(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry(monkeypatch, "theirs", "no.such.module:Kind")
    with pytest.raises(plugins.Broken, match="plug-in theirs does not work: ModuleNotFoundError"):
        plugins.load(PACKAGE, "theirs", "Kind")
    with pytest.raises(plugins.Broken, match="theirs"):
        plugins.module(PACKAGE, "theirs")


def test_a_help_text_learns_entry_points_without_importing_their_machinery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site" / "theirs-1.0.dist-info"
    folder.mkdir(parents=True)
    group = "blueprints.weather.providers"
    (folder / "entry_points.txt").write_text(
        f"[other]\na = b\n\n[{group}]\ntheirs = their.module:Provider\n\n[z]\nc = d\n"
    )
    monkeypatch.syspath_prepend(str(folder.parent))
    assert plugins.advertised(group) == [*plugins.built_in(group), "theirs"]
