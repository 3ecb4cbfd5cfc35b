"""Signed events received a second (durable, SQLite synchronous=FULL), and the list of mails at 100,000."""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import notifier_setting as setting
from verdict import verdict

FILL = """
import sys
from datetime import timedelta
from blueprints.web import settings
settings.configure("notifier")
from blueprints import clock
from blueprints.notifier.core.identity import mail_id
from blueprints.notifier.models import Content, Mail
count = int(sys.argv[1])
start = clock.now() - timedelta(seconds=count)
for first in range(0, count, 5000):
    mails = []
    for n in range(first, min(first + 5000, count)):
        at = start + timedelta(seconds=n)
        mails.append(Mail(id=mail_id(int(at.timestamp() * 1000), n), kind="order_received", to_name="Ada", locale="en",
            state="dead" if n % 50 == 0 else "sent", to_address=f"ada{n % 5000}@example.org", wanted="order_received",
            to_key=f"ada{n % 5000}@example.org", source="orders", event_id=f"evt_{n}", order_id=n + 1, created_at=at,
            subject="Order: thank you", channel="smtp", attempts=[{"at": "x", "result": "sent", "code": "250",
            "text": "Ok", "seconds": 0.01}]))
    Mail.objects.bulk_create(mails)
    Content.objects.bulk_create([Content(mail_id=mail.id, variables="{}") for mail in mails])
"""
QUERIES = (
    "",
    "state=dead",
    "to=ada77%40example.org",
    "order_id=4711",
    "kind=order_received&state=sent",
    "created_from={day}",
)


def received(events: int) -> float:
    with setting.home() as folder, setting.served(setting.environment(folder), "--no-sender") as (address, process):
        setting.post(address, [setting.signed(number) for number in range(1, 101)])
        report = setting.post(address, [setting.signed(number) for number in range(101, events + 101)], connections=16)
        for role, mb in sorted(setting.resident_mb(process.pid).items()):
            print(f"  memory of {role}: {mb:.0f} MB (goal 120) {verdict(mb <= 120)}")
    return report.rate


def listed(mails: int, requests: int) -> dict[str, float]:
    """Milliseconds of the 95th percentile for each query."""
    found = {}
    with setting.home() as folder:
        env = setting.environment(folder)
        with setting.served(env, "--no-sender") as (address, _):
            subprocess.run([sys.executable, "-c", FILL, str(mails)], env=env, check=True)
            key = (folder / "data" / "notifier" / "admin.key").read_text()
            connection = http.client.HTTPConnection(urlsplit(address).netloc)
            for query in QUERIES:
                path = "/api/v1/mails?" + query.format(day=time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime()))
                seconds = []
                for _ in range(requests):
                    start = time.perf_counter()
                    connection.request("GET", path, headers={"X-API-Key": key})
                    body = json.loads(connection.getresponse().read())
                    seconds.append(time.perf_counter() - start)
                if not body["items"]:
                    raise SystemExit(f"{query}: nothing found")
                found[query or "newest"] = statistics.quantiles(seconds, n=20)[18] * 1000
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=60)
    args = parser.parse_args()
    rates = [received(args.events) for _ in range(3)]
    middle = statistics.median(rates)
    spread = f"{min(rates):.0f} to {max(rates):.0f}"
    print(f"received: median {middle:.0f} events/s, {spread} (goal 500) {verdict(middle >= 500)}")
    for query, milliseconds in listed(args.mails, args.requests).items():
        print(f"list of {args.mails:,}, {query}: p95 {milliseconds:.1f} ms (goal 30) {verdict(milliseconds <= 30)}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
