"""The JSON API: mails, what may be done with them, suppressions, templates."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import AwareDatetime, BaseModel, Field

from blueprints.notifier import actions, addresses, answers, bodies, intake, parts, shown
from blueprints.notifier.models import Content, Mail, Suppression
from blueprints.notifier.records import rfc3339
from blueprints.notifier.rendering import TemplateBroken, TemplateMissing
from blueprints.notifier.scopes import READ, SEND
from blueprints.notifier.stores import Unreachable
from blueprints.notifier.views import valid
from blueprints.web import cursors, problems
from blueprints.web.database import writing
from blueprints.web.keys.access import Scope
from blueprints.web.problem_out import ProblemOut
from blueprints.web.problems import Problem

api = problems.api(title="Notifier", version="1", description="Mails of the shop: what was sent, to whom, and when.")


class Page(BaseModel):
    limit: int = Field(50, ge=1, le=200)
    cursor: str = Field("", max_length=200)


class MailList(Page):
    state: bodies.State | None = None
    kind: bodies.Kind | None = None
    to: str = Field("", max_length=320)
    order_id: int | None = Field(None, ge=1, lt=1 << 63)
    event_id: str = Field("", max_length=255)
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None


@api.post(
    "/v1/mails",
    auth=Scope(SEND),
    response={202: bodies.Mail, 200: bodies.Mail, bodies.REFUSALS: ProblemOut},
    openapi_extra=bodies.SEND,
)
def send(request: HttpRequest) -> HttpResponse:
    """Ask for a mail of a template, or with its own text."""
    given = answers.body(request)
    draft = valid(lambda: intake.of_request(given, parts.rules(settings.SERVICE_CONFIG)))
    return answers.made(request, request.auth.client, given, draft)  # type: ignore[attr-defined]  # ninja puts it there


@api.get("/v1/mails", auth=Scope(READ), response={200: bodies.Mails, bodies.REFUSALS: ProblemOut})
def list_mails(request: HttpRequest, query: Query[MailList]) -> HttpResponse:
    """Mails, newest first."""
    before = str(cursors.decode(query.cursor, 1)[0]) if query.cursor else ""
    question = shown.Question(
        state=query.state or "",
        kind=query.kind or "",
        to=_clean(query.to),
        order_id=query.order_id,
        event_id=_clean(query.event_id),
        created_from=query.created_from,
        created_to=query.created_to,
        before=_clean(before),
    )
    found = list(question.mails()[: query.limit + 1])
    page = found[: query.limit]
    following = cursors.encode([page[-1].id]) if len(found) > len(page) else None
    return answers.answer({"items": [shown.mail(each) for each in page], "next": following})


@api.get("/v1/mails/{mail_id}", auth=Scope(READ), response={200: bodies.Mail, bodies.REFUSALS: ProblemOut})
def one_mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail."""
    return answers.answer(shown.mail(_mail(mail_id)))


