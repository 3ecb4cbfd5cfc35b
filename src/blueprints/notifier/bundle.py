"""The zip file for AWS Lambda: the notifier's part of blueprints and the libraries it needs there.

boto3 is not in it, since Lambda's Python has it; Django is not, since the function does without.
"""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from blueprints.errors import BlueprintsError, UpstreamError

LIBRARIES = ("babel", "click", "css-inline", "idna", "Jinja2", "platformdirs", "pydantic", "PyYAML")
OURS = (
    "__init__.py",
    "clock.py",
    "config",
    "errors.py",
    "extras.py",
    "notifier",
    "paths.py",
    "plugins.py",
    "web/__init__.py",
    "web/checks.py",
    "web/config.py",
    "web/failpoint.py",
    "web/webhooks.py",
)
"""What of our package goes in, relative to it."""
_ONLY_WITH_DJANGO = ("migrations", "templates", "static", "commands")
_GLIBC = 34
"""Amazon Linux 2023 has glibc 2.34: wheels made for it or for an older one load there."""
PLATFORMS = {"arm64": "aarch64", "x86_64": "x86_64"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""One time for all entries, so that the same inputs make the same file."""


def build(out: Path, python: str, arch: str) -> int:
    """Write the zip; its size in bytes. Wheels come from the package index, in the versions installed here."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _install(folder, python, PLATFORMS[arch])
        _copy_ours(folder / "blueprints")
        files = sorted(_kept(folder))
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for file in files:
                entry = zipfile.ZipInfo(str(file.relative_to(folder)), _EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return out.stat().st_size


def _install(folder: Path, python: str, machine: str) -> None:
    wanted = [f"{name}=={version(name)}" for name in LIBRARIES]
    command = [*_installer(python, machine), "--target", str(folder), *wanted]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UpstreamError(f"the libraries cannot be fetched: {last}") from error


def _installer(python: str, machine: str) -> Sequence[str]:
    """pip of this Python, else uv: both fetch wheels for another platform."""
    from importlib.util import find_spec

    if find_spec("pip"):
        # pip takes names as they are, and does not know that 2.24 would do where 2.34 is
        platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(_GLIBC, 16, -1)] + [f"manylinux2014_{machine}"]
        flags = [part for name in platforms for part in ("--platform", name)]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "--no-compile"]
        return [*pip, "--python-version", python, *flags]
    uv = shutil.which("uv")
    if uv is None:
        raise BlueprintsError("neither pip nor uv is here to fetch the libraries: install one of them")
    platform = f"{machine}-manylinux_2_{_GLIBC}"
    return [
        uv,
        "pip",
        "install",
        "--quiet",
        "--only-binary=:all:",
        "--python-version",
        python,
        "--python-platform",
        platform,
    ]


def _copy_ours(folder: Path) -> None:
    import blueprints

    source = Path(str(blueprints.__file__)).parent
    ignored = shutil.ignore_patterns("__pycache__")
    for name in OURS:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target, ignore=ignored)
        else:
            shutil.copyfile(source / name, target)
    for name in _ONLY_WITH_DJANGO:
        shutil.rmtree(folder / "notifier" / name)


def _kept(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts and file.parts[len(folder.parts)] != "bin":
            yield file
