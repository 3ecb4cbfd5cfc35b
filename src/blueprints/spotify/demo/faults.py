"""Failures on request: each is lined up with a count and a path, and happens instead of the answer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from blueprints.spotify.demo.exchange import Refused, Reply, Request, as_text


def _rate(seconds: str | None) -> Callable[[], Reply]:
    headers = {"Retry-After": seconds} if seconds else {}
    return lambda: Refused(429, "API rate limit exceeded", headers=headers).reply()


KINDS: dict[str, Callable[[], Reply]] = {
    "rate-short": _rate("1"),
    "rate-minute": _rate("60"),
    "rate-long": _rate("3600"),
    "rate-bare": _rate(None),
    "quota": Refused(429, "Quota exceeded", "QUOTA_EXCEEDED").reply,
    "error": Refused(500, "Internal server error").reply,
    "unavailable": Refused(503, "Service unavailable").reply,
    "garbage": lambda: as_text("<html>Bad gateway</html>", 200),
    "truncated": lambda: Reply(200, b'{"items": [', {"Content-Type": "application/json"}),
    "reset": lambda: Reply(0, hang_up=True),
    "expired": Refused(401, "The access token expired").reply,
    "unlisted": lambda: as_text(
        "User not registered in the Developer Dashboard. Check https://developer.spotify.com/dashboard", 403
    ),
    "premium": Refused(403, "Player command failed: Premium required", "PREMIUM_REQUIRED").reply,
    "forbidden": lambda: as_text("Forbidden", 403),
    "scope": Refused(403, "Insufficient client scope").reply,
    "refused": Refused(403, "Player command failed: Restriction violated", "UNKNOWN").reply,
    "nothing": lambda: Reply(204),
}


@dataclass
class Fault:
    kind: str
    count: int = 1
    path: str = ""
    """Only paths that contain this."""
    method: str = ""


@dataclass
class Faults:
    lined_up: list[Fault] = field(default_factory=list)

    def add(self, kind: str, count: int = 1, path: str = "", method: str = "") -> None:
        """Raises KeyError for a kind that does not exist."""
        KINDS[kind]
        self.lined_up.append(Fault(kind, count, path, method))

    def taken(self, request: Request) -> Reply | None:
        """The failure for this request, used up once; None when it should be answered."""
        for fault in self.lined_up:
            if fault.path in request.path and fault.method in ("", request.method):
                fault.count -= 1
                if fault.count == 0:
                    self.lined_up.remove(fault)
                return KINDS[fault.kind]()
        return None
