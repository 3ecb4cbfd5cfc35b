"""10 log-ins a second, each with its Argon2 hash, while 1,000 streams are served 20 messages a second.

Goal: p99 of the delivery stays at most 150 ms. The throttle of log-ins counts by address, so each comes from its own.
"""

import argparse
import asyncio
import http.cookies
import re
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from messenger_fanout import post, report
from messenger_lab.figures import verdict
from messenger_lab.readers import Crowd
from messenger_lab.server import Server, messenger

GOAL_MS = 150


async def log_in(port: int, number: int) -> int:
    """The status of the answer to a form filled in right: 302."""
    who = f"X-Forwarded-For: 10.0.{number // 250}.{number % 250}\r\nConnection: close\r\nHost: 127.0.0.1:{port}\r\n"
    page = await _asked(port, f"GET /accounts/login/ HTTP/1.1\r\n{who}\r\n")
    cookies = http.cookies.SimpleCookie(dict(re.findall(r"(?im)^set-cookie: ([^=]+)=([^;]+)", page)))
    sent = "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, page[:300]
    account = number % 8
    fields = {
        "csrfmiddlewaretoken": token[1],
        "login": f"load{account}@example.com",
        "password": f"password {account}",
    }
    body = urllib.parse.urlencode(fields)
    head = (
        f"POST /accounts/login/ HTTP/1.1\r\n{who}Cookie: {sent}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return int((await _asked(port, head + body)).split(maxsplit=2)[1])


async def _asked(port: int, request: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode())
    answer = await reader.read()
    writer.close()
    return answer.decode(errors="replace")


async def both(server: Server, rate: int, logins: int, seconds: float) -> tuple[int, list[int]]:
    """How many messages were accepted, and the statuses of the log-ins."""
    posting = asyncio.create_task(post(server, rate, seconds))
    begun, tasks = time.monotonic(), []
    for number in range(int(logins * seconds)):
        await asyncio.sleep(max(0, begun + number / logins - time.monotonic()))
        tasks.append(asyncio.create_task(log_in(server.port, number)))
    return await posting, await asyncio.gather(*tasks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=20)
    parser.add_argument("--logins", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    with messenger(env={"BLUEPRINTS_MESSENGER__TRUSTED_PROXIES": "127.0.0.1"}) as server:
        for logins in (0, options.logins):
            crowd = Crowd(server.port, options.streams)
            crowd.start()
            accepted, statuses = asyncio.run(both(server, options.rate, logins, options.seconds))
            time.sleep(1.5)
            p99 = report(f"{logins}/s", crowd.stop(), accepted)
    good = statuses.count(302)
    reached = verdict(p99 <= GOAL_MS and good == len(statuses))
    print(f"{good} of {len(statuses)} log-ins succeeded; p99 {p99:.1f} ms, goal {GOAL_MS}: {reached}")


if __name__ == "__main__":
    main()
