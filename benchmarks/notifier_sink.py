"""An SMTP server on loopback that counts distinct Message-IDs, as a process of its own; prints its port, then answers.

A line on standard input is answered with `<mails> <distinct>`. Used by the other notifier benchmarks.
"""

import re
import sys
from typing import Any

from aiosmtpd.controller import Controller

_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE | re.IGNORECASE)


class Sink:
    """Takes everything."""

    def __init__(self) -> None:
        self.mails = 0
        self.ids: set[bytes] = set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails += 1
        found = _ID.search(envelope.content)
        self.ids.add(found[1] if found else envelope.content)
        return "250 2.0.0 Ok"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # it has been started
        super()._trigger_server()  # type: ignore[no-untyped-call]  # has no annotations


def main() -> None:
    sink = Sink()
    controller = _Controller(sink, hostname="127.0.0.1", port=0)
    controller.start()
    print(controller.port, flush=True)
    for _ in sys.stdin:
        print(sink.mails, len(sink.ids), flush=True)
    controller.stop()


if __name__ == "__main__":
    main()
