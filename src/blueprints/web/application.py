"""What a worker process serves: `blueprints.web.application:orders` is the application of that service."""

from importlib import import_module
from typing import Any

from blueprints.web import logs, settings
from blueprints.web import service as services
from blueprints.web.serving import parent


def __getattr__(name: str) -> Any:
    if name not in services.NAMES:
        raise AttributeError(name)
    settings.configure(name)
    service = services.load(name)
    if service.application:
        return services.resolve(service.application)
    parent.end_worker_with_main()
    if service.interface == "asgi":
        from django.core.asgi import get_asgi_application

        return get_asgi_application()
    from django.core.wsgi import get_wsgi_application

    from blueprints.web.unmeasured import measured
    from blueprints.web.whole import whole

    application = measured(whole(get_wsgi_application()), service.body_limit)
    warm(service)
    lighten()
    return application


def lighten() -> None:
    """Leave out what only Django's DEBUG mode reads, what is looked after twice, and what no log line shows."""
    from django.core.cache import close_caches
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, reset_queries

    request_started.disconnect(reset_queries)
    request_finished.disconnect(close_old_connections)  # the next request looks before it begins
    request_finished.disconnect(close_caches)  # they are tables of the database
    logs.lighten()


def warm(service: services.Service) -> None:
    """Load the addresses, with them every view, and what the service names, before the first requests do at once."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    for module in service.warm:
        import_module(module)
