"""The failures that fixer and exchangerate.host, two services of one company, report inside an answer of HTTP 200."""

from typing import Any, NoReturn

from blueprints.errors import UpstreamError
from blueprints.fx.core.errors import KeyRefused, QuotaUsedUp
from blueprints.fx.wire import Answer, body, json_object, until

KEY_CODES = {
    "101",
    "102",
    "105",
    "missing_access_key",
    "invalid_access_key",
    "inactive_user",
    "base_currency_access_restricted",
}
"""The key is missing, wrong or inactive, or its plan does not allow the request."""
QUOTA_CODES = {"104", "usage_limit_reached", "rate_limit_reached"}
NO_RATES_CODES = {"106", "no_rates_available"}


def found(answer: Answer, rates: str) -> dict[str, Any] | None:
    """The object in which `rates` stands; None if there are none for the day.

    Raises KeyRefused, QuotaUsedUp or UpstreamError.
    """
    if answer.status in (401, 403, 429) and answer.body.lstrip().startswith(b"{"):
        _raise(json_object(answer.body).get("error"), answer)
    result = json_object(body(answer))
    if result.get("success") is False or (rates not in result and "error" in result):
        error = result.get("error")
        if _codes(error) & NO_RATES_CODES:
            return None
        _raise(error, answer)
    return result


def _raise(error: Any, answer: Answer) -> NoReturn:
    codes, reason = _codes(error), _reason(error)
    if codes & QUOTA_CODES or answer.status == 429:
        raise QuotaUsedUp(f"{until(answer)}: {reason}")
    if codes & KEY_CODES or answer.status in (401, 403):
        raise KeyRefused(reason)
    raise UpstreamError(f"the request failed: {reason}")


def _codes(error: Any) -> set[str]:
    return {str(error.get(name)) for name in ("code", "type")} if isinstance(error, dict) else {str(error)}


def _reason(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error or "without a reason")[:200]
    parts = [str(error[name]) for name in ("code", "type", "info") if error.get(name)]
    return " ".join(parts)[:200] or "without a reason"
