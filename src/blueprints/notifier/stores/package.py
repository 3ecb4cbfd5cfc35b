"""The templates that come with blueprints, in English and German."""

from functools import cache
from importlib.resources import files

_FOLDER = files("blueprints.notifier") / "mails"


@cache
def _text(file: str) -> str | None:
    path = _FOLDER / file
    return path.read_text(encoding="utf-8") if "/" not in file and path.is_file() else None


class Store:
    def text(self, file: str) -> str | None:
        return _text(file)

    def version(self, file: str) -> object:
        return 0

    def names(self) -> list[str]:
        return sorted(path.name for path in _FOLDER.iterdir() if path.name.endswith((".html", ".txt")))

    def where(self, file: str) -> str:
        return f"blueprints/notifier/mails/{file}"
