"""The Django app of the shop."""

from django.apps import AppConfig


class StoreApp(AppConfig):
    """Connects the parts that wait for something to happen elsewhere."""

    name = "blueprints.store"
    label = "store"
    verbose_name = "Shop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signal receivers."""
        from blueprints.store import receivers

        receivers.connect()
