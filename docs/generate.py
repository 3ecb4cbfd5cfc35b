"""Writes what the docs say by rote: the example configuration, the table of settings, and the help texts.

A line `<!-- help: blueprints fx convert -->` in a page of this folder or in the README is followed by a fenced block
that holds that command's help. `--check` writes nothing and names the files that are not up to date.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

from blueprints.cli import cli
from blueprints.command import run
from blueprints.config import report

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(<!-- help: blueprints ?(?P<command>[^\n]*?) ?-->\n)```text\n.*?```", re.DOTALL)
INTRODUCTION = """# Configuration

Settings come from the nearest place that has them: a flag typed on the command line, an environment variable, the file,
the default. `blueprints config path` names the file, `config init` writes one in which every setting stands commented
out (the same as `config.example.yaml`), `config show` prints what is in force and where each value comes from, and
`config check` finds mistakes. `BLUEPRINTS_CONFIG` names another file, `BLUEPRINTS_HOME` moves configuration, data,
cache and state under one folder.

A key that nobody knows is an error that names the nearest known one. Durations are written `90s`, `3m`, `2h`, `7d`;
lists in an environment variable are separated by commas. A mapping is given whole, as YAML
(`BLUEPRINTS_SPOTIFY__KEYS='{quit: ctrl+q}'`), or by its members, which are laid over those of the file
(`BLUEPRINTS_SPOTIFY__KEYS__QUIT=ctrl+q`). A secret is never shown; it may come from a file: add `_file`
to its key (`_FILE` to its variable) and give the file's path.

This page is generated from the code (`make docs`).

<!-- help: blueprints config -->
```text
```

<!-- help: blueprints config show -->
```text
```

<!-- help: blueprints config check -->
```text
```

<!-- help: blueprints config init -->
```text
```

<!-- help: blueprints config path -->
```text
```

"""


def wanted() -> Iterator[tuple[Path, str]]:
    """(file, what it should hold) of everything generated."""
    yield ROOT / "config.example.yaml", report.example()
    yield ROOT / "docs" / "configuration.md", BLOCK.sub(_block, INTRODUCTION) + report.documentation()
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        if page.name != "configuration.md":
            yield page, BLOCK.sub(_block, page.read_text(encoding="utf-8"))


def _block(found: re.Match[str]) -> str:
    return f"{found[1]}```text\n{help_text(found['command'].split())}```"


def help_text(command: list[str]) -> str:
    """What `blueprints COMMAND --help` prints; in this process, as sixty of their own take long."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = run(cli, [*command, "--help"])
    if code:
        raise SystemExit(f"blueprints {' '.join(command)} --help ends with {code}")
    return printed.getvalue()


def isolate() -> None:
    """No settings of the program from outside, and 80 columns."""
    for name in [name for name in os.environ if name.startswith("BLUEPRINTS_")]:
        del os.environ[name]
    os.environ.update(COLUMNS="80", NO_COLOR="1", BLUEPRINTS_HOME="/nonexistent")


def main(arguments: list[str]) -> int:
    """Write what is stale, or with `--check` only name it and answer 1."""
    isolate()
    stale = [(path, text) for path, text in wanted() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        if "--check" in arguments:
            sys.stderr.write(f"{path.relative_to(ROOT)} is not up to date: make docs\n")
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
