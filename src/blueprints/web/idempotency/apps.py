"""Registration of the app with Django."""

from django.apps import AppConfig


class Idempotency(AppConfig):
    name = "blueprints.web.idempotency"
    label = "idempotency"
    verbose_name = "Idempotency"
