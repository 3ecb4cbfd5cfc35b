"""What bash, zsh and fish offer at Tab; none of them needs to be installed for these tests."""

import subprocess
from collections.abc import Callable

import pytest
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from blueprints import shells
from blueprints.cli import cli

Spawn = Callable[..., subprocess.Popen[str]]


def completed(line: str, shell: str, spawn: Spawn) -> list[str]:
    """What the program tells the script of a shell about a line, whose last word is being typed."""
    words = line.split(" ")
    cword = words[-1] if shell == "fish" else str(len(words) - 1)
    asked = {"_BLUEPRINTS_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": cword}
    return spawn(env=asked).communicate(timeout=60)[0].splitlines()


def test_bash(spawn: Spawn) -> None:
    assert completed("blueprints conf", "bash", spawn) == ["plain,config"]


def test_zsh(spawn: Spawn) -> None:
    described = "Show, check and start the configuration file."
    assert completed("blueprints conf", "zsh", spawn) == ["plain", "config", described]
    assert completed("blueprints vote a --source r", "zsh", spawn) == ["plain", "replay:demo", "_"]


def test_fish(spawn: Spawn) -> None:
    described = "Show, check and start the configuration file."
    assert completed("blueprints conf", "fish", spawn) == [f"plain,config\t{described}"]


def test_files_are_left_to_the_shell(spawn: Spawn) -> None:
    assert completed("blueprints fx convert --file ex", "bash", spawn) == ["file,ex"]


def test_fish_shows_descriptions_behind_their_first_comma(spawn: Spawn) -> None:
    script = spawn(env={"_BLUEPRINTS_COMPLETE": "fish_source"}).communicate(timeout=60)[0]
    assert 'string split -m 1 "," $completion' in script


def test_zsh_starts_its_completion_where_nobody_has(spawn: Spawn) -> None:
    script = spawn(env={"_BLUEPRINTS_COMPLETE": "zsh_source"}).communicate(timeout=60)[0]
    begun = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }\n    compdef _blueprints_completion"
    assert begun in script


def test_the_scripts_are_those_of_click_but_for_that() -> None:
    assert shells.Fish.source_template != FishComplete.source_template
    assert shells.Zsh.source_template != ZshComplete.source_template


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("blueprints serve ", {"store", "orders", "notifier", "messenger", "all"}),
        ("blueprints manage or", {"orders"}),
        ("blueprints config show we", {"weather", "web"}),
        ("blueprints fx convert 1 us", {"USD", "USN"}),
        ("blueprints fx rates --source f", {"frankfurter", "fixer", "fawazahmed0"}),
        ("blueprints fx rates --to sek,us", {"sek,USD", "sek,USN"}),
        ("blueprints fx rates --to usd,us", {"usd,USN"}),
        ("blueprints weather --provider me", {"met_norway"}),
        ("blueprints weather --fields high,hu", {"high,humidity"}),
        ("blueprints vote ", {"audit", "login", "logout", "results", "sessions"}),
        ("blueprints vote debian --source s", {"stream", "search"}),
        ("blueprints vote audit last --decision al", {"already_voted"}),
        ("blueprints orders list --js", {"--json"}),
        ("blueprints orders list --status p", {"processing", "payment_complete"}),
        ("blueprints orders set-status 1 sh", {"shipping"}),
        ("blueprints spotify play --type al", {"album"}),
    ],
)
def test_a_shell_completes(line: str, offered: set[str]) -> None:
    *words, last = line.split(" ")
    found = BashComplete(cli, {}, "blueprints", "_BLUEPRINTS_COMPLETE").get_completions(words[1:], last)
    assert {item.value for item in found} == offered
