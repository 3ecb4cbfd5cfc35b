# mypy: ignore-errors
# The peer stands here as people write it, without types; Django REST framework carries none.
"""A plain order service on Django REST framework, as its tutorial would write it: the peer of `orders_create.py`."""

import os
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any


def configure(url: str) -> None:
    import django
    from django.conf import settings

    from blueprints.web import database

    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="orders_peer",
        INSTALLED_APPS=["rest_framework"],
        MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
        DATABASES={"default": database.settings(url, Path(os.environ["PEER_FOLDER"]) / "db.sqlite3", "FULL", 20)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None},
        USE_TZ=True,
    )
    django.setup()


if os.environ.get("PEER_FOLDER"):
    configure(os.environ.get("PEER_DATABASE", ""))

    from django.core.wsgi import get_wsgi_application
    from django.db import models, transaction
    from django.urls import path
    from rest_framework import generics, serializers

    class Order(models.Model):
        customer_id = models.BigIntegerField()
        name = models.CharField(max_length=200)
        email = models.EmailField()
        total = models.DecimalField(max_digits=9, decimal_places=2, default=0)
        created_at = models.DateTimeField(auto_now_add=True)

        class Meta:
            app_label = "peer"

    class Line(models.Model):
        order = models.ForeignKey(Order, models.CASCADE, related_name="items")
        product_id = models.BigIntegerField()
        name = models.CharField(max_length=200)
        quantity = models.IntegerField()
        price_per_unit = models.DecimalField(max_digits=9, decimal_places=2)

        class Meta:
            app_label = "peer"

    class LineSerializer(serializers.ModelSerializer):
        class Meta:
            model = Line
            fields = ("product_id", "name", "quantity", "price_per_unit")

    class CustomerSerializer(serializers.Serializer):
        customer_id = serializers.IntegerField()
        name = serializers.CharField()
        email = serializers.EmailField()

    class OrderSerializer(serializers.ModelSerializer):
        items = LineSerializer(many=True)
        order_customer = CustomerSerializer(source="*")

        class Meta:
            model = Order
            fields = ("id", "order_customer", "items", "created_at")

        def create(self, validated_data: dict[str, Any]) -> Order:
            lines = validated_data.pop("items")
            with transaction.atomic():
                order = Order.objects.create(**validated_data)
                for line in lines:
                    Line.objects.create(order=order, **line)
            return order

    class Create(generics.CreateAPIView):
        queryset = Order.objects.all()
        serializer_class = OrderSerializer

    urlpatterns = [path("orders", Create.as_view())]
    application = get_wsgi_application()


def main(url: str, workers: int) -> None:
    os.environ["PEER_FOLDER"] = tempfile.mkdtemp(prefix="blueprints-peer-")
    os.environ["PEER_DATABASE"] = url
    sys.path.insert(0, str(Path(__file__).parent))
    from django.db import connection

    import orders_peer

    with connection.schema_editor() as editor:
        editor.create_model(orders_peer.Order)
        editor.create_model(orders_peer.Line)
    connection.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    from granian.constants import Interfaces
    from granian.server import Server

    server = Server(
        "orders_peer:application", port=port, interface=Interfaces.WSGI, workers=workers, blocking_threads=4,
        log_enabled=False, websockets=False,
    )  # fmt: skip
    threading.Thread(target=announce, args=(port,), daemon=True).start()
    server.serve()


def announce(port: int) -> None:
    """Print the port once the server answers there."""
    import time
    import urllib.error

    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            print(port, flush=True)
            return
        except OSError:
            time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