@api.get("/v1/mails/{mail_id}/raw", auth=Scope(READ), response={bodies.REFUSALS: ProblemOut}, openapi_extra=bodies.RAW)
def raw(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The bytes of a mail as they are or were sent."""
    mail = _mail(mail_id)
    content = Content.objects.filter(mail=mail).first()
    if content is None or content.raw is None:
        raise Problem(404, "not-rendered", "This mail has no text: it was never rendered, or it was erased.")
    return HttpResponse(bytes(content.raw), content_type="message/rfc822")


@api.post(
    "/v1/mails/{mail_id}/resend",
    auth=Scope(SEND),
    response={201: bodies.Mail, bodies.REFUSALS: ProblemOut},
    openapi_extra=bodies.KEYED,
)
def resend(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Make a new mail like a sent or dead one."""
    again, replayed = _once(request, "resend", {"id": mail_id}, lambda: actions.resend(_mail(mail_id).id))
    return answers.answer(shown.mail(again), 201, answers.about(again.id, replayed=replayed))


@api.post(
    "/v1/mails/{mail_id}/resolve",
    auth=Scope(SEND),
    response={200: bodies.Mail, bodies.REFUSALS: ProblemOut},
    openapi_extra=bodies.RESOLVE,
)
def resolve(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Say what became of a mail whose fate is unknown."""
    verdict = answers.body(request).get("as")
    if verdict not in actions.VERDICTS:
        raise problems.invalid([{"loc": ["as"], "msg": "must be sent, dead or resend"}])
    wish = {"id": mail_id, "as": verdict}
    mail, replayed = _once(request, "resolve", wish, lambda: actions.resolve(_mail(mail_id).id, verdict))
    return answers.answer(shown.mail(mail), headers={"Idempotency-Replayed": "true"} if replayed else {})


@api.get("/v1/suppressions", auth=Scope(SEND), response={200: bodies.Suppressions, bodies.REFUSALS: ProblemOut})
def list_suppressions(request: HttpRequest, query: Query[Page]) -> HttpResponse:
    """Addresses that get no mail, or no alerts, newest first."""
    found = Suppression.objects.order_by("-id")
    if query.cursor:
        before = cursors.decode(query.cursor, 1)[0]
        found = found.filter(id__lt=before if isinstance(before, int) and abs(before) < 1 << 62 else 0)
    rows = list(found[: query.limit + 1])
    following = cursors.encode([rows[query.limit - 1].pk]) if len(rows) > query.limit else None
    return answers.answer({"items": [_suppression(row) for row in rows[: query.limit]], "next": following})


@api.post(
    "/v1/suppressions",
    auth=Scope(SEND),
    response={201: bodies.Suppression, bodies.REFUSALS: ProblemOut},
    openapi_extra=bodies.SUPPRESS,
)
def suppress(request: HttpRequest) -> HttpResponse:
    """No more mail to an address."""
    wish = valid(lambda: bodies.suppression(answers.body(request)))
    with writing():
        row, _ = Suppression.objects.get_or_create(address=wish.address, cause="staff", defaults={"note": wish.note})
    return answers.answer(_suppression(row), 201)


@api.delete("/v1/suppressions/{address}", auth=Scope(SEND), response={204: None, bodies.REFUSALS: ProblemOut})
def allow(request: HttpRequest, address: str) -> HttpResponse:
    """Mail to an address again."""
    try:
        known = actions.allow(addresses.normalised(address))
    except ValueError:
        known = False
    if not known:
        raise Problem(404, "not-found", "This address is not suppressed.")
    return HttpResponse(status=204)


@api.get("/v1/templates", auth=Scope(READ), response={200: bodies.Templates, bodies.REFUSALS: ProblemOut})
def list_templates(request: HttpRequest) -> HttpResponse:
    """The templates there are, with the files that make each."""
    try:
        names = parts.templates(settings.SERVICE_CONFIG).names()
    except Unreachable as error:
        raise Problem(503, "templates-unreachable", str(error)) from error
    return answers.answer({"items": [{"name": name, "files": files} for name, files in names.items()]})


@api.post(
    "/v1/templates/{name}/preview",
    auth=Scope(READ),
    response={200: bodies.Preview, bodies.REFUSALS: ProblemOut},
    openapi_extra=bodies.PREVIEW,
)
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """A template rendered with `data`, without sending anything."""
    config = settings.SERVICE_CONFIG
    wish = valid(lambda: bodies.preview(answers.body(request), config.locale))
    try:
        rendered = parts.templates(config).render(name, wish.locale, wish.data, wish.name)
    except TemplateMissing as error:
        raise Problem(404, "template-missing", str(error)) from error
    except TemplateBroken as error:
        raise Problem(422, "template-broken", str(error), file=error.file, line=error.line) from error
    except Unreachable as error:
        raise Problem(503, "templates-unreachable", str(error)) from error
    return answers.answer({"subject": rendered.subject, "html": rendered.html, "text": rendered.text})


def _mail(mail_id: str) -> Mail:
    found = Mail.objects.filter(id=_clean(mail_id)).first()
    if found is None:
        raise Problem(404, "not-found", "There is no mail of this id.")
    return found


def _once(request: HttpRequest, what: str, wish: dict[str, Any], act: Callable[[], Mail]) -> tuple[Mail, bool]:
    """The mail that comes of `act`, which an Idempotency-Key that was seen before does not repeat."""
    client: str = request.auth.client  # type: ignore[attr-defined]  # ninja puts it there
    try:
        mail_id, replayed = answers.once(request, client, what, wish, lambda: act().id)
    except actions.WrongState as error:
        raise Problem(409, "wrong-state", str(error)) from error
    return answers.stands(mail_id), replayed


def _suppression(row: Suppression) -> dict[str, Any]:
    return {"address": row.address, "cause": row.cause, "note": row.note, "created_at": rfc3339(row.created_at)}


def _clean(text: str) -> str:
    """Without what no database holds."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
