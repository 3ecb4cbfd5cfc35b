"""Processes that run beside a server: started with it, restarted when they die, told to finish when it stops.

A child also finishes when its standard input ends, so none outlives a server that was killed.
"""

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

from blueprints.web import service as services

RESTART_S = (0.2, 1.0, 5.0, 15.0)
"""Pauses before a child is started again, longer each time it dies soon."""
SOUND_S = 60.0
"""Who has run for so long did not die at once: the pauses begin anew."""
STOP_S = 10.0

log = logging.getLogger("blueprints.children")


def functions_of(service: str, functions: Sequence[str]) -> list["Watched"]:
    """A process for each function `module:function(stop)` of a service."""
    command = [sys.executable, "-P", "-m", "blueprints.web.serving.child", service]
    stop_s = services.load(service).stop_s
    return [Watched(function, [*command, function], stop_s=stop_s) for function in functions]


class Children:
    """Several processes, started and stopped together."""

    def __init__(self, watched: Sequence["Watched"]) -> None:
        self.watched = list(watched)

    def start(self) -> None:
        for child in self.watched:
            child.start()

    def stop(self) -> None:
        """Ask all to finish, wait as long as each may take, then kill."""
        for child in self.watched:
            child.ask_to_stop()
        for child in self.watched:
            child.wait()


class Watched:
    """One command, kept running. `port` is held for it, so that nobody else gets it before it starts or restarts."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        stop_s: float = STOP_S,
        port: socket.socket | None = None,
    ) -> None:
        self.name = name
        self.port = port
        self.stop_s = stop_s
        self.command = list(command)
        self.env = dict(env) if env is not None else None
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self._keep, name=f"keep-{name}", daemon=True)

    def start(self) -> None:
        self._spawn()
        self.thread.start()

    def ask_to_stop(self) -> None:
        with self.lock:
            self.stopping.set()
            if self.process is not None and self.process.poll() is None:
                self.process.terminate()

    def wait(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(self.stop_s)
        except subprocess.TimeoutExpired:
            log.warning("%s did not finish in time and is killed", self.name)
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()

    def _spawn(self) -> None:
        with self.lock:
            if not self.stopping.is_set():
                # a group of its own: Ctrl-C is for the server, which tells its children when it is their turn
                self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, env=self.env, process_group=0)
                self.started_at = time.monotonic()

    def _keep(self) -> None:
        restarts = 0
        while not self.stopping.is_set() and self.process is not None:
            code = self.process.wait()
            if self.stopping.is_set():
                return
            if time.monotonic() - self.started_at > SOUND_S:
                restarts = 0
            pause = RESTART_S[min(restarts, len(RESTART_S) - 1)]
            log.error("%s ended with code %s and is started again in %s s", self.name, code, pause)
            restarts += 1
            if self.stopping.wait(pause):
                return
            if self.process.stdin is not None:
                self.process.stdin.close()
            self._spawn()
