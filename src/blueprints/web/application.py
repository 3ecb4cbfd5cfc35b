"""What a worker process serves: `blueprints.web.application:orders` is the application of that service."""

from typing import Any

from blueprints.web import service as services
from blueprints.web import settings


def __getattr__(name: str) -> Any:
    if name not in services.NAMES:
        raise AttributeError(name)
    settings.configure(name)
    service = services.load(name)
    if service.application:
        return services.resolve(service.application)
    if service.interface == "asgi":
        from django.core.asgi import get_asgi_application

        return get_asgi_application()
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    warm()
    return application


def warm() -> None:
    """Load the addresses, and with them every view, before the first request does."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
