"""The newest events as this worker has seen them: ids only, for those who reconnect."""

from bisect import bisect_right
from collections.abc import Iterable

from blueprints.messenger.stores import Entry


class Replay:
    def __init__(self, most: int) -> None:
        self.most = most
        self.entries: list[Entry] = []
        self.floor = 0
        """Everything after this position is here."""
        self.born = 0

    def restart(self, entries: Iterable[Entry], floor: int, born: int) -> None:
        self.entries, self.floor, self.born = list(entries), floor, born
        self._trim(self.most)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        if len(self.entries) >= 2 * self.most:  # seldom, because it moves the whole list
            self._trim(self.most)

    def after(self, position: int) -> list[Entry]:
        return self.entries[bisect_right(self.entries, position, key=lambda entry: entry.position) :]

    def hole(self, position: int | None) -> str:
        """Why one who was last at the position cannot resume from here: `restart`, `gap`, or nothing."""
        if position is None or self.born <= position < self.floor:
            return "gap"
        return "restart" if position < self.born else ""

    def _trim(self, most: int) -> None:
        if len(self.entries) > most:
            self.floor = self.entries[-most - 1].position
            del self.entries[:-most]
