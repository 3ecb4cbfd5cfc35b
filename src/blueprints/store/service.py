"""What the shop says about itself to the room that serves it."""

from blueprints.web.service import Service

SERVICE = Service(
    name="store",
    title="Blueprints Games",
    port=8000,
    apps=("blueprints.store",),
    urls="blueprints.store.urls",
    config="blueprints.store.config:StoreConfig",
    settings="blueprints.store.django:settings",
    prepare="blueprints.store.start:prepare",
    children=("blueprints.store.relay:run", "blueprints.web.outbox.relay:run"),
    beside=("orders", "notifier"),
    beside_unless="orders_url",
    warm=("blueprints.http", "markdown_it", "nh3", "argon2", "PIL.Image", "PIL.ImageOps"),
    mounts=(("/media", "blueprints.store.django:media_dir"),),
)
