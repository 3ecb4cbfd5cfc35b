"""What the messenger tells the room that configures, migrates and serves it."""

from blueprints.web.service import Service

SERVICE = Service(
    name="messenger",
    title="Messenger",
    port=8003,
    apps=("blueprints.messenger", "allauth.usersessions"),
    urls="blueprints.messenger.urls",
    config="blueprints.messenger.config:MessengerConfig",
    interface="asgi",
    application="blueprints.messenger.app:application",
    settings="blueprints.messenger.django:settings",
    prepare="blueprints.messenger.start:prepare",
    server="blueprints.messenger.server:options",
    hooks="blueprints.messenger.server:hook",
    body_limit=32 * 1024,  # of pages: a form may write a character in 12; the live API keeps to 16 KiB
    csp={"require-trusted-types-for": "'script'"},
)
