"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def service(_request: HttpRequest) -> dict[str, object]:
    """`service`: the Service that is being served; `signup_open`: whether accounts may be made; `request_id`.

    `account_links` and `account_menu` are the service's own templates of that name, else the shared ones.
    """
    from blueprints.web.requests import request_id

    name = settings.SERVICE.name
    return {
        "service": settings.SERVICE,
        "signup_open": settings.ACCOUNT_SIGNUP_OPEN,
        "request_id": request_id,
        "account_links": (f"{name}/account_links.html", "web/account_links.html"),
        "account_menu": (f"{name}/account_menu.html", "web/account_menu.html"),
    }
