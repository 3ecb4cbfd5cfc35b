"""Registration of the app with Django."""

from django.apps import AppConfig


class Messenger(AppConfig):
    name = "blueprints.messenger"
    label = "messenger"

    def ready(self) -> None:
        from blueprints.messenger.accounts import revocation

        revocation.connect()
