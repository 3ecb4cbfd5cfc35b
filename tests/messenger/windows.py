"""Pages of the messenger in a real Chromium, and the server behind them.

What a page shows for seconds only is recorded by the page itself: a busy machine may look too late.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.measuring import UNMEASURED
from tests.servers.services import Served, _await_ready

LONG_MS = 60_000
LIFETIMES = {"5 seconds": 5, "10 seconds": 10, "30 seconds": 30, "1 minute": 60}
LONG_LIFE = "1 hour"
RECORD = """selector => {
  const node = document.querySelector(selector);
  const seen = (window.recorded ??= {});
  seen[selector] = [node.textContent];
  new MutationObserver(() => seen[selector].push(node.textContent)).observe(
    node, { subtree: true, childList: true, characterData: true });
}"""


def served(home: Path, port: int = 0) -> Served:
    command = [str(Path(sys.executable).parent / "blueprints"), "serve", "messenger", "--port", str(port)]
    env = {**os.environ, "BLUEPRINTS_HOME": str(home), **UNMEASURED}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    made = Served(process, home)
    _await_ready(made, 1)
    return made


def ended(made: Served) -> None:
    made.stop()
    for pipe in filter(None, (made.process.stdout, made.process.stderr)):
        pipe.close()


def opened(context: Any, wrong: list[str]) -> Any:
    page = context.new_page()
    page.set_default_timeout(LONG_MS)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    return page


def sign_up(page: Any, url: str) -> None:
    name = f"p{secrets.token_hex(4)}"
    page.goto(f"{url}/accounts/signup/")
    page.fill("[name=email]", f"{name}@example.com")
    page.fill("[name=display_name]", name)
    page.fill("[name=password1]", "correct horse 42")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{url}/")


def live(page: Any, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("#connection[data-state=live]")


def say(page: Any, text: str, lifetime: str = LONG_LIFE) -> None:
    page.fill("#composer textarea", text)
    page.select_option("#composer select", label=lifetime)
    page.click("#composer button[type=submit]")


def brief(writer: Any, text: str, is_shown: Callable[[], Any]) -> str:
    """Say what soon vanishes, and wait for `is_shown`; said again to last longer where the machine was too slow.

    Gives the words for its lifetime.
    """
    for lifetime, seconds in LIFETIMES.items():
        say(writer, text, lifetime)
        deadline = time.monotonic() + seconds + 5
        while time.monotonic() < deadline:
            if is_shown():
                return lifetime
            writer.wait_for_timeout(20)
    raise AssertionError(f"{text!r} was not shown in time, however long it lived")


def record(page: Any, selector: str) -> None:
    """From now on keep all texts that this part of the page shows."""
    page.evaluate(RECORD, selector)


def recorded(page: Any, selector: str) -> list[str]:
    return list(page.evaluate("selector => window.recorded[selector]", selector))


def has_shown(page: Any, selector: str, text: str) -> bool:
    return any(text in each for each in recorded(page, selector))


def has(page: Any, text: str) -> None:
    page.wait_for_function("text => document.getElementById('messages').innerText.includes(text)", arg=text)


def lacks(page: Any, text: str) -> None:
    page.wait_for_function("text => !document.getElementById('messages').innerText.includes(text)", arg=text)
