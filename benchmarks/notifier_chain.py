"""SIGKILL at every named step from the order to the mail: orders, relay, notifier and its sender, one after the other.

For each step, order service, relay and notifier are started on the same databases, take orders and move them one
status, while the first process that reaches the step is killed and started again. Every event has to become one mail;
at most one mail may be in doubt, and once staff have resolved it by what the sink says, every mail has arrived once.
"""

import argparse
import http.client
import json
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import notifier_setting as setting
import orders_service
from verdict import verdict

STEPS = (
    "orders.create.before_commit", "orders.create.after_commit", "orders.change.before_commit",
    "orders.change.after_commit", "relay.after_claim", "relay.after_send", "notifier.receive.before_commit",
    "notifier.receive.after_commit", "notifier.send.after_claim", "notifier.send.after_provider",
)  # fmt: skip
PATIENCE_S = 120.0


class Chain:
    """A running shop without a store: what it was told, what is on record, what arrived."""

    def __init__(self, orders: orders_service.Running, notifier: str, sink: setting.Sink) -> None:
        self._orders = (f"http://127.0.0.1:{orders.port}", orders.key)
        self._notifier = (notifier.rstrip("/"), (orders.home / "data" / "notifier" / "admin.key").read_text())
        self.sink = sink

    def order(self, key: str) -> None:
        """One order and its first step, each repeated under its key until it is acknowledged."""
        made = insisted(lambda: call(self._orders, "/api/v1/orders", orders_service.order(1), key))
        insisted(lambda: call(self._orders, f"/api/v1/orders/{made['id']}/next", b"", f"move-{key}"))

    def events(self) -> set[str]:
        return {str(event["id"]) for event in call(self._orders, "/api/v1/events?limit=200")["items"]}

    def mails(self) -> list[dict[str, object]]:
        """All that are on record; none while the notifier is being started again."""
        try:
            items: list[dict[str, object]] = call(self._notifier, "/api/v1/mails?limit=200")["items"]
        except (OSError, http.client.HTTPException):
            return []
        return items

    def resolve(self, mail_id: object) -> str:
        """As staff would: look the mail up where it went, then say what became of it."""
        sent = sum(mail["state"] == "sent" for mail in self.mails())
        word = "sent" if self.sink.counts()[0] > sent else "resend"
        call(self._notifier, f"/api/v1/mails/{mail_id}/resolve", json.dumps({"as": word}).encode())
        return word


def call(
    place: tuple[str, str], path: str, body: bytes | None = None, key: str = ""
) -> dict[str, list[dict[str, object]]]:
    request = urllib.request.Request(place[0] + path, data=body, headers={"X-API-Key": place[1]})
    if key:
        request.add_header("Idempotency-Key", key)
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, list[dict[str, object]]] = json.load(answer)
        return found


def insisted(ask: Callable[[], dict[str, list[dict[str, object]]]]) -> dict[str, list[dict[str, object]]]:
    """The answer, asked for again while the service is being started again."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def settled(chain: Chain, wanted: set[str], ends: set[str]) -> bool:
    """Whether each event has its mail and all mails came to one of these ends, before patience does."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        mails = chain.mails()
        if wanted <= {str(mail["event_id"]) for mail in mails} and {str(mail["state"]) for mail in mails} <= ends:
            return True
        time.sleep(0.1)
    return False


def killed(step: str, orders: int, folder: Path, sink: setting.Sink) -> bool:
    """Whether the promises held when the first process to reach this step was killed there."""
    env = setting.environment(folder, senders="1", **setting.to_sink(sink.port))
    env |= {"BLUEPRINTS_FAILPOINT": step, "BLUEPRINTS_FAILPOINT_MARKS": str(folder)}
    with setting.served(env) as (address, _):
        subscriber = {"name": "notifier", "url": f"{address.rstrip('/')}/webhooks/orders", "secret": setting.SECRET}
        env["BLUEPRINTS_ORDERS__SUBSCRIBERS"] = json.dumps([subscriber])
        env["BLUEPRINTS_ORDERS__RELAY__SCHEDULE"] = json.dumps(["0", *["200ms"] * 50])
        with orders_service.served("", env=env, home=folder) as running:
            return judged(step, Chain(running, address, sink), orders, folder / step)


def judged(step: str, chain: Chain, orders: int, mark: Path) -> bool:
    """Whether every event of these orders and of those before has arrived once, as a mail of its own.

    `mark` is there once a process has died at the step.
    """
    former = chain.events()
    for number in range(orders):
        chain.order(f"{step}-{number}")
    wanted = chain.events()
    came = settled(chain, wanted, {"sent", "unknown", "dead"})
    unknown = [mail["id"] for mail in chain.mails() if mail["state"] == "unknown"]
    words = [chain.resolve(mail_id) for mail_id in unknown]
    came = came and settled(chain, wanted, {"sent", "dead"})
    mails = Counter(mail["event_id"] for mail in chain.mails() if mail["event_id"])
    arrived, distinct = chain.sink.counts()
    once = max(mails.values()) == 1 and arrived == distinct == len(wanted)
    met = mark.exists() and came and once and len(unknown) <= 1 and len(wanted) == len(former) + 2 * orders
    doubt = f"1 in doubt, resolved as {words[0]}" if len(words) == 1 else f"{len(words)} in doubt"
    print(f"{step}: {len(wanted - former)} events, {arrived - len(former)} mails, {doubt} {verdict(met)}", flush=True)
    return met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, choices=range(1, 10), default=3, help="for each step; two events each")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    args = parser.parse_args()
    with setting.home() as folder, setting.sink() as sink:
        broken = [step for step in args.steps if not killed(step, args.orders, folder, sink)]
    print(f"{len(args.steps)} steps, broken promises: {len(broken)} (goal: 0) {verdict(not broken)}")
    if broken:
        raise SystemExit(f"a promise is broken at {', '.join(broken)}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
