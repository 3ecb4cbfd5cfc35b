"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def service(_request: HttpRequest) -> dict[str, object]:
    """`service`: the Service that is being served; `signup_open`: whether accounts may be made; `request_id`."""
    from blueprints.web.requests import request_id

    return {"service": settings.SERVICE, "signup_open": settings.ACCOUNT_SIGNUP_OPEN, "request_id": request_id}
