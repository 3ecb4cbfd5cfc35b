"""The contract of the sources: every file of the folder, and those that users add."""

import inspect
import json
from pathlib import Path

import pytest

from blueprints import config, paths, plugins
from blueprints.errors import BlueprintsError
from blueprints.vote.config import VoteConfig
from blueprints.vote.core.decisions import Matcher
from blueprints.vote.core.rules import Rules
from blueprints.vote.sources import PACKAGE, Source, Task
from tests.conftest import Run
from tests.vote.test_replay import ended, votes

NAMES = plugins.built_in(PACKAGE)


def test_the_folder_holds_the_four_sources() -> None:
    assert NAMES == ["counts", "replay", "search", "stream"]


@pytest.mark.parametrize("name", NAMES)
def test_a_source_keeps_the_contract(name: str) -> None:
    kind: type[Source] = plugins.load(PACKAGE, name, "Source")
    assert isinstance(kind.is_recorded, bool)
    assert isinstance(kind.sees_posts, bool)
    assert kind.every_s is None or kind.every_s >= 5
    assert inspect.iscoroutinefunction(kind.run)
    assert kind.__module__ == f"{PACKAGE}.{name}"
    source = kind(Task(config.load("vote", VoteConfig), Matcher(Rules(), ()), argument="/nowhere"))
    with pytest.raises(BlueprintsError) as raised:  # no credentials here, and no such file
        source.prepare()
    assert raised.value.exit_code in {1, 4}


THIRD_PARTY = """
import json
from datetime import UTC, datetime


class Source:
    every_s = None
    is_recorded = False
    sees_posts = True

    def __init__(self, task):
        self.task = task

    def prepare(self):
        pass

    async def run(self, desk):
        for number in range(int(self.task.argument)):
            post = {"id": str(number + 1), "author_id": str(number + 1), "text": "#debian",
                    "created_at": datetime.now(UTC).isoformat()}
            desk.deliver(json.dumps({"data": post}).encode(), "carrier pigeon")
"""


def test_a_user_adds_a_source_as_a_file(run: Run) -> None:
    folder = paths.config_dir() / "plugins" / "vote" / "sources"
    folder.mkdir(parents=True)
    (folder / "pigeon.py").write_text(THIRD_PARTY)
    found = ended(run("vote", "debian", "--source", "pigeon:7", "--json", expect=0).stdout)
    assert (votes(found), found["source"], found["complete"]) == ({"debian": 7}, "pigeon", True)
    rows = run("vote", "audit", "last", "--json", expect=0).stdout.splitlines()
    assert json.loads(rows[1])["source"] == "carrier pigeon"


def test_a_broken_source_is_named(run: Run) -> None:
    folder = paths.config_dir() / "plugins" / "vote" / "sources"
    folder.mkdir(parents=True)
    (folder / "broken.py").write_text("import nothing_of_that_name\n")
    assert "plug-in broken does not work" in run("vote", "debian", "--source", "broken", expect=1).stderr


def test_the_recording_of_the_demo_lies_in_the_package() -> None:
    from blueprints.vote.sources.replay import DEMO

    assert DEMO.is_file()
    assert Path(__file__).parent.parent.parent / "src" in DEMO.parents
