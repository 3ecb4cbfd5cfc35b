"""Starting services beside each other, each as a process of its own."""

import os
import socket
import sys
import threading
from collections.abc import Mapping

from blueprints.errors import BlueprintsError
from blueprints.web.service import Service, load, names
from blueprints.web.serving.children import STOP_S, Children, Watched
from blueprints.web.serving.signals import when_told
from blueprints.web.serving.start import reserve
from blueprints.web.together import welcome
from blueprints.web.together.introductions import introductions


def run_all(ports: Mapping[Service, int], host: str, *, demo: bool) -> None:
    """Serve all of them until SIGTERM or Ctrl-C."""
    held = {service: reserve(host, port) for service, port in ports.items()}
    urls = {service.name: f"http://127.0.0.1:{port}" for service, port in ports.items()}
    os.environ.update(introductions(urls))
    children = Children([process(service, host, port, demo=demo) for service, port in held.items()])
    stop = threading.Event()
    when_told(stop.set)
    children.start()
    addresses = {service: urls[service.name] for service in ports}
    threading.Thread(target=welcome.say, args=(addresses, stop), kwargs={"is_demo": demo}, daemon=True).start()
    stop.wait()
    children.stop()


def beside(service: Service, host: str, port: int, *, demo: bool) -> list[Watched]:
    """The processes that a service brings along where nothing is configured in their place, introduced to it."""
    companions = [load(name) for name in service.beside if name in names()]
    has_own_port = port == service.port
    found = {one: _held(one.port if has_own_port else 0, host) for one in companions}
    urls = {one.name: f"http://127.0.0.1:{held.getsockname()[1]}" for one, held in found.items()}
    os.environ.update(introductions({service.name: f"http://127.0.0.1:{port}", **urls}))
    return [process(one, host, held, demo=demo) for one, held in found.items()]


def process(service: Service, host: str, held: socket.socket, *, demo: bool) -> Watched:
    """`blueprints serve <service>` on a port that is held for it, as a process that ends with this one."""
    port = held.getsockname()[1]
    command = [sys.executable, "-P", "-m", "blueprints", "serve", service.name]
    flags = ["--host", host, "--port", str(port), "--with-parent", *(["--demo"] if demo else [])]
    return Watched(service.name, [*command, *flags], stop_s=STOP_S + service.stop_s, port=held)


def _held(wanted: int, host: str) -> socket.socket:
    """That port, or any free one where it is taken or 0."""
    try:
        return reserve(host, wanted)
    except BlueprintsError:
        return reserve(host, 0)
