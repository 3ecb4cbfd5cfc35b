"""The docs are held to the code: generated parts are up to date, every command has help and an example."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol

import click
import pytest

from blueprints import plugins
from blueprints.cli import cli
from tests import json_keys
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "blueprints"


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


FOLDERS = ("providers", "sources", "stores", "channels")
"""What folders of plug-ins are called in any feature."""


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below one, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name="blueprints")
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, name
            yield from commands(inner, (*path, name))


ALL = dict(commands(cli))
ASIDE = [("vote", "TAG…")]
"""Shown by its group."""
PAGES = sorted(path.stem for path in (ROOT / "docs").glob("*.md"))


def test_generated_parts_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_command_has_help_and_an_example(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert command.help, "it is missing its help"
    if not isinstance(command, click.Group) or command.invoke_without_command:
        assert command.epilog, "it is missing its example"
        assert "Example" in command.epilog


def test_the_help_of_each_command_stands_in_a_page() -> None:
    shown = re.findall(r"^<!-- help: blueprints ?(.*?) ?-->$", "\n".join(map(page, PAGES)), re.MULTILINE)
    assert sorted(" ".join(path) for path in ALL if path not in ASIDE) == sorted(shown)


def test_what_each_command_prints_as_json_is_told() -> None:
    """And held to by every test that runs it: see `tests/json_keys.py`."""
    printing = {
        " ".join(path)
        for path, command in ALL.items()
        if any("--json" in each.opts for each in command.params)
        and (not isinstance(command, click.Group) or command.invoke_without_command)
    }
    told = {name.partition(" --")[0] for name in json_keys.described()}
    assert printing - {"vote TAG…"} == told - {"vote"}


def test_an_object_with_other_keys_is_found() -> None:
    shape = {
        "": frozenset({"a", "b?", "c", "d"}),
        "c[]": frozenset({"e"}),
        "d": frozenset({"*"}),
        "d.*": frozenset("f"),
    }
    right = {"a": 1, "c": [{"e": 1}], "d": {"any": {"f": 1}}}
    assert list(json_keys.faults(right, shape)) == []
    assert list(json_keys.faults({**right, "b": None, "z": 1}, shape)) == [" has z"]
    assert list(json_keys.faults({"a": 1, "c": [{}], "d": {"any": {"g": 1}}}, shape)) == [
        "c[] lacks e", "d.* lacks f", "d.* has g"
    ]  # fmt: skip


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_each_option_has_help(path: tuple[str, ...]) -> None:
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, f"{parameter.opts[0]} is missing its help"


@pytest.mark.parametrize("path", [path for path in ALL if len(path) == 1], ids=" ".join)
def test_each_tool_and_service_has_a_page(path: tuple[str, ...]) -> None:
    page = ROOT / "docs" / f"{path[0]}.md"
    assert path[0] in ("config", "serve", "manage") or page.exists()


PLUGINS = re.findall(r"^\| .+ \| `(\S+)` \| `(\w+)` \| `(\S+)` \|$", page("adding-a-plugin"), re.MULTILINE)


def test_every_kind_of_plugin_is_told() -> None:
    kinds = {str(path.parent.relative_to(SOURCE)) for name in FOLDERS for path in SOURCE.glob(f"*/{name}/__init__.py")}
    assert {folder for folder, _, _ in PLUGINS} == kinds


@pytest.mark.parametrize(("folder", "attribute", "contract"), PLUGINS, ids=lambda word: word)
def test_a_kind_of_plugin_is_as_told(folder: str, attribute: str, contract: str) -> None:
    package, _, protocol = contract.rpartition(".")
    assert package == f"blueprints.{folder.replace('/', '.')}"
    assert Protocol in getattr(import_module(package), protocol).__bases__
    for name in plugins.built_in(package):
        assert plugins.load(package, name, attribute).__name__ == attribute


TEXTS = sorted(page for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
NAMED = re.compile(r"`((?:fx|weather|spotify|vote|store|orders|notifier|messenger|web)(?:\.[a-z0-9_]+)+)`")
NO_SETTINGS = {"store.back_in_stock", "store.price_drop", "store.keys_ready", "fx.treasury.base_url"}
"""Events, and the setting of an example."""


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_what_a_page_links_to_is_there(text: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)|src(?:set)?=\"([^\"]+)\"", text.read_text(encoding="utf-8"))
    files = [one or other for one, other in links if not (one or other).startswith("http")]
    assert [file for file in files if not (text.parent / file).exists()] == []


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_the_files_that_a_page_names_are_there(text: Path) -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", text.read_text(encoding="utf-8")))
    places = (ROOT, ROOT / "docs", SOURCE, SOURCE / "web" / "outbox")
    assert [file for file in named if not any((place / file).exists() for place in places)] == []


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_the_settings_that_a_page_names_exist(text: Path) -> None:
    settings = re.findall(r"^\| `(\S+)` \|", page("configuration"), re.MULTILINE)
    known = {".".join(setting.split(".")[:depth]) for setting in settings for depth in range(1, 6)}
    known |= {f"{setting}_file" for setting in known} | NO_SETTINGS
    named = {name for name in NAMED.findall(text.read_text(encoding="utf-8")) if not name.endswith(".sqlite")}
    assert named - known == set()
