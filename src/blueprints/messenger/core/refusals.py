"""What the messenger refuses, as one tree; each kind carries its HTTP status and the code of its problem document.

Refused
├── BadRequest 400     NotLoggedIn 401     Forbidden 403 (csrf, suspended, not-yours)
├── NotFound 404       ReadOnly 409        Gone 410
├── TooLarge 413       WrongType 415       Invalid 422 (field, rule, position)
└── Flooded 429        Unavailable 503     (both with Retry-After)
"""

from typing import Any, ClassVar

from blueprints.errors import BlueprintsError


class Refused(BlueprintsError):
    status: ClassVar[int] = 400
    code = "bad-request"
    retry_after_s: int | None = None

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details
        """Members of the problem document besides the standard ones, such as `rule` and `position`."""


class BadRequest(Refused):
    pass


class NotLoggedIn(Refused):
    status = 401
    code = "not-logged-in"


class Forbidden(Refused):
    status = 403

    def __init__(self, message: str, code: str, **details: Any) -> None:
        super().__init__(message, **details)
        self.code = code


class NotFound(Refused):
    status = 404
    code = "not-found"


class UnknownRoom(NotFound):
    code = "unknown-room"


class ReadOnly(Refused):
    status = 409
    code = "read-only"


class Gone(Refused):
    status = 410
    code = "gone"


class TooLarge(Refused):
    status = 413
    code = "too-large"


class WrongType(Refused):
    status = 415
    code = "unsupported-media-type"


class Invalid(Refused):
    status = 422
    code = "invalid"


class ClientIdReused(Refused):
    status = 422
    code = "client-id-reused"


class Flooded(Refused):
    status = 429
    code = "flood"

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(Refused):
    status = 503
    code = "unavailable"
    retry_after_s = 1
