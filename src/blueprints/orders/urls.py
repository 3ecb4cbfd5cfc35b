"""Addresses of the order service."""

from django.urls import path
from django.views.generic import RedirectView

from blueprints.orders.api.build import api
from blueprints.web.urls import common, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("api/", api.urls),
    *common(),
    path("", RedirectView.as_view(url="/admin/")),
]
