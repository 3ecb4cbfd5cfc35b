"""Durations as people write them; folders; files that are whole or absent, and private where they hold secrets."""

import stat
import sys
import time
from datetime import UTC, timedelta
from pathlib import Path

import platformdirs
import pytest

from blueprints import clock, paths
from blueprints.errors import UsageError


def test_now_is_aware() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("3m", 180), ("2h", 7200), ("7d", 604800), ("500ms", 0.5), ("1h30m", 5400), ("0", 0), ("1.5s", 1.5)],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert clock.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "s", "-5s", "5 s", "5x", "5s!", "99999999999999d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="duration"):
        clock.duration(text)


@pytest.mark.parametrize("text", ["90s", "3m", "2h", "7d", "500ms", "0"])
def test_durations_are_written_as_they_are_read(text: str) -> None:
    assert clock.duration_text(clock.duration(text)) == text


def test_one_variable_moves_all_folders(isolated: Path) -> None:
    folders = {paths.config_dir(), paths.data_dir(), paths.cache_dir(), paths.state_dir()}
    assert {folder.parent for folder in folders} == {isolated}
    assert len(folders) == 4


def test_without_it_the_platform_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BLUEPRINTS_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert paths.config_file().name == "config.yaml"
    assert paths.config_dir().name == "blueprints"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize("kind", list(paths.XDG))
@pytest.mark.parametrize("named", [None, "", "/elsewhere"])
def test_folders_are_those_that_platformdirs_names(
    monkeypatch: pytest.MonkeyPatch, kind: str, named: str | None
) -> None:
    monkeypatch.delenv("BLUEPRINTS_HOME")
    variable, _ = paths.XDG[kind]
    monkeypatch.delenv(variable, raising=False)
    if named is not None:
        monkeypatch.setenv(variable, named)
    expected = getattr(platformdirs, f"user_{kind}_path")("blueprints", appauthor=False)
    assert getattr(paths, f"{kind}_dir")() == expected


def test_on_other_platforms_platformdirs_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLUEPRINTS_HOME")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert paths.data_dir() == platformdirs.user_data_path("blueprints", appauthor=False)


def test_a_private_file_in_a_folder_of_others_leaves_that_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    paths.private_file(tmp_path / "token.json", b"{}")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777
    own = paths.ensure(paths.data_dir(), 0o755)
    own.chmod(0o755)
    paths.private_file(own / "token.json", b"{}")
    assert stat.S_IMODE(own.stat().st_mode) == 0o700


def test_a_private_file_is_private(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "token.json"
    paths.private_file(target, b"{}")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    paths.replace(target, b"old")

    def fail(_descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        paths.replace(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.glob(".file.*")) == []


def test_a_time_is_shown_in_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        assert clock.local_text("2026-11-22T21:11:40.123456Z") == "2026-11-23 02:41:40"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert clock.local_text(None) == ""
