"""A long queue of mails is drained at flat memory: the sender's resident memory while thousands leave by SMTP."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import notifier_setting as setting
from notifier_crash import end, start_sender
from verdict import verdict

FILL = """
import json, sys
sys.path.insert(0, sys.argv[2])
from blueprints.web import settings
settings.configure("notifier")
import notifier_setting as setting
from blueprints import clock
from blueprints.notifier import intake
from blueprints.notifier.records.database import Records
from blueprints.web.database import writing
with writing():
    for number in range(int(sys.argv[1])):
        name, body = setting.event(number + 1)
        draft = intake.of_event("orders", name, json.loads(body), intake.Rules(), clock.now())
        Records().add(draft, clock.now())
"""
WARM = 0.2
"""Share of the mails after which caches are full and memory is compared with."""
GROWTH_MB = 10


def main() -> None:
    import signal

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    mails = parser.parse_args().mails
    with setting.home() as folder, setting.sink() as sink:
        env = setting.environment(folder, **setting.to_sink(sink.port))
        with setting.served(env, "--no-sender"):
            words = [sys.executable, "-c", FILL, str(mails), str(setting.HERE)]
            subprocess.run(words, env=env, check=True)
            process = start_sender(env)
            start, samples = time.perf_counter(), []
            while (arrived := sink.counts()[1]) < mails:
                samples.append((arrived, sum(setting.resident_mb(process.pid).values())))
                time.sleep(0.5)
            seconds = time.perf_counter() - start
            end(process, signal.SIGTERM)
    warm = next(mb for arrived, mb in samples if arrived >= mails * WARM)
    most = max(mb for _, mb in samples)
    print(f"{mails:,} mails drained in {seconds:.0f} s, {mails / seconds:.0f} a second")
    print(f"sender: {warm:.0f} MB after a fifth of them, {most:.0f} MB at most", end=" ")
    print(f"(goal: {GROWTH_MB} MB more at most) {verdict(most - warm <= GROWTH_MB)}")
    print(f"memory of the sender (goal 120 MB) {verdict(most <= 120)}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
