"""A Django view that does nothing, behind the middleware of the shop: what a page could cost at the least."""

from blueprints.web import settings

settings.configure("store")

from django.conf import settings as django_settings  # noqa: E402  # set up above
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


def nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("", nothing)]
django_settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
