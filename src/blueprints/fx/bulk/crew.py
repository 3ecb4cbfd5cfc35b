"""Several processes over one stream: parts go out in turn and come back in order, one at a time to each."""

import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import cycle
from types import TracebackType
from typing import Any

from blueprints.errors import BlueprintsError
from blueprints.fx.bulk.task import Task
from blueprints.fx.bulk.worker import Failure, receive, send
from blueprints.fx.core.sheets.rows import Converted


class Crew:
    """Worker processes that live as long as the `with` block."""

    def __init__(self, task: Task, workers: int) -> None:
        self._processes = [_started(task) for _ in range(workers)]

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):  # what was not yet read is not needed any more
                    if pipe is not None:
                        pipe.close()

    def converted(self, parts: Iterable[str]) -> Iterator[Converted]:
        """The parts converted, in their order; as many are held at a time as there are processes."""
        busy: deque[subprocess.Popen[bytes]] = deque()
        for part, process in zip(parts, cycle(self._processes), strict=False):
            if len(busy) == len(self._processes):
                found = _result(busy.popleft())
                _give(process, part)
                busy.append(process)
                yield found
            else:
                _give(process, part)
                busy.append(process)
        while busy:
            yield _result(busy.popleft())


def _started(task: Task) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "blueprints.fx.bulk.worker"]  # -P: no modules of the user's folder
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    _give(process, task)
    return process


def _give(process: "subprocess.Popen[bytes]", message: object) -> None:
    assert process.stdin is not None  # noqa: S101 - it was opened as a pipe
    try:
        send(process.stdin, message)
    except BrokenPipeError as error:
        raise _error(_said(process)) from error


def _result(process: "subprocess.Popen[bytes]") -> Converted:
    found = _said(process)
    if found is None or isinstance(found, Failure):
        raise _error(found)
    return Converted(*found)


def _said(process: "subprocess.Popen[bytes]") -> Any:
    """The next message of the process; None if it has ended without one."""
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    return receive(process.stdout)


def _error(said: object) -> BlueprintsError:
    """Why a process has ended."""
    if not isinstance(said, Failure):
        return BlueprintsError("a process that converts rows has ended: is memory short? (--workers 1)")
    error = BlueprintsError(said.message)
    error.exit_code = said.exit_code
    return error
