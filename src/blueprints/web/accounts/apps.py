"""Registration of the app with Django."""

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "blueprints.web.accounts"
    label = "accounts"
    verbose_name = "People"
