"""Mails as files: a Maildir that any mail reader opens; nothing leaves the machine."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from blueprints import paths
from blueprints.notifier.channels import Parcel
from blueprints.notifier.core.outcome import Outcome


@dataclass(frozen=True)
class Settings:
    path: Annotated[Path | None, "Maildir that mails are written to; unset for `outbox` in the data folder."] = None


def folder(settings: Settings) -> Path:
    return settings.path or paths.data_dir() / "notifier" / "outbox"


def kept(root: Path, mail_id: str) -> Path | None:
    """The file of a mail, wherever a mail reader has moved it; None when there is none."""
    new = root / "new" / mail_id
    if new.exists():
        return new
    return next((root / "cur").glob(f"{mail_id}*"), None)


class Channel:
    def __init__(self, settings: Settings) -> None:
        self._root = folder(settings)

    def send(self, parcel: Parcel) -> Outcome:
        try:
            self._deliver(parcel)
        except OSError as error:
            return Outcome("failed", text=f"{self._root}: {error.strerror or error}")
        return Outcome("sent", text="written", provider_id=f"new/{parcel.mail_id}")

    def _deliver(self, parcel: Parcel) -> None:
        for name in ("tmp", "new", "cur"):
            paths.ensure(self._root / name)
        temporary = self._root / "tmp" / parcel.mail_id
        with temporary.open("wb") as file:
            file.write(parcel.raw.replace(b"\r\n", b"\n"))
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(self._root / "new" / parcel.mail_id)
        _sync(self._root / "new")

    def told(self, mail_id: str) -> Literal["sent", "queued", "unknown"]:
        return "sent" if kept(self._root, mail_id) else "queued"

    def quota(self) -> float | None:
        return None

    def close(self) -> None:
        """Nothing is kept open."""


def _sync(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
