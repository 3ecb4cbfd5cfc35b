"""Registration of the app with Django."""

from django.apps import AppConfig


class Orders(AppConfig):
    name = "blueprints.orders"
    label = "orders"
    verbose_name = "Orders"
