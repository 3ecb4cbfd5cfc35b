"""How the descriptions of the APIs show a problem."""

from pydantic import BaseModel


class Finding(BaseModel):
    """What is wrong in a request, and where."""

    loc: list[str | int]
    msg: str


class ProblemOut(BaseModel):
    """What is wrong, as RFC 9457 says it; `errors` where the contents of a request were refused."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[Finding] | None = None
