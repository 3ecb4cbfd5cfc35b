"""An SMTP server on loopback that counts distinct Message-IDs, as a process of its own; prints its port, then answers.

A line on standard input is answered with `<mails> <distinct>`. Used by the other notifier benchmarks, for both sides of
a comparison: it is aiosmtpd, made to take as little as it can of the two cores that it shares with what is measured.
"""

import gc
import logging
import re
import sys

import uvloop
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE | re.IGNORECASE)
_END = b"\r\n.\r\n"
_PATH = re.compile(r"<([\w.+-]+@[\w.-]+)>(.*)")


class Sink:
    """Takes everything."""

    def __init__(self) -> None:
        self.mails = 0
        self.ids: set[bytes] = set()

    def take(self, mail: bytes) -> None:
        self.mails += 1
        found = _ID.search(mail)
        self.ids.add(found[1] if found else mail)


class Server(SMTP):
    """Reads a mail in one piece, where aiosmtpd reads its lines; takes plain paths without the whole of RFC 5322."""

    line_length_limit = 2**20
    event_handler: Sink

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if arg or self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 DATA has no argument and follows RCPT")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self.event_handler.take(await self._reader.readuntil(_END))
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # has no annotations
        await self.push("250 2.0.0 Ok")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        plain = _PATH.fullmatch(arg.strip())
        return plain.groups() if plain else super()._getaddr(arg)  # type: ignore[return-value]  # two groups


class _Controller(Controller):
    def factory(self) -> SMTP:
        return Server(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it has been started
        super()._trigger_server()  # type: ignore[no-untyped-call]  # has no annotations


def controller(sink: Sink) -> Controller:
    return _Controller(sink, hostname="127.0.0.1", port=0, loop=uvloop.new_event_loop())


def main() -> None:
    sink = Sink()
    server = controller(sink)
    logging.disable()
    gc.freeze()
    server.start()
    print(server.port, flush=True)
    for _ in sys.stdin:
        print(sink.mails, len(sink.ids), flush=True)
    server.stop()


if __name__ == "__main__":
    main()
