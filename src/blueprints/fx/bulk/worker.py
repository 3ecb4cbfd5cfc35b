"""One of several processes that convert parts of a table: reads parts on stdin, writes them converted on stdout.

Messages are a length of 8 bytes and a pickle; the first is the Task. The end of stdin ends the process, so that none
outlives the one that started it.
"""

import gc
import pickle
import signal
import struct
import sys
from typing import IO, Any, NamedTuple


class Failure(NamedTuple):
    """Why a worker has ended."""

    message: str
    exit_code: int


LENGTH = struct.Struct(">Q")


def send(stream: IO[bytes], message: Any) -> None:
    content = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message; None at the end of the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pickle.loads(stream.read(LENGTH.unpack(head)[0]))  # noqa: S301 - from the process beside us, over its own pipe


def main() -> None:
    """Answer each block of text with its converted rows, or say once with a Failure why none can be."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the first process decides
    gc.disable()  # what a worker keeps is rates, and they hold no cycles: walking over them is lost time
    from blueprints.errors import BlueprintsError
    from blueprints.fx.bulk.task import rows
    from blueprints.fx.desk import Desk

    task = receive(sys.stdin.buffer)
    try:
        desk = Desk.opened(task.settings, task.source, offline=True)
        desk.now = task.now
        converter = rows(task, desk)
        while (text := receive(sys.stdin.buffer)) is not None:
            send(sys.stdout.buffer, tuple(converter.converted(text)))
    except BlueprintsError as error:
        send(sys.stdout.buffer, Failure(str(error), error.exit_code))


if __name__ == "__main__":
    from blueprints.fx.bulk import worker  # under its own name, so that what it sends can be unpickled

    worker.main()
