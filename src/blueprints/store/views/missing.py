"""The page for an address where nothing is, with the search that every page of the shop has."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from blueprints.web import middleware, urls


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people, a problem for programs."""
    if middleware.for_program(request):
        return urls.handler404(request, exception)
    return render(request, "store/not_found.html", status=404)
