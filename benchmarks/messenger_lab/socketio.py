"""A socket.io 4 chat server to measure beside ours: each message is sent on to everybody.

It is installed by npm into a temporary folder for the run; where node or npm is missing it is not measured.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHAT = """
const { Server } = require("socket.io");
const http = require("node:http").createServer();
const io = new Server(http, { serveClient: false });
io.on("connection", (socket) => socket.on("chat", (text) => io.emit("chat", { text, author: "demo", at: Date.now() })));
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
"""
CROWD = """
const { io } = require("socket.io-client");
const [port, count] = process.argv.slice(1).map(Number);
const delays = [];
let ready = 0;
for (let i = 0; i < count; i++) setTimeout(() => {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true });
  socket.on("connect", () => { if (++ready === count) console.log("ready"); });
  socket.on("chat", ({ text }) => delays.push(Number(process.hrtime.bigint() - BigInt(text)) / 1e6));
}, i * 3);
const commands = require("node:readline").createInterface({ input: process.stdin });
commands.on("line", () => process.stdout.write(JSON.stringify(delays), () => process.exit(0)));
"""
SENDER = """
const { io } = require("socket.io-client");
const [port, rate, seconds] = process.argv.slice(1).map(Number);
const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"] });
socket.on("connect", () => {
  let sent = 0;
  const timer = setInterval(() => {
    socket.emit("chat", String(process.hrtime.bigint()));
    if (++sent === rate * seconds) { clearInterval(timer); setTimeout(() => process.exit(0), 200); }
  }, 1000 / rate);
});
"""


def fanout(streams: int, rate: int, seconds: float) -> float | None:
    """p99 in ms; None where it cannot be measured."""
    import json

    from messenger_lab.figures import quantile, spread

    with server() as found:
        if found is None:
            return None
        folder, port, _ = found
        crowd = node(folder, CROWD, port, streams, stdin=subprocess.PIPE)
        assert crowd.stdout.readline().strip() == "ready"
        node(folder, SENDER, port, rate, int(seconds)).wait()
        time.sleep(1.5)
        output, _ = crowd.communicate("stop\n")
        delays = json.loads(output)
    lost = int(rate * int(seconds)) * streams - len(delays)
    print(
        f"{'socket.io':10} {int(rate * int(seconds))} messages to {streams} readers: lost {lost}; ms: {spread(delays)}"
    )
    return quantile(delays, 0.99)


@contextmanager
def server() -> Iterator[tuple[Path, int, Any] | None]:
    """(folder, port, process) of a running chat server."""
    folder = Path(tempfile.mkdtemp(prefix="socketio-"))
    process = None
    try:
        if not _installed(folder):
            yield None
            return
        process = node(folder, CHAT)
        yield folder, int(process.stdout.readline()), process
    finally:
        if process:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def node(folder: Path, script: str, *arguments: object, **options: Any) -> Any:
    command = ["node", "-e", script, "--", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, **options)


def _installed(folder: Path) -> bool:
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "socket.io@4", "socket.io-client@4"]
    return subprocess.run(command, cwd=folder, check=False, stdout=sys.stderr).returncode == 0
