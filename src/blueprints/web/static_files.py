"""Static files under names that hold a digest of their content, so that browsers may keep them for ever."""

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class Hashed(ManifestStaticFilesStorage):
    """Falls back to the plain name for files that were not gathered, as in tests."""

    manifest_strict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file that was gathered: found once, as the names do not change while a process runs."""
        if name in self._addresses:
            return self._addresses[name]
        found = super().url(name, force)  # type: ignore[arg-type]  # the stubs disagree on None
        if name in self.hashed_files:
            self._addresses[name] = found
        return found

    def hashed_name(self, name: str, content: object = None, filename: str | None = None) -> str:
        try:
            return super().hashed_name(name, content, filename)  # type: ignore[arg-type]  # a File or nothing
        except ValueError:
            return name
