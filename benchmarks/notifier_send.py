"""Mails a second, from a signed event to the SMTP server's answer, beside django-post_office.

Ours: events over HTTP, a durable record, rendering, a claim and a result on disk for each mail, SQLite with
synchronous=FULL. The peer: ready texts already in its database, five threads, nothing claimed before sending, the same
synchronous=FULL and the same sink. Rounds alternate; the median of each is compared.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import notifier_setting as setting
from verdict import verdict

PEER = """
import sys, time
import django
from django.conf import settings
folder, port, mails = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "post_office"], USE_TZ=True, SECRET_KEY="bench", LOGGING_CONFIG=None,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", EMAIL_BACKEND="post_office.EmailBackend",
    EMAIL_HOST="127.0.0.1", EMAIL_PORT=port,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder + "/peer.sqlite3", "OPTIONS": {
        "transaction_mode": "IMMEDIATE", "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL"}}},
    POST_OFFICE={"BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}, "THREADS_PER_PROCESS": 5,
        "BATCH_SIZE": 10_000, "LOG_LEVEL": 0, "CELERY_ENABLED": False},
)
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from post_office import mail
from post_office.models import Email
html = open(folder + "/mail.html").read()
for number in range(mails):
    mail.send([f"ada{number}@example.org"], "no-reply@shop.example", subject="Order: thank you", message=html[:1200],
              html_message=html, priority="medium")
print("ready", flush=True)
sys.stdin.readline()
start = time.perf_counter()
result = mail.send_queued(processes=1)
print(time.perf_counter() - start, flush=True)
"""


def ours(mails: int) -> tuple[float, float, dict[str, float]]:
    """(mails a second end to end, events a second while posting, memory by process)."""
    with setting.home() as folder, setting.sink() as sink:
        env = setting.environment(folder, **setting.to_sink(sink.port))
        with setting.served(env) as (address, process):
            setting.post(address, [setting.signed(number) for number in range(1, 51)])
            sink.wait(50, 30)
            requests = [setting.signed(number) for number in range(51, mails + 51)]
            start = time.perf_counter()
            setting.post(address, requests)
            posted = time.perf_counter()
            end = sink.wait(mails + 50, 300)
            memory = setting.resident_mb(process.pid)
        total, distinct = sink.counts()
    if (total, distinct) != (mails + 50, mails + 50):
        raise SystemExit(f"{total} mails arrived, {distinct} of them distinct, of {mails + 50}")
    return mails / (end - start), mails / (posted - start), memory


def peer(mails: int) -> float:
    from blueprints.notifier import samples
    from blueprints.notifier.rendering import Templates
    from blueprints.notifier.stores.package import Store

    templates = Templates([("package", Store())], {"shop_name": "Shop", "shop_url": ""})
    html = templates.render("order_received", "en", samples.variables("order_received"), "Ada").html
    with setting.home() as folder, setting.sink() as sink:
        (folder / "mail.html").write_text(html)
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PEER, str(folder), str(sink.port), str(mails)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        while (line := process.stdout.readline().strip()) != "ready":
            if not line and process.poll() is not None:
                raise SystemExit("the peer did not start")
        process.stdin.write("\n")
        process.stdin.flush()
        lines = process.stdout.read().strip().splitlines()
        process.wait()
        total, distinct = sink.counts()
    if (total, distinct) != (mails, mails):
        raise SystemExit(f"the peer: {total} mails arrived, {distinct} of them distinct, of {mails}")
    return mails / float(lines[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peer", action="store_true")
    args = parser.parse_args()
    rates, peers, most = [], [], 0.0
    for number in range(args.rounds):
        rate, received, memory = ours(args.mails)
        rates.append(rate)
        most = max(most, *memory.values())
        line = f"round {number + 1}: ours {rate:.0f} mails/s (received {received:.0f} events/s)"
        if not args.no_peer:
            peers.append(peer(args.mails))
            line += f", django-post_office {peers[-1]:.0f} mails/s"
        print(line, flush=True)
        print("  memory: " + ", ".join(f"{role} {mb:.0f} MB" for role, mb in sorted(memory.items())), flush=True)
    middle = statistics.median(rates)
    print(f"median: {middle:.0f} mails/s end to end, all {args.mails} distinct (goal 300) {verdict(middle >= 300)}")
    print(f"memory: the largest process {most:.0f} MB (goal 120) {verdict(most <= 120)}")
    if peers:
        other = statistics.median(peers)
        ratio = middle / other
        print(f"django-post_office: {other:.0f} mails/s; ratio {ratio:.2f} (goal 0.6) {verdict(ratio >= 0.6)}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
