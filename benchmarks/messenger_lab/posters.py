"""Posts over connections that stay open."""

import asyncio
import json
from typing import Any


class Poster:
    """One connection; posts one after the other, as a member with a session or as a bot with a key."""

    def __init__(self, port: int, account: dict[str, str], as_bot: bool = True, lifetime: int = 10_000) -> None:
        self.port, self.lifetime = port, lifetime
        token = "a" * 32
        who = (
            f"Authorization: Bearer {account['token']}\r\n"
            if as_bot
            else f"Cookie: messenger_session={account['session']}; messenger_csrf={token}\r\nX-CSRFToken: {token}\r\n"
            f"Origin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"
        )
        self.head = (
            f"POST /messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{who}"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def post(self, text: str, **more: Any) -> int:
        """The status of the answer."""
        status, _ = await self._answer(text, more)
        return status

    async def message(self, text: str, **more: Any) -> dict[str, Any]:
        """The message as the server made it."""
        _, body = await self._answer(text, more)
        found: dict[str, Any] = json.loads(body)
        return found

    async def _answer(self, text: str, more: dict[str, Any]) -> tuple[int, bytes]:
        body = json.dumps({"message": text, "lifetime": self.lifetime, **more}).encode()
        self.writer.write(self.head + str(len(body)).encode() + b"\r\n\r\n" + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        return int(head[9:12]), await self.reader.readexactly(length)

    def close(self) -> None:
        self.writer.close()
