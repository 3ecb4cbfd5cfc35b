"""Where files live: the platform's folders for configuration, data, cache and state, or those of $BLUEPRINTS_HOME."""

import os
import sys
from pathlib import Path

APP = "blueprints"
XDG = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}
"""Kind of folder -> the variable that names it, and where it is below the home folder otherwise."""


def config_dir() -> Path:
    return _folder("config")


def data_dir() -> Path:
    return _folder("data")


def cache_dir() -> Path:
    return _folder("cache")


def state_dir() -> Path:
    return _folder("state")


def config_file() -> Path:
    """`$BLUEPRINTS_CONFIG`, else `config.yaml` in the configuration folder; it need not exist."""
    named = os.environ.get("BLUEPRINTS_CONFIG")
    return Path(named).expanduser() if named else config_dir() / "config.yaml"


def _folder(kind: str) -> Path:
    home = os.environ.get("BLUEPRINTS_HOME")
    if home:
        return Path(home).expanduser().absolute() / kind
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        return _xdg(kind)
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_path")(APP, appauthor=False))


def _xdg(kind: str) -> Path:
    """What platformdirs says on Linux, without the 14 ms of its import: a third of a conversion's start."""
    variable, below_home = XDG[kind]
    named = os.environ.get(variable, "").strip()
    return Path(named or Path.home() / below_home) / APP


def ensure(folder: Path, mode: int = 0o700) -> Path:
    """The folder, made with its parents where it is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    return folder


def private_file(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read (0600), whole or not at all.

    Its folder is made 0700. One that is there already is closed to others only where it is the program's own: the user
    may have named a file in a folder that everybody uses.
    """
    folder = ensure(path.parent).absolute()
    if any(folder.is_relative_to(_folder(kind)) for kind in XDG):
        folder.chmod(0o700)
    replace(path, content, mode=0o600)


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write beside the file, flush to disk, rename: readers and crashes see the old file or the new one."""
    import tempfile  # with what it imports 6 ms, for commands that write files

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
