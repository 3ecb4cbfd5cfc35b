"""The paths that the Lambda function answers."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from blueprints import clock
from blueprints.notifier import checks, intake
from blueprints.notifier.config import SourceConfig
from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.kind import DIRECT_KINDS
from blueprints.notifier.core.suppression import SUPPRESSED, blocks
from blueprints.notifier.records.dynamodb import Key, KeyReused
from blueprints.notifier.serverless.app import App
from blueprints.notifier.serverless.web import Refusal, Request, answer
from blueprints.web import webhooks

LIMIT = 256 * 1024
_PATHS = (
    ("POST", re.compile(r"/notify/(?P<name>order-received|order-shipped)/?"), "notify"),
    ("POST", re.compile(r"/webhooks/(?P<name>orders|store)/?"), "event"),
    ("GET", re.compile(r"/api/v1/mails/(?P<name>[^/]{1,64})/?"), "one"),
)


def answered(app: App, request: Request) -> dict[str, Any]:
    """Raises Refusal."""
    for method, path, name in _PATHS:
        found = path.fullmatch(request.path)
        if found is None:
            continue
        if request.method != method:
            raise Refusal(405, "method-not-allowed", f"only {method} is answered here", {"allow": method})
        if len(request.body) > LIMIT:
            raise Refusal(413, "too-large", f"The body is larger than {LIMIT} bytes.")
        view: Callable[[App, Request, str], dict[str, Any]] = {"notify": notify, "event": event, "one": one}[name]
        return view(app, request, found["name"])
    raise Refusal(404, "not-found", "There is nothing at this address.")


def notify(app: App, request: Request, name: str) -> dict[str, Any]:
    client = _client(app, request)
    given = _parsed(request)
    draft = _valid(lambda: intake.of_direct(DIRECT_KINDS[name], given, app.rules))
    mail_id, is_new = _recorded(app, draft, _key(client, name, request, given))
    headers = {"location": f"/api/v1/mails/{mail_id}"} | ({} if is_new else {"idempotency-replayed": "true"})
    return answer(202, app.records.get(mail_id), headers)


def event(app: App, request: Request, source: str) -> dict[str, Any]:
    secrets = app.settings.sources.get(source, SourceConfig()).secrets
    try:
        event_id = webhooks.verify(secrets, request.headers, request.body, clock.now())
    except webhooks.BadSignature as error:
        raise Refusal(401, "bad-signature", str(error)) from error
    given = _parsed(request)
    draft = _valid(lambda: intake.of_event(source, event_id, given, app.rules, clock.now()))
    if draft is None:
        return answer(204)
    mail_id, is_new = _recorded(app, draft)
    return answer(202 if is_new else 200, {"mails": [mail_id]})


def one(app: App, request: Request, mail_id: str) -> dict[str, Any]:
    _client(app, request)
    mail = app.records.get(mail_id)
    if mail is None:
        raise Refusal(404, "not-found", "There is no mail of this id.")
    return answer(200, mail)


def _recorded(app: App, draft: Draft, key: Key | None = None) -> tuple[str, bool]:
    """Record once, then queue; a mail that cannot be queued now is found by the schedule."""
    if draft.stillborn is None and blocks(app.records.causes(draft.to_address), draft.kind):
        draft = replace(draft, stillborn=SUPPRESSED)
    try:
        mail_id, is_new = app.records.add(draft, clock.now(), key)
    except KeyReused as error:
        raise Refusal(422, "key-reused", "This Idempotency-Key was used for another request.") from error
    if is_new and draft.stillborn is None:
        app.enqueue(mail_id)
    return mail_id, is_new


def _client(app: App, request: Request) -> str:
    """The hash of the caller's key, if it is one that may call."""
    scheme, _, text = request.header("authorization").partition(" ")
    key = text.strip() if scheme.lower() in ("token", "bearer") else request.header("x-api-key")
    given = hashlib.sha256(key.encode()).hexdigest()
    known = [hmac.compare_digest(given, each.lower()) for each in app.settings.lambda_.key_hashes]
    if not key or not any(known):
        raise Refusal(
            401, "not-authenticated", "An API key is needed: X-API-Key: <key>.", {"www-authenticate": "Token"}
        )
    return given


def _key(client: str, name: str, request: Request, given: dict[str, Any]) -> Key | None:
    text = request.header("idempotency-key")
    if not text:
        return None
    if len(text) > 255 or not all("!" <= letter <= "~" for letter in text):
        raise Refusal(400, "key-invalid", "Idempotency-Key has 1 to 255 visible ASCII characters.")
    spelled = json.dumps(given, sort_keys=True, default=str)
    return Key(f"key#{client}#{name}#{text}", hashlib.sha256(spelled.encode()).hexdigest())


def _parsed(request: Request) -> dict[str, Any]:
    try:
        return checks.parsed(request.body)
    except checks.NotJson as error:
        raise Refusal(400, "not-json", str(error)) from error
    except checks.Invalid as error:
        raise _refused(error) from error


def _valid(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except checks.Invalid as error:
        raise _refused(error) from error


def _refused(error: checks.Invalid) -> Refusal:
    return Refusal(422, "validation-failed", str(error), extra={"errors": error.errors})
