"""Pages of the messenger in a real Chromium, and the server behind them."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.servers.services import Served, _await_ready

LONG_MS = 40_000


def served(home: Path, port: int = 0) -> Served:
    command = [str(Path(sys.executable).parent / "blueprints"), "serve", "messenger", "--port", str(port)]
    env = {**os.environ, "BLUEPRINTS_HOME": str(home)}
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


def say(page: Any, text: str, lifetime: str = "1 minute") -> None:
    page.fill("#composer textarea", text)
    page.select_option("#composer select", label=lifetime)
    page.click("#composer button[type=submit]")


def has(page: Any, text: str) -> None:
    page.wait_for_function("text => document.getElementById('messages').innerText.includes(text)", arg=text)


def lacks(page: Any, text: str) -> None:
    page.wait_for_function("text => !document.getElementById('messages').innerText.includes(text)", arg=text)
