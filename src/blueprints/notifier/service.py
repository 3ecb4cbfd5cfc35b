"""What the notifier tells the room that serves it."""

from blueprints.web.service import Service

SERVICE = Service(
    name="notifier",
    title="Notifier",
    port=8002,
    apps=("blueprints.notifier",),
    urls="blueprints.notifier.urls",
    config="blueprints.notifier.config:NotifierConfig",
    synchronous="FULL",
    prepare="blueprints.notifier.start:prepare",
    children=("blueprints.notifier.sender:run",),
    stop_s=30.0,
    scopes="blueprints.notifier.scopes:SCOPES",
    body_limit=256 * 1024,
    csp={"frame-src": "'self'"},
)
