"""The page that documents an API: drawn from its OpenAPI description on the server, so that it needs no script."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja.openapi.docs import DocsBase

if TYPE_CHECKING:
    from ninja import NinjaAPI

METHODS = ("get", "post", "put", "patch", "delete")


class Docs(DocsBase):
    """Lists the operations by tag, with parameters and answers."""

    def render_page(self, request: HttpRequest, api: "NinjaAPI", **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema(path_params=kwargs)
        context = {
            "schema": schema,
            "operations": operations(schema),
            "openapi_url": self.get_openapi_url(api, kwargs),
        }
        return render(request, "web/api_docs.html", context)


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation of an OpenAPI document as a flat list."""
    return [
        {"method": method.upper(), "path": path, **found}
        for path, methods in schema["paths"].items()
        for method, found in methods.items()
        if method in METHODS
    ]
