"""Processes beside a server: kept running, told to finish, never left behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from blueprints.web import service as services
from blueprints.web.serving import children, start
from blueprints.web.serving.children import Children, Watched
from blueprints.web.together import run
from tests.servers import ports
from tests.servers.services import Served
from tests.waiting import until

SLEEPS = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(100)"
ENDS = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')"
STUBBORN = (
    "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(100)"
)


def watched(code: str, file: Path, stop_s: float = 10.0) -> Watched:
    return Watched("one", [sys.executable, "-c", code, str(file)], stop_s=stop_s)


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_packages_in_the_folder_of_the_caller_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "blueprints").mkdir()
    (tmp_path / "blueprints" / "__init__.py").write_text("raise SystemExit('not this one')")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        beside = run.process(services.load("notifier"), "127.0.0.1", held, demo=False)
    child = children.functions_of("notifier", ["nowhere:run"])[0]
    for command in ([*beside.command, "--help"], child.command):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "not this one" not in done.stderr
        assert "Usage: blueprints serve notifier" in done.stdout or "No module named 'nowhere'" in done.stderr


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    group = Children([watched(SLEEPS, file)])
    group.start()
    until(lambda: len(pids(file)) == 1)
    os.kill(pids(file)[0], signal.SIGKILL)
    until(lambda: len(pids(file)) == 2)
    group.stop()
    assert not any(is_alive(pid) for pid in pids(file))


def test_a_child_that_just_ends_is_started_again(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    group = Children([watched(ENDS, file)])
    group.start()
    until(lambda: len(pids(file)) >= 2)
    group.stop()


def pauses_of(child: Watched, wanted: int) -> list[float]:
    """How long a child that dies each time is left alone before each start; the waiting itself is left out."""
    found: list[float] = []

    class Hurried(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            found.append(timeout or 0)
            return len(found) == wanted

    child.stopping = Hurried()
    child.start()
    child.thread.join(60)
    child.wait()
    return found


def test_pauses_grow_while_a_child_keeps_dying(tmp_path: Path) -> None:
    assert pauses_of(watched(ENDS, tmp_path / "pids"), 6) == [0.2, 1.0, 5.0, 15.0, 15.0, 15.0]


def test_pauses_begin_anew_after_a_sound_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "SOUND_S", 0.0)
    assert pauses_of(watched(ENDS, tmp_path / "pids"), 3) == [0.2, 0.2, 0.2]


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "pids"
    group = Children([watched(STUBBORN, file, stop_s=0.2)])
    group.start()
    until(lambda: len(pids(file)) == 1)
    group.stop()
    assert not is_alive(pids(file)[0])
    assert len(pids(file)) == 1
    assert "did not finish in time" in caplog.text


def test_ctrl_c_is_for_the_server_alone(tmp_path: Path) -> None:
    """A terminal sends it to the whole group; children that end by themselves would be started again meanwhile."""
    file = tmp_path / "pids"
    group = Children([watched(SLEEPS, file)])
    group.start()
    until(lambda: len(pids(file)) == 1)
    assert os.getpgid(pids(file)[0]) != os.getpgrp()
    group.stop()


def test_a_service_beside_may_take_as_long_as_its_own_children() -> None:
    with start.reserve("127.0.0.1", 0) as held:
        for name in services.names():
            one = services.load(name)
            assert run.process(one, "127.0.0.1", held, demo=False).stop_s >= one.stop_s + 10


def below(pid: int) -> list[int]:
    """Every process that a process has started, from whichever thread, and theirs."""
    found = [int(child) for thread in Path(f"/proc/{pid}/task").glob("*") for child in started_by(thread)]
    return found + [deeper for child in found for deeper in below(child)]


def started_by(thread: Path) -> list[str]:
    try:
        return (thread / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return []


def test_nothing_outlives_a_server_that_was_killed(serve: Callable[..., Served]) -> None:
    port = ports.lasting_port()
    served = serve("orders", port=port)
    family = below(served.process.pid)
    assert len(family) >= 3  # a worker, the relay, the sweep
    served.kill()
    until(lambda: not any(is_alive(pid) for pid in family))
    with pytest.raises(httpx.ConnectError):
        httpx.get(served.url, timeout=60)
    assert serve("orders", port=port).url == served.url


def test_being_told_again_and_again_is_being_told_once(serve: Callable[..., Served]) -> None:
    served = serve("orders")
    impatient = "import os, signal, sys\nfor _ in range(2000): os.kill(int(sys.argv[1]), signal.SIGTERM)"
    subprocess.run([sys.executable, "-c", impatient, str(served.process.pid)], check=False, stderr=subprocess.DEVNULL)
    assert served.stop() == 0


def relays(server: int) -> list[int]:
    return [pid for pid in below(server) if "relay:run" in command(pid)]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_a_killed_relay_comes_back(serve: Callable[..., Served]) -> None:
    served = serve("orders")
    former = relays(served.process.pid)
    os.kill(former[0], signal.SIGKILL)
    until(lambda: [pid for pid in relays(served.process.pid) if pid not in former])
    until(lambda: any("ended with code -9 and is started again" in line for line in served.log))
    assert served.stop() == 0


class JustEnded:
    """A worker that is known to have ended only at the third look."""

    idx = 0

    def __init__(self) -> None:
        self.looks = 0
        self.killed = False

    def is_alive(self) -> bool:
        self.looks += 1
        return self.looks < 3

    def terminate(self) -> None: ...

    def join(self, timeout: float | None = None) -> None: ...

    def kill(self) -> None:
        self.killed = True


def test_a_worker_that_has_just_ended_is_not_taken_for_one_that_refuses_to() -> None:
    from blueprints.web.serving.server import STOP_S, Granian

    server = Granian.__new__(Granian)
    worker = JustEnded()
    server.wrks, server.workers_kill_timeout = [worker], STOP_S
    server._stop_workers()
    assert not worker.killed
