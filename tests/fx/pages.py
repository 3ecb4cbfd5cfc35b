"""The files that the page about plug-ins shows."""

import re

from tests.conftest import ROOT

FILE = re.compile(r"<!-- file: (?P<path>\S+) -->\n```python\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)


def shown_files() -> dict[str, str]:
    """Path below the plug-in folder -> the text of the file."""
    page = (ROOT / "docs" / "adding-a-plugin.md").read_text(encoding="utf-8")
    return {found["path"]: found["text"] for found in FILE.finditer(page) if found["path"].startswith("fx/")}
