"""What `serve all` says once every service answers: where to look, and how to log in to a demo."""

from collections.abc import Iterator, Mapping
from threading import Event

from blueprints import output, paths
from blueprints.web.accounts import demo
from blueprints.web.service import Service
from blueprints.web.serving.answering import answers

PAUSE_S = 0.5
FIRST_STEPS = (
    "Sign up in the shop and order a game. Then take the order on, read the mails, talk to the clock:",
    "  {orders}/admin/",
    "  {notifier}/mailbox/",
    "  {messenger}/r/demo",
)


def say(services: Mapping[Service, str], stop: Event, *, is_demo: bool) -> None:
    """Wait until each of them (service -> address) answers, then print; silent if told to stop before."""
    waiting = list(services.values())
    while waiting and not stop.is_set():
        waiting = [address for address in waiting if not answers(address)]
        if waiting:
            stop.wait(PAUSE_S)
    if not stop.is_set():
        output.notice("\n".join(lines(services, is_demo=is_demo)))


def lines(services: Mapping[Service, str], *, is_demo: bool) -> Iterator[str]:
    """Each service (service -> address) with the accounts of its demo, then what to try first."""
    yield ""
    yield "All services answer. Ctrl-C stops them."
    for service, address in services.items():
        yield f"  {service.title:<16}  {address}/"
        known = demo.kept(paths.data_dir() / service.name) if is_demo else {}
        yield from (f"  {'':16}    log in as {who} with {password}" for who, password in known.items())
    if is_demo:
        addresses = {service.name: address for service, address in services.items()}
        yield from (step.format_map(addresses) for step in FIRST_STEPS)
