"""Log lines: for people on a terminal, one JSON object a line everywhere else."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from blueprints.web.requests import request_id

PLAIN = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {
    "message", "asctime", "taskName", "request", "server_time", "status_code"
}  # fmt: skip
"""Attributes of a record that are no extras."""


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, request_id, extras, and the trace of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id():
            line["request_id"] = request_id()
        line.update({key: value for key, value in record.__dict__.items() if key not in PLAIN})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class Chosen(logging.Filter):
    """Drops the server's advice about its number of threads, which a service chooses."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "which seems quite high" not in record.getMessage()


class ForeignHost(logging.Filter):
    """Names our setting; a trace would say nothing, and fill the log of everybody who is scanned."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        said = record.getMessage().partition(" You may need to add")[0]
        record.msg, record.args = f"{said} Hosts that are answered: web.allowed_hosts.", ()
        return True


def config(level: str, service: str) -> dict[str, Any]:
    """A dictConfig for Python's logging; it also quiets and redirects the server's own loggers."""
    kind = "line" if sys.stderr.isatty() else "json"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "blueprints.web.logs.JsonLines"},
            "line": {"format": f"%(asctime)s {service} %(levelname)-7s %(message)s", "datefmt": "%H:%M:%S"},
        },
        "filters": {
            "chosen": {"()": "blueprints.web.logs.Chosen"},
            "foreign_host": {"()": "blueprints.web.logs.ForeignHost"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": kind}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "blueprints": {"level": level.upper()},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR", "propagate": True},  # lesser answers are logged by our middleware
            "django.security.DisallowedHost": {"level": "WARNING", "filters": ["foreign_host"], "propagate": True},
            "_granian": {"level": "WARNING", "handlers": [], "filters": ["chosen"], "propagate": True},
            "granian.access": {"level": "CRITICAL"},
        },
    }


def lighten() -> None:
    """Leave out of every record where in the code it was made, and by which thread and process: no line shows that."""
    logging._srcfile = None  # Python's own advice, as are the others
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
