"""The places that settings come from besides flags: the configuration file and the environment."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from blueprints import paths
from blueprints.errors import ConfigError

PREFIX = "BLUEPRINTS_"
RESERVED = frozenset({"HOME", "CONFIG", "FAILPOINT", "DEBUG", "COMPLETE"})


class File(NamedTuple):
    path: Path
    values: dict[str, Any]
    lines: dict[str, int]
    """Line of each dotted key, counted from 1."""

    def place(self, key: str) -> str:
        """Where a key stands, or the nearest key above it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return f"file {self.path}, line {self.lines[key]}" if key else f"file {self.path}"


def environment() -> dict[str, str]:
    """Dotted key -> value, of all variables `BLUEPRINTS_A__B`; the program's own switches are left out."""
    found = {}
    for name, value in os.environ.items():
        if name.startswith(PREFIX) and name[len(PREFIX) :] not in RESERVED and not name.startswith("_BLUEPRINTS"):
            found[name[len(PREFIX) :].lower().replace("__", ".")] = value
    return found


def variable(key: str) -> str:
    """The environment name of a dotted key."""
    return PREFIX + key.upper().replace(".", "__")


def file() -> File:
    """The configuration file, empty where there is none; raises ConfigError with the line of a fault."""
    path = paths.config_file()
    try:
        status = path.stat()
    except FileNotFoundError:
        if os.environ.get("BLUEPRINTS_CONFIG"):
            raise ConfigError(f"no file {path}: $BLUEPRINTS_CONFIG names it") from None
        return File(path, {}, {})
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, _modified: int, _size: int) -> File:
    import yaml  # 20 ms: only where there is a file

    try:
        text = path.read_text(encoding="utf-8")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}{_line(error)} is not YAML: {_problem(error)}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text") from error
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: expected keys such as `weather:`, found a {type(values).__name__}")
    lines: dict[str, int] = {}
    _note_lines(node, "", lines)
    return File(path, values, lines)


def _note_lines(node: Any, path: str, lines: dict[str, int]) -> None:
    if getattr(node, "id", "") != "mapping":
        return
    for key, value in node.value:
        inner = f"{path}.{key.value}".lstrip(".")
        lines[inner] = key.start_mark.line + 1
        _note_lines(value, inner, lines)


def _line(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}," if mark else ""


def _problem(error: Any) -> str:
    return getattr(error, "problem", None) or str(error).splitlines()[0]
