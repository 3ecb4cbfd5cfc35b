"""Our messenger as a process, with accounts made for the measurement and its limits raised."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LIMITS = {
    "POST_BURST": "100000",
    "POST_PER_SECOND": "100000",
    "BOT_BURST": "100000",
    "BOT_PER_SECOND": "100000",
    "STREAMS_PER_ADDRESS": "0",
    "MAX_STREAMS": "5000",
}
ACCOUNTS = """
import json, sys
from blueprints.web import settings
settings.configure("messenger")
from django.conf import settings
AUTHENTICATION_BACKENDS = settings.AUTHENTICATION_BACKENDS
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from blueprints.messenger.models import ApiKey, key_digest
from blueprints.web.accounts.models import User
made = []
for number in range(int(sys.argv[1])):
    user = User(username=f"load{number}", email=f"load{number}@example.com", display_name=f"Load {number}")
    user.set_password(f"password {number}")
    user.save()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = f"bpm_load{number}"
    ApiKey.objects.create(user=user, label=f"bot {number}", digest=key_digest(token), hint=token[:8])
    made.append({"session": session.session_key, "token": token})
print(json.dumps(made))
"""


@dataclass
class Server:
    process: "subprocess.Popen[str]"
    url: str
    accounts: list[dict[str, str]]
    env: dict[str, str]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2].strip("/"))

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(line) for line in found.stdout.split() if "resource_tracker" not in _command(int(line))]

    def resident_kb(self) -> int:
        return sum(_resident_kb(pid) for pid in self.workers())

    def stop(self) -> tuple[int, float]:
        """SIGTERM; the exit code and the seconds it took."""
        begun = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60), time.perf_counter() - begun


@contextmanager
def messenger(*flags: str, accounts: int = 8, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    home = tempfile.mkdtemp(prefix="messenger-bench-")
    limits = {f"BLUEPRINTS_MESSENGER__{name}": value for name, value in LIMITS.items()}
    whole = {**os.environ, "BLUEPRINTS_HOME": home, "BLUEPRINTS_WEB__LOG_REQUESTS": "false", **limits, **(env or {})}
    command = [str(Path(sys.executable).parent / "blueprints"), "serve", "messenger", "--port", "0", *flags]
    process = subprocess.Popen(command, env=whole, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = _address(process)
        database = [flag for flag in flags if flag.startswith(("postgresql://", "sqlite://"))]
        extra = {"BLUEPRINTS_MESSENGER__DATABASE": database[0]} if database else {}
        script = [sys.executable, "-c", ACCOUNTS, str(accounts)]
        made = subprocess.run(script, env=whole | extra, capture_output=True, text=True, check=True)
        yield Server(process, url, json.loads(made.stdout), whole)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """A Redis server of our own on a free port; gives its address."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.servers.redis import RedisServer

    folder = Path(tempfile.mkdtemp(prefix="messenger-redis-"))
    server = RedisServer(folder)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def with_store(store: str, *flags: str, **options: int) -> Iterator[Server]:
    """A messenger over one of the stores."""
    if store == "memory":
        with messenger(*flags, **options) as server:  # type: ignore[arg-type]  # the number of accounts
            yield server
    else:
        with redis() as url, messenger("--store", "redis", "--redis-url", url, *flags, **options) as server:  # type: ignore[arg-type]  # as above
            yield server


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"is ready at (http://\S+?)/?$", line.strip()):
            return found[1]
    sys.exit("the messenger did not start")


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
