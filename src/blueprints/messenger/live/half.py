"""Everything that one worker holds in memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from blueprints.messenger.live.chat import Chat
from blueprints.messenger.live.directory import Directory
from blueprints.messenger.live.engine import Engine
from blueprints.messenger.live.senders import Allowances, Known

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from blueprints.messenger.config import MessengerConfig
    from blueprints.messenger.core.rooms import Room
    from blueprints.messenger.live.senders import Accounts
    from blueprints.messenger.stores import Store


class Live:
    def __init__(
        self,
        config: MessengerConfig,
        store: Store,
        accounts: Accounts,
        rooms: Callable[[], Awaitable[Iterable[Room]]],
        secret: bytes,
    ) -> None:
        time, trust_s = asyncio.get_running_loop().time, config.session_cache.total_seconds()
        self.store = store
        self.sessions = Known(accounts.of_session, trust_s, time)
        self.tokens = Known(accounts.of_token, trust_s, time)
        self.directory = Directory(rooms, time)
        self.engine = Engine(store, self.directory, (self.sessions, self.tokens), config.replay_events)
        allowances = Allowances(config.post_burst, config.post_per_second, config.bot_burst, config.bot_per_second)
        self.chat = Chat(store, self.directory, allowances, lambda: self.engine.hub.now_ms, secret)
