"""The answer to a POST that makes a mail: once per Idempotency-Key, at once or after waiting."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from blueprints.notifier import actions, checks, shown, waiting
from blueprints.notifier.core.draft import Draft
from blueprints.notifier.models import Mail
from blueprints.web import failpoint, problems
from blueprints.web.database import writing
from blueprints.web.idempotency import claims
from blueprints.web.problems import Problem


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object sent, whatever Content-Type says; raises a 400 or 422 problem."""
    try:
        return checks.parsed(request.body)
    except checks.NotJson as error:
        raise Problem(400, "not-json", str(error), title="Not JSON") from error
    except checks.Invalid as error:
        raise problems.invalid(error.errors) from error


def once(
    request: HttpRequest, client: str, what: str, given: Mapping[str, Any], make: Callable[[], str]
) -> tuple[str, bool]:
    """The id of the mail that `make` makes in a transaction, or makes no more: True when its Idempotency-Key did it.

    `what` and the client tell keys apart that mean different requests.
    """
    key = claims.valid(request.headers.get("Idempotency-Key"), required=False)
    with writing():
        former = claims.claim(f"{client} {what}", key, claims.digest(given)) if key else None
        mail_id = former.subject if former else make()
        if key and not former:
            claims.fill(f"{client} {what}", key, 202, "", mail_id)
        failpoint.reach("notifier.receive.before_commit")
    failpoint.reach("notifier.receive.after_commit")
    return mail_id, former is not None


def stands(mail_id: str) -> Mail:
    """The mail as it is now; raises a 409 problem for the mail of an old key that is deleted by now."""
    found = Mail.objects.filter(id=mail_id).first()
    if found is None:
        raise Problem(409, "key-expired", "The mail of this Idempotency-Key is older than the retention and is gone.")
    return found


def about(mail_id: str, *, replayed: bool) -> dict[str, str]:
    """Headers of an answer about a mail that a request made, now or before."""
    replay = {"Idempotency-Replayed": "true"} if replayed else {}
    return {"Location": f"/api/v1/mails/{mail_id}", **replay}


def made(request: HttpRequest, client: str, given: Mapping[str, Any], draft: Draft) -> HttpResponse:
    """202 with the mail; 200 when it was wished to wait and the mail's fate is known."""
    wanted = actions.checked(draft)
    mail_id, replayed = once(request, client, request.path.rstrip("/"), given, lambda: actions.add(wanted)[0])
    headers = about(mail_id, replayed=replayed)
    wish_s = waiting.wished_s(request.headers.get("Prefer", ""))
    ended = waiting.for_end(mail_id, wish_s)
    if ended is not None:
        headers["Preference-Applied"] = f"wait={wish_s}"
        return answer(shown.mail(ended), 200, headers)
    return answer(shown.mail(stands(mail_id)), 202, headers)


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return JsonResponse(
        content, status=status, headers=dict(headers or {}), safe=False, json_dumps_params={"default": str}
    )
