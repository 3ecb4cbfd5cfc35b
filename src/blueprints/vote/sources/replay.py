"""A recording, gzip too: a stream event or a page of search a line. `replay:demo` comes with the program."""

import asyncio
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, ClassVar

from blueprints.errors import BlueprintsError, UsageError
from blueprints.vote.core import posts
from blueprints.vote.sources import Task

if TYPE_CHECKING:
    from blueprints.vote.desk import Desk

DEMO = Path(__file__).parent.parent / "demo" / "demo.jsonl.gz"
GZIP = b"\x1f\x8b"
BREATH = 200
"""Lines between two chances for the screen and the keyboard."""


class Source:
    every_s: ClassVar[float | None] = None
    is_recorded: ClassVar[bool] = True
    sees_posts: ClassVar[bool] = True

    def __init__(self, task: Task) -> None:
        if not task.argument:
            raise UsageError("--source replay needs a file: --source replay:FILE, or --source replay:demo")
        self.task = task
        self.path = recording(task.argument)
        self.done = int(task.position or 0)
        """Lines that are in the books already."""

    def prepare(self) -> None:
        with opened(self.path) as file:
            file.read(1)

    def earliest_ms(self) -> int | None:
        """When the oldest post of the recording was made; it is read whole for that."""
        with opened(self.path) as file:
            return min((post.created_ms for line in file for post in _posts(line)), default=None)

    async def run(self, desk: "Desk") -> None:
        desk.say(f"reading {self.path.name}")
        pace = Pace(self.task.speed)
        with opened(self.path) as file:
            for number, line in enumerate(file, 1):
                if number <= self.done:
                    continue
                text = line.strip()
                if text:
                    if pace.speed is not None:
                        await pace.wait(desk, text)
                    desk.deliver(text, "replay")
                desk.ledger.position = str(number)
                if desk.is_stopped:
                    return
                if number % BREATH == 0:
                    await asyncio.sleep(0)


class Pace:
    """Lets posts arrive as far apart as they were made, divided by `speed`; None waits for nothing."""

    def __init__(self, speed: float | None) -> None:
        self.speed = speed
        self._start: tuple[float, int] | None = None

    async def wait(self, desk: "Desk", line: bytes) -> None:
        created_ms = max((post.created_ms for post in _posts(line)), default=None)
        if created_ms is None or self.speed is None:
            return
        clock_s = asyncio.get_running_loop().time()
        start_s, start_ms = self._start = self._start or (clock_s, created_ms)
        left_s = start_s + (created_ms - start_ms) / 1000 / self.speed - clock_s
        if left_s > 0:
            await desk.wait_until(desk.now_ms() + int(left_s * 1000))


def recording(name: str) -> Path:
    return DEMO if name == "demo" and not Path(name).exists() else Path(name).expanduser()


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The lines of a recording, unpacked where it is gzip; raises BlueprintsError naming the file."""
    try:
        with path.open("rb") as raw:
            is_packed = raw.read(2) == GZIP
        with gzip.open(path, "rb") if is_packed else path.open("rb") as file:
            yield file  # type: ignore[misc]  # both kinds read bytes
    except EOFError as error:
        raise BlueprintsError(f"{path}: the gzip file ends too early; what was read before is counted") from error
    except zlib.error as error:
        raise BlueprintsError(f"{path}: the gzip file is damaged; what was read before is counted") from error
    except OSError as error:
        raise BlueprintsError(f"{path}: {error.strerror or error}: name a recording, or replay:demo") from error


def _posts(line: bytes) -> Iterator[posts.Post]:
    try:
        for data in posts.event(line).posts:
            yield posts.post(data)
    except posts.Malformed:
        return
