"""Registration of the app with Django."""

from django.apps import AppConfig


class Keys(AppConfig):
    name = "blueprints.web.keys"
    label = "keys"
    verbose_name = "API keys"
