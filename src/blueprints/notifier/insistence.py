"""Writing down what the provider has said, although the database has a bad minute.

A result that is lost makes a mail's fate unknown, which somebody must look up. So a database that restarts is waited
for, though not for as long as a lease holds.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PAUSES_S = (0.1, 0.3, 1.0, *[2.0] * 28)
"""About a minute altogether."""
_log = logging.getLogger(__name__)


def insisted(write: Callable[[], T], wait: Callable[[float], object] = time.sleep) -> T:
    """What `write` gives, which must be safe to repeat; raises what it raises last when the time is up."""
    from django.db import InterfaceError, OperationalError, connection

    for pause_s in PAUSES_S:
        try:
            return write()
        except (InterfaceError, OperationalError) as error:
            _log.warning("the database did not take a result, which is tried again: %s", type(error).__name__)
            if not connection.in_atomic_block:
                connection.close()  # a broken one stays broken; the next use opens another
            wait(pause_s)
    return write()
