"""Errors of the APIs as RFC 9457 problem details, whatever raised them."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse

from blueprints.errors import BlueprintsError
from blueprints.web.requests import request_id

if TYPE_CHECKING:
    from ninja import NinjaAPI

CONTENT_TYPE = "application/problem+json"
CODES = {
    400: "bad-request",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    412: "precondition-failed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "validation-failed",
    429: "too-many-requests",
    500: "internal-error",
    503: "unavailable",
}


class Problem(BlueprintsError):
    """An answer that says what is wrong; `extra` becomes further members of the JSON object."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        title: str = "",
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.title = title or _title(code)
        self.headers = dict(headers or {})
        self.extra = extra


def _title(code: str) -> str:
    return code.replace("-", " ").capitalize()


def response(problem: Problem) -> HttpResponse:
    """The problem as an HTTP answer."""
    body = {
        "type": f"urn:blueprints:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id(),
        **problem.extra,
    }
    return HttpResponse(json.dumps(body), status=problem.status, content_type=CONTENT_TYPE, headers=problem.headers)


def for_status(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Problem:
    """A general problem for a status that something else chose."""
    code = CODES.get(status, "error")
    return Problem(status, code, detail or HTTPStatus(status).description or HTTPStatus(status).phrase, headers=headers)


def unavailable(detail: str = "The database cannot be used just now. Try again.") -> Problem:
    return Problem(503, "unavailable", detail, headers={"Retry-After": "5"})


def invalid(errors: list[dict[str, Any]], status: int = 422) -> Problem:
    """Findings of a validation, each `{"loc": […], "msg": …}`."""
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"])
    return Problem(status, "validation-failed", f"{where}: {first['msg']}" if where else first["msg"], errors=errors)


def api(**options: Any) -> "NinjaAPI":
    """A django-ninja API that answers every error as a problem; mount it at `api/`."""
    from blueprints.web.api_docs import Api, Docs

    made = Api(docs=Docs(), docs_url="/docs", openapi_url="/openapi.json", **options)
    install(made)
    return made


def install(made: "NinjaAPI") -> None:
    """Answer the errors of a django-ninja API as problems."""
    from ninja.errors import HttpError, ValidationError

    made.add_exception_handler(Problem, _on_problem)
    made.add_exception_handler(Http404, _on_not_found)
    made.add_exception_handler(HttpError, _on_http_error)
    made.add_exception_handler(ValidationError, _on_invalid)


def _on_problem(_request: HttpRequest, problem: Any) -> HttpResponse:
    return response(problem)


def _on_not_found(_request: HttpRequest, _error: Any) -> HttpResponse:
    return response(for_status(404, "There is nothing at this address."))


def _on_http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return response(for_status(error.status_code, str(error)))


def _on_invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    return response(invalid([plain(one) for one in error.errors]))


def plain(error: Mapping[str, Any]) -> dict[str, Any]:
    """One finding of pydantic as `{"loc", "msg"}`, without what was given."""
    return {"loc": [*error["loc"]], "msg": str(error["msg"]).removeprefix("Value error, ")}
