"""The token file on disk."""

import os
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blueprints.auth import BrokenTokenFile, Token, TokenFile, TokenFileBusy, token_file
from blueprints.auth.core import granted

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def token(name: str = "a") -> Token:
    return granted({"access_token": name, "refresh_token": "r"}, client_id="c", flow="pkce", now=NOW)


@pytest.fixture
def file(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "deep" / "token.json", client_id="c", login_command="blueprints x login")


def test_nothing_stored_is_none(file: TokenFile) -> None:
    assert file.read() is None
    assert not file.delete()


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match=str(tmp_path)):
        TokenFile(tmp_path, client_id="c").read()


def test_file_and_folder_are_private(file: TokenFile) -> None:
    old = os.umask(0)
    try:
        with file.locked():
            file.save(token())
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (file.path, file.path.parent)}
    assert modes == {"token.json": 0o600, "deep": 0o700}
    assert file.read() == token()


def test_a_wider_mode_is_tightened_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    file = TokenFile(tmp_path / "token.json", client_id="c", say=said.append)
    file.save(token())
    file.path.chmod(0o644)
    assert file.read() == token()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert said == [f"{file.path} was readable by others (mode 0644); it is 0600 now."]
    file.path.chmod(0o640)
    assert TokenFile(file.path, client_id="c").read() == token()


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"version": 1}'])
def test_a_broken_file_is_named_and_kept(file: TokenFile, content: bytes) -> None:
    file.save(token())
    file.path.write_bytes(content)
    with pytest.raises(BrokenTokenFile, match=r"token\.json .*kept as token\.json\.bad.*blueprints x login"):
        file.read()
    assert file.path.with_name("token.json.bad").read_bytes() == content
    assert file.read() is None


def test_the_file_of_another_client_is_kept_aside(file: TokenFile) -> None:
    file.save(token())
    other = TokenFile(file.path, client_id="other")
    with pytest.raises(BrokenTokenFile, match="another client id"):
        other.read()
    assert file.read() is None


def test_a_file_replaced_while_waiting_is_not_set_aside(file: TokenFile) -> None:
    file.save(token())
    file.path.write_text("{")
    seen: list[Token | None] = []
    with file.locked():
        other = TokenFile(file.path, client_id="c")
        thread = threading.Thread(target=lambda: seen.append(other.read()))
        thread.start()
        file.save(token("new"))
    thread.join(60)
    assert seen == [token("new")]


def test_a_failed_write_leaves_the_previous_file(file: TokenFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(token())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        file.save(token("new"))
    monkeypatch.undo()
    assert file.read() == token()
    assert sorted(path.name for path in file.path.parent.iterdir()) == ["token.json"]


def test_delete_leaves_nothing(file: TokenFile) -> None:
    file.save(token())
    assert file.delete()
    assert list(file.path.parent.iterdir()) == []


def test_a_stuck_process_is_reported(file: TokenFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_file, "LOCK_TIMEOUT_S", 0.0)
    with file.locked(), pytest.raises(TokenFileBusy, match="lock"), TokenFile(file.path, client_id="c").locked():
        pass


def test_the_lock_may_be_entered_again_by_its_thread(file: TokenFile) -> None:
    with file.locked(), file.locked():
        file.save(token())
    assert file.read() == token()


COUNT = """
import sys
from pathlib import Path
from blueprints.auth import TokenFile
folder = Path(sys.argv[1])
file, counter = TokenFile(folder / "token.json", client_id="c"), folder / "counter"
for _ in range(30):
    with file.locked():
        counter.write_text(str(int(counter.read_text()) + 1))
"""


def test_processes_exclude_each_other(tmp_path: Path) -> None:
    (tmp_path / "counter").write_text("0")
    processes = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert (tmp_path / "counter").read_text() == "90"
