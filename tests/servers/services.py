"""Our own services in tests: inside this process, or as the installed command on a free port."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import set_urlconf

from blueprints.web import service as services
from blueprints.web import settings as web_settings

READY = re.compile(r"is ready at (http://\S+?)/?$")


@pytest.fixture
def service(isolated: Path) -> Iterator[Callable[..., Any]]:
    """`service("orders", currency="EUR")` puts a service's Django settings in force for the test; gives its config.

    The database of the test run holds the tables of all services, so only what a request meets changes: addresses,
    middleware, accounts, the configuration. Fields of the service's section may be given by name.
    """
    active: list[override_settings] = []

    def use(name: str, **fields: Any) -> Any:
        found = services.load(name)
        config = replace(services.resolve(found.config)(), **fields)
        values = web_settings.values(found, config)
        fixed = ("DATABASES", "INSTALLED_APPS", "LOG_CONFIG", "LOGGING_CONFIG", "LOG_REQUESTS", "EMAIL_BACKEND")
        addresses = values.pop("ROOT_URLCONF")
        override = override_settings(**{key: value for key, value in values.items() if key not in fixed})
        override.enable()
        # Set past the signal, which would have every test read all addresses anew: a third of what it takes. Django
        # keeps them by the name of their module. They are left with the other settings.
        settings.ROOT_URLCONF = addresses
        set_urlconf(None)
        settings.ALLOWED_HOSTS.append("testserver")
        active.append(override)
        return config

    yield use
    for override in reversed(active):
        override.disable()
    set_urlconf(None)


@dataclass
class Served:
    """A service that runs as a process of its own."""

    process: "subprocess.Popen[str]"
    home: Path
    urls: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    readers: list[threading.Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address that was announced first."""
        return self.urls[0]

    def stop(self, timeout_s: float = 120) -> int:
        """SIGTERM; gives the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout_s)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End it, and let go of its streams once all that it wrote is read: the children may have them a while yet."""
        is_deaf = False
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            is_deaf = True
            self.kill()
        for reader in self.readers:
            reader.join(120)
            assert not reader.is_alive(), "something outlives the service"
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        assert not is_deaf, "the service did not stop when told: " + "".join(self.log[-30:])


@pytest.fixture
def serve(isolated: Path) -> Iterator[Callable[..., Served]]:
    """`serve("orders", "--no-relay", env={…})`: the installed command on a free port, answering; ended after the test.

    `ready` is the number of services that must have announced themselves, for commands that start several.
    """
    started: list[Served] = []

    def start(name: str, *args: str, env: Mapping[str, str] | None = None, ready: int = 1, port: int = 0) -> Served:
        program = str(Path(sys.executable).parent / "blueprints")
        process = subprocess.Popen(
            [program, "serve", name, "--port", str(port), *args],
            env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        served = Served(process, isolated)
        started.append(served)
        _await_ready(served, ready)
        return served

    yield start
    for served in started:
        if served.process.poll() is None:
            served.process.terminate()  # all of them at once
    for served in started:
        served.close()


def _await_ready(served: Served, count: int, timeout_s: float = 300) -> None:
    ready = threading.Event()

    def read_addresses() -> None:
        assert served.process.stdout is not None
        for line in served.process.stdout:
            found = READY.search(line.strip())
            if found:
                served.urls.append(found[1])
            if len(served.urls) >= count:
                ready.set()
        ready.set()

    def read_log() -> None:
        assert served.process.stderr is not None
        for line in served.process.stderr:
            served.log.append(line)

    for target in (read_addresses, read_log):
        reader = threading.Thread(target=target, daemon=True)
        served.readers.append(reader)
        reader.start()
    if not ready.wait(timeout_s) or len(served.urls) < count:
        served.process.kill()
        served.process.wait()
        pytest.fail("the service did not start: " + "".join(served.log[-30:]))
