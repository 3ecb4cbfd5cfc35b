"""Entry of the AWS Lambda function: HTTP events, SQS batches and the schedule.

Everything it needs is imported here, while the instance starts; settings are read at the first event.
"""

import logging
from typing import Any

import css_inline  # noqa: F401 - imported while the instance starts, not while a customer waits
import jinja2.sandbox  # noqa: F401 - as above

from blueprints.notifier.channels import ses  # noqa: F401 - as above
from blueprints.notifier.serverless import app, batch, rounds, routes, web

logging.getLogger().setLevel(logging.INFO)
_log = logging.getLogger(__name__)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What AWS calls; raises for an event of no known kind."""
    if web.is_http(event):
        return _answered(event)
    if "Records" in event:
        return batch.handled(app.app(), event["Records"], context)
    if event.get("source") == "aws.events" or event.get("detail-type") == "Scheduled Event":
        return rounds.made(app.app())
    raise ValueError("an event that comes neither from HTTP, nor from SQS, nor from a schedule")


def _answered(event: dict[str, Any]) -> dict[str, Any]:
    request_id = str((event.get("requestContext") or {}).get("requestId") or "")
    try:
        return routes.answered(app.app(), web.request_of(event))
    except web.Refusal as refusal:
        return web.problem(refusal, request_id)
    except Exception:  # noqa: BLE001 - the caller gets a problem, the log the trace
        _log.exception("unexpected error")
        detail = "An unexpected error; the log has it under this request id."
        return web.problem(web.Refusal(500, "internal-error", detail), request_id)
