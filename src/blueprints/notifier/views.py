"""The direct paths and the webhooks: plain views, since their callers send what they send."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from blueprints import clock
from blueprints.notifier import actions, answers, checks, feedback, intake, parts
from blueprints.notifier.config import SourceConfig
from blueprints.notifier.core.draft import Draft
from blueprints.notifier.records.database import together
from blueprints.notifier.scopes import NOTIFY
from blueprints.web import failpoint, problems, webhooks
from blueprints.web.keys import access
from blueprints.web.problems import Problem


@csrf_exempt
@require_POST
def notify(request: HttpRequest, kind: str) -> HttpResponse:
    """An order as JSON makes its mail; for programs that have no events."""
    caller = access.authenticate(request, NOTIFY)
    given = answers.body(request)
    draft = valid(lambda: intake.of_direct(kind, given, parts.rules(settings.SERVICE_CONFIG)))
    return answers.made(request, caller.client, given, draft)


@csrf_exempt
@require_POST
def event(request: HttpRequest, source: str) -> HttpResponse:
    """A signed event makes at most one mail, however often it comes."""
    config = settings.SERVICE_CONFIG
    event_id = _verified(request, config.sources.get(source, SourceConfig()).secrets)
    given = answers.body(request)
    draft = valid(lambda: intake.of_event(source, event_id, given, parts.rules(config), clock.now()))
    if draft is None:
        return HttpResponse(status=204)
    mail_id, is_new = _recorded(draft)
    return answers.answer({"mails": [mail_id]}, 202 if is_new else 200)


@csrf_exempt
@require_POST
def ses(request: HttpRequest) -> HttpResponse:
    """What SES says of bounces, complaints and deliveries, by SNS."""
    feedback.taken(answers.body(request))
    return HttpResponse(status=204)


def valid(make: Callable[[], Any]) -> Any:
    """What `make` makes; its findings become a 422 problem."""
    try:
        return make()
    except checks.Invalid as error:
        raise problems.invalid(error.errors) from error


def _verified(request: HttpRequest, secrets: list[str]) -> str:
    try:
        event_id = webhooks.verify(secrets, request.headers, request.body, clock.now())
    except webhooks.BadSignature as error:
        raise Problem(401, "bad-signature", str(error)) from error
    if len(event_id) > 255:
        raise Problem(400, "bad-request", "webhook-id has at most 255 characters.")
    return event_id


def _recorded(draft: Draft) -> tuple[str, bool]:
    wanted = actions.checked(draft)

    def write() -> tuple[str, bool]:
        made = actions.add(wanted)
        failpoint.reach("notifier.receive.before_commit")
        return made

    made = together(write)
    failpoint.reach("notifier.receive.after_commit")
    return made
