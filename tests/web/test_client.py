"""What the services' terminal commands share: where the flags may stand, which key is shown, who is missing."""

from pathlib import Path

import click
import pytest

from blueprints.errors import AuthError, UpstreamError
from blueprints.web.client import flags, key
from blueprints.web.client.reach import reaching
from tests.conftest import Run


@pytest.fixture
def said() -> click.Group:
    """A group with a command in it and one a level deeper, both of which print what the flags say."""

    def tell() -> None:
        click.echo(f"{flags.base_url()} {flags.as_json()}")

    inner = click.Group("inner", commands=[click.Command("deep", callback=tell)])
    outer = click.Group("outer", commands=[inner, click.Command("near", callback=tell)])
    flags.add_to(outer, "orders.base_url")
    return outer


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("near", "None False"),
        ("near --json --base-url http://a", "http://a True"),
        ("--json --base-url http://a near", "http://a True"),
        ("--base-url http://a near --json", "http://a True"),
        ("--base-url http://a inner deep --base-url http://b", "http://b False"),
        ("--json inner --base-url http://a deep", "http://a True"),
    ],
)
def test_the_flags_may_stand_before_and_after_a_command(said: click.Group, words: str, expected: str) -> None:
    from click.testing import CliRunner

    assert CliRunner().invoke(said, words.split()).output == expected + "\n"


@pytest.mark.parametrize("words", [["orders", "list"], ["notifier", "list"], ["messenger", "rooms"]])
def test_every_client_takes_them_and_says_what_to_start(run: Run, isolated: Path, words: list[str]) -> None:
    for service in ("orders", "notifier"):
        file = isolated / "data" / service / "admin.key"
        file.parent.mkdir(parents=True)
        file.write_text("k" * 40)
    found = run(*words, "--json", "--base-url", "http://127.0.0.1:9", expect=3)
    assert f"127.0.0.1:9: connection refused; is `blueprints serve {words[0]}` running there?" in found.stderr


def test_the_configured_key_wins_over_the_one_on_this_machine(isolated: Path) -> None:
    with pytest.raises(AuthError, match=r"set orders\.api_key, or start `blueprints serve orders` here once"):
        key.found("orders", "")
    file = isolated / "data" / "orders" / "admin.key"
    file.parent.mkdir(parents=True)
    file.write_text("bpk_local\n")
    assert key.found("orders", "") == "bpk_local"
    assert key.found("orders", "given") == "given"


def test_what_is_not_about_reaching_it_passes() -> None:
    with pytest.raises(ValueError, match="other"), reaching("orders"):
        raise ValueError("other")
    with pytest.raises(UpstreamError, match="is `blueprints serve orders` running there"), reaching("orders"):
        raise UpstreamError("no answer")
