"""The examples of README and docs are run: every `$ blueprints …` of a console block, page by page, in an empty home.

Each line that the page shows must be printed, in any order, except for what differs from run to run; a line `…` stands
for more. A block under a line `<!-- not run: why -->` is passed over; the reason is one that holds on every machine,
such as an account with somebody else or a server that another block starts.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.measuring import UNMEASURED

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?P<passed><!-- not run: [^\n]+ -->\n+)?^```console\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)


CHANGING = re.compile(r"\b[0-9a-f]{64}\b|\bm_[0-9a-z]{26}\b|\d{4}-\d\d-\d\dT[\d:.]+Z|\(\d+\.\d+ s\)")
"""Hashes, ids, moments and durations of this very run."""


@dataclass(frozen=True)
class Example:
    command: str
    printed: list[str]
    """The lines that the page shows below the command."""


def examples(page: Path) -> list[Example]:
    """The commands of a page's console blocks, in order, less those passed over."""
    found: list[Example] = []
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if not block["passed"]:
            for line in block["text"].replace("\\\n", " ").splitlines():
                if line.startswith("$ "):
                    found.append(Example(line[2:], []))
                elif found:
                    found[-1].printed.append(line)
    return found


@pytest.mark.timeout(600)  # several commands, one after the other, on a busy machine
@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda page: page.name)
def test_the_examples_of_a_page_work(page: Path, tmp_path: Path) -> None:
    environment = {**os.environ, **UNMEASURED, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for example in examples(page):
        done = subprocess.run(
            example.command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )
        fails = any(line.startswith("Error:") for line in example.printed)
        assert (done.returncode != 0) == fails, (example.command, done.stdout, done.stderr)
        printed = lasting((done.stdout + done.stderr).splitlines())
        missing = [line for line in lasting(example.printed) if line not in printed and line != "…"]
        assert missing == [], (example.command, done.stdout, done.stderr)


def lasting(lines: list[str]) -> list[str]:
    """The lines without what differs from run to run, and without blanks at their ends."""
    return [CHANGING.sub("~", line).rstrip() for line in lines]


def test_commands_are_found_in_console_blocks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = "```console\n$ one \\\n  two\nprinted\n```\n<!-- not run: account -->\n```console\n$ three\n```\n"
    page.write_text(text)
    assert examples(page) == [Example("one    two", ["printed"])]
