"""Registration of the app with Django."""

from django.apps import AppConfig


class Notifier(AppConfig):
    name = "blueprints.notifier"
    label = "notifier"
    verbose_name = "Notifier"
