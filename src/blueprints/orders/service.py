"""What the shared room needs to know to serve orders."""

from blueprints.web.service import Service

SERVICE = Service(
    name="orders",
    title="Orders",
    port=8001,
    apps=("blueprints.orders",),
    urls="blueprints.orders.urls",
    config="blueprints.orders.config:OrdersConfig",
    scopes="blueprints.orders.scopes:SCOPES",
    prepare="blueprints.orders.start:prepare",
    keyed=("/api/v1/", "/api/order/", "/api/customer/"),
    threads=16,  # those that wait for the disk share their commits; more are at work on the next one
    synchronous="FULL",
    children=("blueprints.web.outbox.relay:run", "blueprints.orders.sweep:run"),
)
