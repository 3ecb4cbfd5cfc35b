"""A real Chromium: the system's, else Playwright's, else Debian's. Run as a script it installs what is missing."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def executable() -> str | None:
    """Path of a Chromium on this machine, or None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _playwrights()


def launch_options() -> dict[str, object]:
    """Keyword arguments for Playwright's `chromium.launch`."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    return {"executable_path": executable(), "args": [*FLAGS, *sandbox], "headless": True}


@contextmanager
def launched() -> "Iterator[Browser]":
    """A browser without a window; where there is no Chromium the test is skipped."""
    import pytest
    from playwright.sync_api import sync_playwright

    if executable() is None:
        pytest.skip("there is no Chromium on this machine: make chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]  # a table of options
        yield browser
        browser.close()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install() -> str | None:
    for command in (
        [sys.executable, "-m", "playwright", "install", "chromium"],
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "chromium"],
    ):
        if shutil.which(command[0]) is None:
            continue
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if executable():
            break
    return executable()


if __name__ == "__main__":
    path = executable() or _install()
    sys.exit(None if path else "no Chromium here, and neither Playwright nor apt-get could bring one")
