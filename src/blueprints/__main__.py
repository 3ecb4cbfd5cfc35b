"""The program's entry, which readies the interpreter before anything is imported.

Ctrl-C during the imports ends the process without a traceback, as it does later. The garbage collector, which would
walk over every imported object several times and once more at the end, costs short commands a tenth of their time.
"""

import _signal as signal  # type: ignore[import-not-found]  # its part in C: no 5 ms of enum in which Ctrl-C may come
import gc
import os
import sys

INTERRUPTED = 130
OBJECTS = 50_000
"""New objects between two collections; Python's own 700 are many rounds during the imports alone."""


def main() -> int:
    """Run the program of the command line; its exit code."""
    catches = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not where a shell has it ignored
    if catches:
        signal.signal(signal.SIGINT, _leave)
    gc.set_threshold(OBJECTS)
    from blueprints.cli import main as program

    if catches:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = program()
    if catches:
        signal.signal(signal.SIGINT, _leave)
    gc.freeze()
    return code


def _leave(_signal: int, _frame: object) -> None:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
