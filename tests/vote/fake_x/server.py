"""The fake's server: a thread of its own on a free port of this machine, and knobs for everything that goes wrong."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from aiohttp import web

from blueprints.vote.core import moments
from tests.vote.fake_x.posts import FakePost, made, matches

PROBLEM = "https://api.twitter.com/2/problems/"
HEARTBEAT = b"\r\n"
TOKEN = "the-bearer-token"


@dataclass
class Fault:
    """One answer instead of the right one."""

    status: int
    body: Any = None
    """Bytes as they are, anything else as JSON."""
    resets_in_s: float | None = None
    """X's limit ends so long after this answer, whenever it is given."""
    only: Callable[[web.Request], bool] = lambda _request: True


class FakeX:
    """`with FakeX() as x:`; `x.url` is its address. Everything may be called from the test's thread."""

    me: ClassVar[Any] = {"data": {"id": "2244994945", "name": "A Host", "username": "host"}}
    """Whose the token is."""

    def __init__(
        self, *, spelling: str = "tweet", settle_s: float = -1.0, heartbeat_s: float = 0.5, port: int = 0
    ) -> None:
        self.spelling = spelling
        self.settle_s = settle_s
        self.heartbeat_s: float | None = heartbeat_s
        self.posts: list[FakePost] = []
        self.rules: dict[str, dict[str, str]] = {}
        self.faults: dict[str, list[Fault]] = {"stream": [], "rules": [], "search": [], "counts": [], "token": []}
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        """(method, path, query, body) of all, in their order."""
        self.answers: list[tuple[str, str, Any]] = []
        """(method, path, body) of the good ones."""
        self.connects = 0
        self.refuses = False
        """Close every connection without an answer."""
        self.closes_at_once = False
        """Accept the stream and close it."""
        self.delivered = 0
        self.page_size: int | None = None
        self._next_rule = 1861234567890123776
        self._number = 0
        self._queues: set[asyncio.Queue[bytes | None]] = set()
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.port = port

    # its life

    def __enter__(self) -> "FakeX":
        self._thread.start()
        assert self._started.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self._done.set)
        self._thread.join(60)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._done = asyncio.Event()
        runner = web.AppRunner(
            self._app(), access_log=None, handle_signals=False, shutdown_timeout=0.1, handler_cancellation=True
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._started.set()
        await self._done.wait()
        for queue in self._queues:
            queue.put_nowait(None)
        await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._watched])
        app.router.add_get("/2/tweets/search/stream", self._stream)
        app.router.add_get("/2/tweets/search/stream/rules", self._get_rules)
        app.router.add_post("/2/tweets/search/stream/rules", self._post_rules)
        app.router.add_get("/2/tweets/search/recent", self._search)
        app.router.add_get("/2/tweets/counts/recent", self._counts)
        app.router.add_get("/2/users/me", self._me)
        app.router.add_post("/oauth2/token", self._app_token)
        app.router.add_post("/2/oauth2/token", self._user_token)
        return app

    # what tests do with it

    def post(
        self, author: int | str, text: str, *, at_ms: int | None = None, streamed: bool = True, **more: Any
    ) -> FakePost:
        """Somebody posts, now or at another moment; the stream delivers what its rules match."""
        self._number += 1
        created_ms = int(time.time() * 1000) if at_ms is None else at_ms
        post = made(self._number % 4_000_000, str(author), text, created_ms, **more)
        self.posts.append(post)
        if streamed:
            self.send_post(post)
        return post

    def send_post(self, post: FakePost, *, first: dict[str, str] | None = None) -> None:
        """Deliver a post to whoever listens, if a rule matches; `first` is listed before the rules that do."""
        matching = [
            {"id": number, **({"tag": rule["tag"]} if "tag" in rule else {})}
            for number, rule in list(self.rules.items())
            if matches(rule["value"], post)
        ]
        if matching:
            listed = [first, *matching] if first else matching
            self.send({"matching_rules": listed, "data": post.as_json("tweet")})

    def send(self, message: Any) -> None:
        """Put a line on the stream: JSON, or bytes as they are."""
        line = message if isinstance(message, bytes) else json.dumps(message).encode() + b"\r\n"
        self.loop.call_soon_threadsafe(self._put, line)

    def _put(self, line: bytes | None) -> None:
        for queue in self._queues:
            queue.put_nowait(line)
            self.delivered += line is not None

    def cut(self) -> None:
        """Drop everybody who listens."""
        self.loop.call_soon_threadsafe(self._put, None)

    def add_rule(self, value: str, tag: str | None = None) -> str:
        """A rule of somebody else."""
        return self._added({"value": value, **({} if tag is None else {"tag": tag})})["id"]

    def _added(self, rule: dict[str, str]) -> dict[str, str]:
        self._next_rule += 1
        self.rules[str(self._next_rule)] = rule
        return {"id": str(self._next_rule), **rule}

    @property
    def listeners(self) -> int:
        return len(self._queues)

    def paths(self, part: str) -> list[dict[str, str]]:
        """The queries of all requests whose path ends so."""
        return [query for _, path, query, _ in self.requests if path.endswith(part)]

    # every request

    @web.middleware
    async def _watched(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.refuses:
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)
        body: Any = await request.text()
        self.requests.append((request.method, request.path, dict(request.query), body))
        refused = self._fault(request)
        if refused is not None:
            return refused
        if "token" not in request.path and request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._problem(401, {"title": "Unauthorized", "type": "about:blank", "detail": "Unauthorized"})
        answer: web.StreamResponse = await handler(request)
        if isinstance(answer, web.Response) and answer.status == 200 and answer.text:
            self.answers.append((request.method, request.path, json.loads(answer.text)))
        return answer

    def _fault(self, request: web.Request) -> web.Response | None:
        kind = {"stream": "stream", "rules": "rules", "recent": "", "token": "token"}.get(
            request.path.split("/")[-1], ""
        )
        kind = kind or ("search" if "search" in request.path else "counts")
        for fault in self.faults[kind]:
            if fault.only(request):
                self.faults[kind].remove(fault)
                headers = {}
                if fault.resets_in_s is not None:
                    headers["x-rate-limit-reset"] = str(time.time() + fault.resets_in_s)
                if isinstance(fault.body, bytes):
                    return web.Response(status=fault.status, body=fault.body, headers=headers)
                return self._problem(fault.status, fault.body or {}, headers)
        return None

    @staticmethod
    def _problem(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
        kind = "application/problem+json"
        return web.Response(status=status, text=json.dumps(body), content_type=kind, headers=headers)

    # the stream

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if "post.fields" in request.query:
            return self._invalid("post.fields")
        if not self.rules:
            return self._problem(
                409,
                {"title": "ConnectionException", "detail": "no rules", "connection_issue": "RuleConfigurationIssue"},
            )
        if self._queues:
            detail = "This stream is currently at the maximum allowed connection limit."
            return self._problem(429, {
                "title": "ConnectionException", "detail": detail, "connection_issue": "TooManyConnections",
                "type": f"{PROBLEM}streaming-connection",
            })  # fmt: skip
        self.connects += 1
        response = web.StreamResponse()
        await response.prepare(request)
        if self.closes_at_once:
            return response
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            await self._stream_lines(response, queue)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._queues.discard(queue)
        if request.transport is not None:
            request.transport.abort()
        return response

    async def _stream_lines(self, response: web.StreamResponse, queue: "asyncio.Queue[bytes | None]") -> None:
        while True:
            try:
                line = await asyncio.wait_for(queue.get(), self.heartbeat_s)
            except TimeoutError:
                line = HEARTBEAT
            if line is None:
                return
            await response.write(line)

    async def _get_rules(self, request: web.Request) -> web.Response:
        listed = [{"id": number, **rule} for number, rule in self.rules.items()]
        return web.json_response({**({"data": listed} if listed else {}), "meta": {"result_count": len(listed)}})

    async def _post_rules(self, request: web.Request) -> web.Response:
        body = await request.json()
        if "delete" in body:
            known = [number for number in body["delete"]["ids"] if self.rules.pop(number, None)]
            return web.json_response({"meta": {"summary": {"deleted": len(known), "not_deleted": 0}}})
        created: list[dict[str, str]] = []
        errors: list[dict[str, str]] = []
        for rule in body["add"]:
            double = next((number for number, known in self.rules.items() if known["value"] == rule["value"]), None)
            if double is not None:
                errors.append(
                    {
                        "value": rule["value"],
                        "id": double,
                        "title": "DuplicateRule",
                        "detail": "there already",
                        "type": f"{PROBLEM}duplicate-rules",
                    }
                )
            elif "bogus" in rule["value"]:
                errors.append(
                    {
                        "value": rule["value"],
                        "title": "Invalid Rule",
                        "detail": "no such operator",
                        "type": f"{PROBLEM}invalid-rules",
                    }
                )
            else:
                created.append(self._added(rule))
        summary = {"created": len(created), "not_created": len(errors), "valid": len(created), "invalid": 0}
        answer = {"meta": {"sent": "2026-11-22T18:00:00.000Z", "summary": summary}}
        return web.json_response(
            {**answer, **({"data": created} if created else {}), **({"errors": errors} if errors else {})}
        )

    # search and counts

    def _invalid(self, parameter: str) -> web.Response:
        detail = f"The query parameter [{parameter}] is not one of those known"
        return self._problem(400, {
            "title": "Invalid Request", "detail": detail, "type": "https://api.x.com/2/problems/invalid-request",
            "parameter": parameter, "errors": [{"parameters": {parameter: ["x"]}, "message": detail}],
        })  # fmt: skip

    def _checked(self, request: web.Request) -> web.Response | tuple[int, int]:
        """The (start, end) in ms that are asked for; a problem for times that are too young."""
        latest = time.time() * 1000 - self.settle_s * 1000
        query = request.query
        edges = [
            moments.ms(query[name]) if name in query else default
            for name, default in (("start_time", 0), ("end_time", int(latest)))
        ]
        if (
            any(name in query and edge > latest for name, edge in zip(("start_time", "end_time"), edges, strict=True))
            or edges[0] >= edges[1] + 1000
        ):
            return self._invalid("end_time")
        return edges[0], edges[1]

    def _found(self, query: str, start_ms: int, end_ms: int) -> list[FakePost]:
        return [
            post
            for post in self.posts
            if post.is_searchable and start_ms <= post.created_ms < end_ms and matches(query, post)
        ]

    async def _search(self, request: web.Request) -> web.Response:
        wrong = "tweet.fields" if self.spelling == "post" else "post.fields"
        if wrong in request.query:
            return self._invalid(wrong)
        edges = self._checked(request)
        if isinstance(edges, web.Response):
            return edges
        since = int(request.query.get("since_id", 0))
        found = [post for post in self._found(request.query["query"], *edges) if post.id > since]
        found.sort(key=lambda post: -post.id)
        size = min(int(request.query.get("max_results", 10)), self.page_size or 100)
        begin = int(request.query.get("next_token", "t0")[1:])
        page = found[begin : begin + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": str(page[0].id), "oldest_id": str(page[-1].id)}
        if begin + size < len(found):
            meta["next_token"] = f"t{begin + size}"
        answer: dict[str, Any] = {"meta": meta}
        if page:
            answer["data"] = [post.as_json(self.spelling) for post in page]
        if "expansions" in request.query and page:
            users = {post.author_id for post in page}
            answer["includes"] = {
                "users": [{"id": user, "name": "n", "username": f"u{user}"} for user in sorted(users)]
            }
        return web.json_response(answer)

    async def _counts(self, request: web.Request) -> web.Response:
        edges = self._checked(request)
        if isinstance(edges, web.Response):
            return edges
        found = self._found(request.query["query"], *edges)
        buckets: list[dict[str, Any]] = []
        begin = edges[0]
        while begin < edges[1]:
            end = min((begin // 60_000 + 1) * 60_000, edges[1])
            number = sum(begin <= post.created_ms < end for post in found)
            buckets.append({"start": moments.exact(begin), "end": moments.exact(end), f"{self.spelling}_count": number})
            begin = end
        return web.json_response({"data": buckets, "meta": {f"total_{self.spelling}_count": len(found)}})

    # tokens

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response(self.me)

    async def _app_token(self, request: web.Request) -> web.Response:
        if not request.headers.get("Authorization", "").startswith("Basic "):
            return self._problem(403, {"errors": [{"code": 99, "message": "Unable to verify your credentials"}]})
        return web.json_response({"token_type": "bearer", "access_token": TOKEN})

    async def _user_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form["grant_type"] == "authorization_code" and form["code"] != "good":
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({
            "token_type": "bearer", "expires_in": 7200, "access_token": TOKEN, "refresh_token": "once",
            "scope": "tweet.read users.read offline.access",
        })  # fmt: skip
