"""The page that documents an API: drawn from its OpenAPI description on the server, so that it needs no script."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema

METHODS = ("get", "post", "put", "patch", "delete")


class Api(NinjaAPI):
    """An API whose description says of every error that it is a problem."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Make it only for an operation that asks for it: most make their own answer."""
        return cast("HttpResponse", SimpleLazyObject(lambda: super(Api, self).create_temporal_response(request)))

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for operation in operations(schema):
            for status, described in operation["responses"].items():
                content = described.get("content", {})
                if int(status) >= 400 and "application/json" in content:
                    content["application/problem+json"] = content.pop("application/json")
        return schema


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


def operations(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every operation of an OpenAPI document as a flat list."""
    return [
        {"method": method.upper(), "path": path, **found}
        for path, methods in schema["paths"].items()
        for method, found in methods.items()
        if method in METHODS
    ]
