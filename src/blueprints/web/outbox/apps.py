"""Registration of the app with Django."""

from django.apps import AppConfig


class Outbox(AppConfig):
    name = "blueprints.web.outbox"
    label = "outbox"
    verbose_name = "Events"
