"""Which items are liked: asked once per item, a screenful at a time, never by the polling."""

from collections.abc import Callable, Iterable
from typing import Any

from blueprints.errors import BlueprintsError
from blueprints.spotify.app.network import Network
from blueprints.spotify.player import Player

LIKEABLE = ("track", "episode", "album", "show", "audiobook")


class Likes:
    """`known` maps URIs to what is known; `changed` is called when that grows."""

    def __init__(self, network: Network, player: Player, changed: Callable[[], Any]) -> None:
        self.known: dict[str, bool] = {}
        self._asked: set[str] = set()
        self._network = network
        self._player = player
        self._changed = changed

    async def want(self, uris: Iterable[str]) -> None:
        """Ask about those that were not asked about; nothing depends on it, so a failure is forgotten."""
        unknown = [uri for uri in dict.fromkeys(uris) if uri.startswith("spotify:") and uri not in self._asked]
        unknown = [uri for uri in unknown if uri.split(":")[1] in LIKEABLE]
        if not unknown or self._network.is_used_up:
            return
        self._asked.update(unknown)
        try:
            self.known.update(await self._network.call(self._player.liked, unknown))
        except BlueprintsError:
            self._asked.difference_update(unknown)
            return
        self._changed()

    def learn(self, uris: Iterable[str]) -> None:
        """These come from a list of what is liked, so there is nothing to ask."""
        new = [uri for uri in uris if uri and uri not in self._asked]
        if new:
            self._asked.update(new)
            self.known.update(dict.fromkeys(new, True))
            self._changed()

    async def toggle(self, uri: str) -> bool:
        """Save or remove; what is true then. Raises what Spotify refuses."""
        await self.want([uri])
        wanted = not self.known.get(uri, False)
        self.known[uri] = wanted
        self._changed()
        try:
            await self._network.call(lambda: self._player.like([uri], saved=wanted))
        except BlueprintsError:
            self.known[uri] = not wanted
            self._changed()
            raise
        return wanted
