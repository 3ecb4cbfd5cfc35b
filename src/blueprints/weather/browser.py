"""A page as a real browser shows it: the last resort for pages that do not come with their content."""

from __future__ import annotations

import os
import shutil

from blueprints.errors import UpstreamError
from blueprints.weather.failures import NoBrowser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run")
SETTLED_MS = 8000
"""How long a page may take to show what is waited for."""


def system_chromium() -> str | None:
    """The path of a Chromium on PATH; None means Playwright's own."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


async def rendered(url: str, shows: str, user_agent: str | None = None) -> str:
    """The page's HTML once something matches the CSS selector `shows`, or once it had its time.

    Raises NoBrowser, UpstreamError. The browser is closed whatever happens, also on Ctrl-C.
    """
    from playwright.async_api import Error, async_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=system_chromium(), args=[*FLAGS, *sandbox], handle_sigint=False
            )
        except Error as error:
            raise NoBrowser(
                "this page needs a browser and none can be started: run `playwright install chromium`, "
                "or install Chromium"
            ) from error
        try:
            page = await browser.new_page(user_agent=user_agent, locale="en-US")
            return await _shown(page, url, shows)
        except Error as error:
            raise UpstreamError(f"the browser cannot show the page: {_reason(error)}") from error
        finally:
            await browser.close()


async def _shown(page: object, url: str, shows: str) -> str:
    from contextlib import suppress

    from playwright.async_api import Page
    from playwright.async_api import TimeoutError as Late

    assert isinstance(page, Page)  # noqa: S101 - typed here so that playwright is imported late
    await page.goto(url, wait_until="domcontentloaded", timeout=SETTLED_MS)
    with suppress(Late):  # whoever reads the page says what is missing in it
        await page.wait_for_selector(shows, state="attached", timeout=SETTLED_MS)
    return await page.content()


def _reason(error: Exception) -> str:
    """Chromium's word for it, without the address."""
    line = str(error).strip().splitlines()[0]
    return next((word for word in line.split() if word.startswith("net::")), "it failed").removeprefix("net::")
