"""Addresses of the order service."""

from blueprints.web.urls import common, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*common()]
