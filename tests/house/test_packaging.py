"""The wheel holds everything that the checkout does, and the program runs from it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.measuring import UNMEASURED

SOURCE = ROOT / "src"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **UNMEASURED}, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = {line.removeprefix("src/") for line in listed.stdout.splitlines()}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert tracked - packed == set()
    assert not [name for name in packed if "__pycache__" in name or name.endswith(".pyc")]


def test_the_program_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    program = "import blueprints.__main__ as program, sys; print(program.__file__, file=sys.stderr); program.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "config", "show", "--json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, **UNMEASURED, "PYTHONPATH": str(tmp_path / "site")},
        check=True,
    )
    assert str(tmp_path / "site") in done.stderr
    assert '"settings"' in done.stdout
