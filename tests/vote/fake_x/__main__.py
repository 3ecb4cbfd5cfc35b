"""Run the fake by hand: `python -m tests.vote.fake_x --rate 5` prints its address and the settings to use it by.

Invented people post for three candidates until Enter is pressed (or for `--seconds`); then the truth is printed: who
would win if every account's first post counted, among the posts made between the moments given.
"""

import argparse
import json
import sys
import threading
import time

from blueprints.vote.core import moments
from tests.vote.fake_x.crowd import crowd, truth
from tests.vote.fake_x.server import TOKEN, FakeX


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=5.0, help="posts a second")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0, help="0 = until Enter")
    options = parser.parse_args()
    stop = threading.Event()
    with FakeX(settle_s=10.0, heartbeat_s=5.0, port=options.port) as x:
        sys.stdout.write(f"BLUEPRINTS_VOTE__X__BASE_URL={x.url} BLUEPRINTS_VOTE__X__BEARER_TOKEN={TOKEN}\n")
        sys.stdout.flush()
        people = threading.Thread(target=crowd, args=(x, options.rate, stop), daemon=True)
        people.start()
        if options.seconds:
            time.sleep(options.seconds)
            sys.stdout.write(f"{len(x.posts)} posts\n")
        else:
            for line in sys.stdin:
                try:
                    start, end = (moments.ms(word) for word in line.split())
                except ValueError:
                    break
                sys.stdout.write(json.dumps(truth(x, start, end)) + "\n")
                sys.stdout.flush()
        stop.set()


if __name__ == "__main__":
    main()
