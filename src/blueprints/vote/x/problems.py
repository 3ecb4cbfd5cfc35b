"""Answers of X that are no data, as errors that say what to do."""

import json
from collections.abc import Mapping
from typing import Any

from blueprints.errors import AuthError, UpstreamError
from blueprints.terminal import escaped


class Limited(UpstreamError):
    """Too many requests; `until_s` is the Unix time at which the limit ends, where the answer names it."""

    def __init__(self, message: str, until_s: float | None) -> None:
        super().__init__(message)
        self.until_s = until_s


class OutOfQuota(UpstreamError):
    """The month's cap or the credits are used up: trying again is useless."""


class FieldsUnknown(UpstreamError):
    """The names of the fields are refused: the other spelling may do."""


class NoRules(UpstreamError):
    """The stream has no rule to listen by."""


class Failed(UpstreamError):
    """Anything else that X answers with an error status."""


def problem(status: int, headers: Mapping[str, str], body: bytes, what: str) -> Exception:
    """The error for an answer with this status; `what` names the request, as in `search`."""
    found = _object(body)
    kind, said = _kind(found), _said(found)
    if status == 401:
        return AuthError(f"X refused the token for {what}: run `blueprints vote login`, or set vote.x.bearer_token")
    if status == 403:
        return AuthError(_forbidden(what, found))
    if status == 402 or (status == 429 and "usage-capped" in kind):
        return OutOfQuota(f"the credits or the monthly cap of this X project are used up ({what}{said})")
    if status == 429:
        return Limited(f"X limits {what}{said}", _reset(headers))
    if status == 409 and what == "the stream":
        return NoRules(f"X says that the stream has no rules{said}")
    if status == 400 and ".fields" in _parameters(found):
        return FieldsUnknown(f"X does not know the parameter {_parameters(found)}")
    return Failed(f"X answered {status} to {what}{said}")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _kind(found: Mapping[str, Any]) -> str:
    return str(found.get("type", ""))


def _forbidden(what: str, found: Mapping[str, Any]) -> str:
    reason = str(found.get("reason", ""))
    if reason == "client-not-enrolled" or "client-forbidden" in _kind(found):
        return (
            f"this X project may not use {what}: move the app to pay-per-use, or try --source search or --source counts"
        )
    return f"X forbids {what}{_said(found)}: check the app's access, or run `blueprints vote login`"


def _said(found: Mapping[str, Any]) -> str:
    """X's own name of the problem, shortened: `: TooManyConnections, This stream is …`."""
    first = _first(found)
    names = [first.get("connection_issue") or first.get("title"), first.get("detail") or first.get("message")]
    text = ", ".join(str(name) for name in names if name)
    return f": {escaped(text[:200])}" if text else ""


def _first(found: Mapping[str, Any]) -> Mapping[str, Any]:
    errors = found.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict) and "title" not in found:
        return errors[0]
    return found


def _parameters(found: Mapping[str, Any]) -> str:
    """Names of the parameters that a 400 complains about, from wherever it puts them."""
    errors = found.get("errors")
    listed = [found, *(one for one in errors if isinstance(one, dict))] if isinstance(errors, list) else [found]
    names: list[str] = []
    for one in listed:
        names.append(str(one.get("parameter", "")))
        inner = one.get("parameters")
        names.extend(inner if isinstance(inner, dict) else ())
        names.extend(word.strip("[]`',.") for word in str(one.get("message", "")).split() if ".fields" in word)
    return " ".join(filter(None, names))


def _reset(headers: Mapping[str, str]) -> float | None:
    try:
        return float(headers["x-rate-limit-reset"])
    except (KeyError, ValueError):
        return None
