"""Who is typing: sent on at most every 3 seconds for one author in one room."""

SILENCE_S = 3.0


class Writers:
    def __init__(self) -> None:
        self.told: dict[tuple[str, str], float] = {}

    def is_news(self, room: str, author: str, now_s: float) -> bool:
        """Whether pages have to hear of it; counts as told from then on."""
        last = self.told.get((room, author))
        if last is not None and now_s - last < SILENCE_S:
            return False
        self._forget(now_s)
        self.told[room, author] = now_s
        return True

    def _forget(self, now_s: float) -> None:
        # in the order of the last time each was told
        for key in [key for key, told_s in self.told.items() if now_s - told_s >= SILENCE_S]:
            del self.told[key]
