"""Templates in a folder of the shop's own; a changed file shows in the next mail."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from blueprints.errors import ConfigError
from blueprints.notifier.stores import Unreachable


@dataclass(frozen=True)
class Settings:
    path: Annotated[Path | None, "Folder with the shop's own templates."] = None


class Store:
    def __init__(self, settings: Settings) -> None:
        if settings.path is None:
            raise ConfigError("notifier.folder.path is not set: name the folder with the templates")
        self._folder = settings.path

    def text(self, file: str) -> str | None:
        try:
            return (self._folder / file).read_text(encoding="utf-8")
        except FileNotFoundError:
            if not self._folder.is_dir():
                raise Unreachable(f"the template folder {self._folder} is not there") from None
            return None
        except OSError as error:
            raise Unreachable(f"{self._folder / file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise Unreachable(f"{self._folder / file} is not UTF-8") from error

    def version(self, file: str) -> object:
        try:
            found = (self._folder / file).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def names(self) -> list[str]:
        if not self._folder.is_dir():
            raise Unreachable(f"the template folder {self._folder} is not there")
        return sorted(path.name for path in self._folder.iterdir() if path.suffix in (".html", ".txt"))

    def where(self, file: str) -> str:
        return str(self._folder / file)
