"""The whole API as one django-ninja object."""

from blueprints.orders.api import common, events, keys, older, orders
from blueprints.orders.core import errors
from blueprints.web import problems

api = problems.api(
    title="Orders",
    version="1",
    description="Receive, find, advance and cancel orders. Keys go into Authorization: Token <key> or X-API-Key.",
)
for kind in (errors.IllegalTransition, errors.TotalMismatch, errors.TotalTooLarge, errors.UnknownStatus):
    api.add_exception_handler(kind, common.on_rule)
for router in (orders.router, events.router, keys.router):
    api.add_router("/v1", router)
api.add_router("", older.router)
