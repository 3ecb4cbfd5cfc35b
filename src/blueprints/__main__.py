"""The program's entry, which readies the interpreter before anything is imported.

Ctrl-C during the imports ends the process without a traceback, as it does later. The garbage collector, which would
walk over every imported object several times and once more at the end, costs short commands a tenth of their time.
"""

import gc
import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 130
OBJECTS = 50_000
"""New objects between two collections; Python's own 700 are many rounds during the imports alone."""


def main() -> NoReturn:
    """Run the program of the command line and leave with its exit code."""
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
    sys.exit(code)


def _leave(_signal: int, _frame: object) -> NoReturn:
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
