"""Addresses of the notifier."""

from django.urls import path, re_path

from blueprints.notifier import mailbox, views
from blueprints.notifier.api import api
from blueprints.notifier.core.decision import SOURCES
from blueprints.notifier.core.kind import DIRECT_KINDS
from blueprints.web.urls import common, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *common(),
    *(re_path(rf"^notify/{name}/?$", views.notify, {"kind": kind}) for name, kind in DIRECT_KINDS.items()),
    *(re_path(rf"^webhooks/{source}/?$", views.event, {"source": source}) for source in SOURCES),
    re_path(r"^webhooks/ses/?$", views.ses),
    path("api/", api.urls),
    path("mailbox/", mailbox.index, name="mailbox"),
    path("mailbox/<str:mail_id>/", mailbox.one, name="mailbox-mail"),
    path("mailbox/<str:mail_id>/page/", mailbox.page, name="mailbox-page"),
    path("", mailbox.home),
]
