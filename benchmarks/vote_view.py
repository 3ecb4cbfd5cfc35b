"""The full-screen view on a terminal of its own while a fake platform streams 250 posts a second.

    python benchmarks/vote_view.py                 # 20 s
    python benchmarks/vote_view.py --seconds 60

Targets: at most 10 repaints a second, less than a quarter of one core, no post later than 1 s on the screen.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import sys
import tempfile
import termios
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.vote.conftest import settings
from tests.vote.fake_x import FakeX

from verdict import verdict

PROGRAM = str(Path(sys.executable).parent / "blueprints")
RATE = 250
SHOWN = re.compile(rb"(\d+) votes \xc2\xb7")


class Terminal:
    """The program on a pseudo-terminal; every count that appears on it, with its time."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.counts: list[tuple[float, int]] = []
        self._rest = b""

    def read(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if select.select([self.master], [], [], 0.01)[0]:
                try:
                    text = self._rest + os.read(self.master, 65536)
                except OSError:  # the program has ended
                    return
                now = time.monotonic()
                found = list(SHOWN.finditer(text))
                self.counts += [(now, int(match[1])) for match in found]
                self._rest = text[found[-1].end() :] if found else text[-64:]

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def posting(x: FakeX, sent: list[float], stop: threading.Event) -> None:
    began = time.monotonic()
    while not stop.is_set():
        due = int((time.monotonic() - began) * RATE)
        while len(sent) < due:
            x.post(10_000 + len(sent), f"#{('debian', 'ubuntu', 'arch')[len(sent) % 3]}")
            sent.append(time.monotonic())
        time.sleep(0.002)


def lateness(sent: list[float], counts: list[tuple[float, int]]) -> list[float]:
    """For each post that appeared, the seconds from its sending to the first screen that counts it."""
    late: list[float] = []
    position = 0
    for index, moment in enumerate(sent):
        while position < len(counts) and counts[position][1] < index + 1:
            position += 1
        if position == len(counts):
            break
        late.append(counts[position][0] - moment)
    return late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    sent: list[float] = []
    stop = threading.Event()
    with FakeX() as x, tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, **settings(x), "BLUEPRINTS_HOME": home, "TERM": "xterm-256color"}
        environment.pop("NO_COLOR", None)
        command = [PROGRAM, "vote", "debian", "ubuntu", "arch", "--budget", "0", "--duration", "10m"]
        screen = Terminal(command, environment)
        while not x.listeners:
            screen.read(0.2)
        screen.read(2.0)
        screen.counts.clear()
        threading.Thread(target=posting, args=(x, sent, stop), daemon=True).start()
        before, began = screen.cpu_s(), time.monotonic()
        screen.read(seconds)
        cpu, lasted = screen.cpu_s() - before, time.monotonic() - began
        repaints = len(screen.counts)
        stop.set()
        screen.read(1.5)
        os.write(screen.master, b"\x03")
        screen.read(1.0)
        os.waitpid(screen.pid, 0)
    late = lateness(sent, screen.counts)
    print(
        f"{len(sent):,} posts in {lasted:.0f} s: {len(sent) / lasted:.0f} a second; {len(late):,} of them on the screen"
    )
    print(f"repaints: {repaints / lasted:.1f} a second (goal 10) {verdict(repaints / lasted <= 10)}")
    print(f"processor: {100 * cpu / lasted:.0f} % of one core (goal 25 %) {verdict(cpu / lasted < 0.25)}")
    print(
        f"from the post to the screen: median {statistics.median(late):.2f} s, latest {max(late):.2f} s "
        f"(goal 1 s) {verdict(max(late) <= 1)}"
    )


if __name__ == "__main__":
    main()
