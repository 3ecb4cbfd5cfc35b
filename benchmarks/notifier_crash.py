"""SIGKILL in the middle of work: mails lost, doubled and in doubt, beside django-post_office killed the same way.

Receiving is killed at its failpoints, and each event whose answer was lost is posted again, as a relay does. Sending
is killed at its failpoints and at random times. Nothing may be lost or doubled, and at most one mail for each sender
thread may be in doubt after a kill.
"""

import argparse
import http.client
import json
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import notifier_send
import notifier_setting as setting
from blueprints.web import webhooks
from verdict import verdict

SENDER = [sys.executable, "-m", "blueprints.web.serving.child", "notifier", "blueprints.notifier.sender:run"]


def start_sender(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(SENDER, env=env, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)


def end(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(number)
    process.wait(60)
    if process.stdin is not None:
        process.stdin.close()


def states(address: str, folder: Path) -> dict[str, int]:
    """How many mails are in each state."""
    key = (folder / "data" / "notifier" / "admin.key").read_text()
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    found: dict[str, int] = {}
    cursor: str | None = ""
    while cursor is not None:
        path = f"/api/v1/mails?limit=200{f'&cursor={cursor}' if cursor else ''}"
        connection.request("GET", path, headers={"X-API-Key": key})
        page = json.loads(connection.getresponse().read())
        for mail in page["items"]:
            found[mail["state"]] = found.get(mail["state"], 0) + 1
        cursor = page["next"]
    return found


def killed_receiving(point: str) -> tuple[int, int]:
    """(mails on record, events) after a worker was killed at its fifth pass of a point and the relay came again."""
    with setting.home() as folder:
        env = setting.environment(folder)
        with setting.served(env | {"BLUEPRINTS_FAILPOINT": f"notifier.receive.{point}:5"}, "--no-sender") as (
            address,
            _,
        ):
            for number in range(1, 11):
                if not posted(address, number):
                    break
        with setting.served(env, "--no-sender") as (address, _):
            for number in range(1, 11):
                while not posted(address, number):
                    time.sleep(0.1)
            return sum(states(address, folder).values()), 10


def posted(address: str, number: int) -> bool:
    name, body = setting.event(number)
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        headers = webhooks.headers([setting.SECRET], name, datetime.now(UTC), body)
        connection.request("POST", "/webhooks/orders", body, headers)
        return connection.getresponse().status in (200, 202)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def killed_sending(kills: int, mails: int, senders: int, seed: int) -> None:
    chance = random.Random(seed)
    with setting.home() as folder, setting.sink() as sink:
        env = setting.environment(folder, senders=str(senders), **setting.to_sink(sink.port))
        with setting.served(env, "--no-sender") as (address, _):
            setting.post(address, [setting.signed(number) for number in range(1, mails + 1)])
            worst = unknown = 0
            points = [f"notifier.send.{point}:{chance.randint(1, 20)}" for point in ("after_claim", "after_provider")]
            for kill in range(kills + len(points)):
                before = sink.counts()[0]
                point = {"BLUEPRINTS_FAILPOINT": points[kill]} if kill < len(points) else {}
                process = start_sender(env | point)
                while sink.counts()[0] == before and process.poll() is None:
                    time.sleep(0.01)
                if not point:
                    time.sleep(chance.uniform(0, 0.1))
                    end(process, signal.SIGKILL)
                process.wait(60)
                settled = states(address, folder).get("unknown", 0)
                worst, unknown = max(worst, settled - unknown), settled
                if states(address, folder).get("queued", 0) < 100:
                    break
            process = start_sender(env)
            while set(states(address, folder)) - {"sent", "unknown"}:
                time.sleep(0.2)
            end(process, signal.SIGTERM)
            found = states(address, folder)
            total, distinct = sink.counts()
    unknown = found.get("unknown", 0)
    lost = mails - distinct - unknown
    print(
        f"sending, {senders} threads, {kill + 1} kills, seed {seed}: {found}; {total - distinct} of {total} doubled,",
        end=" ",
    )
    print(f"{max(0, lost)} lost; at most {max(worst, 0)} newly in doubt after a kill (goal: 0, 0, {senders})", end=" ")
    print(verdict(lost <= 0 and total == distinct and worst <= senders), flush=True)
    if lost > 0 or total != distinct or worst > senders:
        raise SystemExit("a promise is broken")


def peer(mails: int) -> int:
    """Mails that django-post_office sends twice when it is killed half way through a batch."""
    with setting.home() as folder, setting.sink() as sink:
        (folder / "mail.html").write_text("<p>Thank you</p>")
        words = [sys.executable, "-W", "ignore", "-c", notifier_send.PEER, str(folder), str(sink.port), str(mails)]
        again = [*words[:-1], "0"]
        for command, wait_for in ((words, mails // 2), (again, mails)):
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert process.stdout is not None
            assert process.stdin is not None
            while (line := process.stdout.readline()).strip() != "ready":
                if not line:
                    raise SystemExit("the peer did not start")
            process.stdin.write("\n")
            process.stdin.flush()
            deadline = time.monotonic() + 120
            while sink.counts()[0] < wait_for and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            if command is words:
                process.kill()
            process.communicate()
        total, _ = sink.counts()
    return total - mails


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=6, help="random kills; 50 for the full size")
    parser.add_argument("--mails", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for point in ("before_commit", "after_commit"):
        kept, events = killed_receiving(point)
        print(
            f"receiving, killed {point}: {kept} mails of {events} events (goal {events}) {verdict(kept == events)}",
            flush=True,
        )
        if kept != events:
            raise SystemExit("a promise is broken")
    killed_sending(args.kills, args.mails, 4, args.seed)
    killed_sending(min(args.kills, 3), args.mails // 3, 1, args.seed)
    print(f"django-post_office, killed once half way: {peer(600)} of 600 mails sent twice")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
