"""What requests may hold, checked by pydantic; everything else about them is a rule in `core`."""

import math
import re
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema

from blueprints.orders.core.statuses import Status
from blueprints.orders.core.totals import LARGEST
from blueprints.web import problems
from blueprints.web.problems import Problem

CENT = Decimal("0.01")
AMOUNT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")
EMAIL = r"^[^\s@<>(),;:\\\"\[\]]{1,64}@[^\s@.<>(),;:\\\"\[\]]{1,63}(\.[^\s@.<>(),;:\\\"\[\]]{1,63})+$"
VISIBLE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
LOCALE = r"^[A-Za-z0-9_-]+$"
CURRENCY = r"^[A-Z]{3}$"
ANY = r"^[^\x00]*$"
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
HTTPS = r"^https://[^\s\x00-\x1f\x7f]+$"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
WEB = r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$"
TYPES = r"^(\*|[a-z_]{1,40}(\.[a-z_]{1,40}){0,3}(\.\*)?)$"
IN_WORDS = {
    EMAIL: "this is no e-mail address",
    VISIBLE: "this is blank, or has control characters",
    LOCALE: "a locale is written like en or pt-BR",
    CURRENCY: "a currency is written like USD",
    ANY: "this has a null character",
    PRINTABLE: "this has control characters",
    HTTPS: "an address begins with https:// and has no blanks",
    NAME: "a name has 1 to 64 letters, digits, dots, hyphens and underscores",
    WEB: "an address begins with http:// or https:// and has no blanks",
    TYPES: "types of events are written like order.shipped, order.* or *",
}
"""What is wrong with a text that does not match; pydantic would show the pattern."""
LARGEST_ID = 2**63 - 1

M = TypeVar("M", bound=BaseModel)


def _amount(value: Any) -> Decimal:
    """A decimal text or a JSON number with at most two decimals; binary rounding of a number is forgiven."""
    if isinstance(value, str) and AMOUNT.fullmatch(value):
        return Decimal(value).quantize(CENT)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return Decimal(value).quantize(CENT)
    if isinstance(value, float) and math.isfinite(value) and 0 <= value <= LARGEST and _is_cents(value):
        return Decimal(f"{value:.2f}")
    raise ValueError(f"an amount is a number from 0 to {LARGEST} with at most 2 decimals")


def _is_cents(value: float) -> bool:
    return math.isclose(value, round(value, 2), rel_tol=1e-14, abs_tol=1e-12)


Money = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{AMOUNT.pattern}$"},
                {"type": "number", "minimum": 0, "maximum": float(LARGEST), "multipleOf": 0.01},
            ],
            "description": "A decimal text or a number, at most 2 decimals.",
        }
    ),
]


def _whole(value: Any) -> Any:
    """JSON does not tell 3.0 from 3."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53 else value


Id = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_whole)]
Text200 = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=VISIBLE)]


class Body(BaseModel):
    """Unknown keys are ignored, types are not bent."""

    model_config = ConfigDict(strict=True, extra="ignore")


class CustomerIn(Body):
    customer_id: Id
    name: Text200
    email: Annotated[
        str, StringConstraints(max_length=254, pattern=EMAIL), Field(json_schema_extra={"format": "email"})
    ]
    locale: Annotated[str, StringConstraints(max_length=35, pattern=LOCALE)] | None = None


class LineIn(Body):
    product_id: Id
    name: Text200
    quantity: Annotated[int, Field(ge=1, le=999), BeforeValidator(_whole)]
    price_per_unit: Money


class OrderIn(Body):
    order_customer: CustomerIn
    items: Annotated[list[LineIn], Field(min_length=1, max_length=100)]
    total: Money | None = None
    currency: Annotated[str, StringConstraints(pattern=CURRENCY)] | None = None
    reference: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=VISIBLE)] | None = None


Reason = Annotated[str, StringConstraints(max_length=500, pattern=ANY)]
Short = Annotated[str, StringConstraints(max_length=100, pattern=PRINTABLE)]
Address = Annotated[str, StringConstraints(max_length=500, pattern=HTTPS)]


class TrackingIn(Body):
    """What is left out stays as it is; null or an empty text clears it."""

    carrier: Short | None = None
    number: Short | None = None
    url: Address | None = None


class NextIn(Body):
    reason: Reason | None = None
    tracking: TrackingIn | None = None


class StatusIn(NextIn):
    status: Annotated[
        str | int, WithJsonSchema({"enum": [one for status in Status for one in (status.word, status.value)]})
    ]
    through: bool = False


class CancelIn(Body):
    reason: Reason | None = None


def read(request: HttpRequest, model: type[M], *, empty: bool = False) -> M:
    """The body of a request as a model, whatever its Content-Type; raises 400 when it is no JSON, 422 when it is wrong.

    `empty` takes no body for an empty object.
    """
    content = request.body
    if empty and not content.strip():
        content = b"{}"
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        raise Problem(400, "not-json", "The body is not JSON.") from None
    raise problems.invalid([{"loc": ["body", *one["loc"]], "msg": _in_words(one)} for one in found])


def _in_words(error: Any) -> str:
    pattern = error.get("ctx", {}).get("pattern")
    return IN_WORDS.get(pattern) or str(problems.plain(error)["msg"])
