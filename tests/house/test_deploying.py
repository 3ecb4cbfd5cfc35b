"""What deploy/ and its page in the docs tell a stranger is what the program takes."""

import json
import re
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "deploying.md").read_text()
EXAMPLES = [textwrap.dedent(block) for block in re.findall(r"^ *```yaml\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)]


def test_the_page_has_settings_for_each_way() -> None:
    assert sorted({name for example in EXAMPLES for name in yaml.safe_load(example)}) == [
        "messenger", "notifier", "orders", "store", "web",
    ]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_settings_of_the_page_are_taken(run: Run, isolated: Path, example: str) -> None:
    file = isolated / "config" / "config.yaml"
    file.parent.mkdir(parents=True)
    password = isolated / "password"
    password.write_text("secret")
    file.write_text(example.replace("/var/lib/blueprints/config/smtp.password", str(password)))
    run("config", "check", expect=0)


def test_the_example_of_the_environment_is_taken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (DEPLOY / "services.env.example").read_text().splitlines()
    given = [line.removeprefix("#").partition("=") for line in lines if re.match("#?BLUEPRINTS_", line)]
    assert len(given) > 10
    for name, _, value in given:
        monkeypatch.setenv(name, value)
    run("config", "check", expect=0)


def test_the_containers_are_given_what_there_is() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    ignored = (ROOT / ".gitignore").read_text() + (ROOT / ".dockerignore").read_text()
    for service in compose["services"].values():
        for file in service.get("env_file", []):
            assert (DEPLOY / f"{file}.example").exists()
            assert ignored.count(f"deploy/{file}") == 2, "neither in the repository nor in the image"
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists(), source
        assert set(service.get("depends_on", {})) <= set(compose["services"])
    assert ignored.count("deploy/secrets") == 2
    databases = (DEPLOY / "databases.sql").read_text()
    for name in re.findall(r"postgresql://\S+/(\w+)", (DEPLOY / "services.env.example").read_text()):
        assert f"CREATE DATABASE {name};" in databases


def test_the_unit_starts_services_that_there_are(run: Run) -> None:
    unit = (DEPLOY / "systemd" / "blueprints@.service").read_text()
    assert "ExecStart=/opt/blueprints/bin/blueprints serve %i\n" in unit
    for name in set(re.findall(r"blueprints@(\w+)\b(?!\.)", unit + PAGE)):
        run("serve", name, "--help", expect=0)


def test_sam_is_given_parameters_of_the_template_whole() -> None:
    command = re.search(r"\$ sam deploy (.*?)\n *```", PAGE, re.DOTALL)
    assert command
    shell = ["bash", "-c", f"printf '%s\\n' {command[1]}"]
    env = {"HASH": "0" * 64, "SECRET": "whsec_AAAA+/="}
    words = subprocess.run(shell, env=env, capture_output=True, text=True, check=True).stdout.splitlines()
    given = dict(word.split("=", 1) for word in words[words.index("--parameter-overrides") + 1 :])
    assert all(f"\n  {name}:\n    Type: " in (DEPLOY / "notifier" / "template.yaml").read_text() for name in given)
    taken = {name: json.loads(value) if value.startswith('"') else value for name, value in given.items()}
    for name, value in given.items():
        assert value.startswith('"') or not set(value) & set(" \"'"), f"SAM would cut {name}"
    assert json.loads(taken["Sources"]) == {"orders": {"secrets": ["whsec_AAAA+/="]}}
    assert (taken["ShopName"], taken["KeyHashes"]) == ("Blueprints Games", "0" * 64)
