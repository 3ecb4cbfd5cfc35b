"""Static files under names that hold a digest of their content, so that browsers may keep them for ever."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class Hashed(ManifestStaticFilesStorage):
    """Falls back to the plain name for files that were not gathered, as in tests."""

    manifest_strict = False

    def hashed_name(self, name: str, content: object = None, filename: str | None = None) -> str:
        try:
            return super().hashed_name(name, content, filename)  # type: ignore[arg-type]  # a File or nothing
        except ValueError:
            return name
