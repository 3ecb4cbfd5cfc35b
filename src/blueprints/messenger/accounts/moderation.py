"""What moderators do, each act with a line in the log: who, when, whom, why, never the text."""

from datetime import timedelta
from typing import Any

from blueprints import clock
from blueprints.messenger.accounts import revocation
from blueprints.messenger.models import Act, Suspension, shown_name
from blueprints.web.database import writing


def log_deletion(moderator: Any, target: Any, room: str, reason: str) -> None:
    _log(Act.Kind.DELETE, moderator, target, reason, room=room)


def suspend(moderator: Any, target: Any, lasting: timedelta, reason: str) -> Suspension:
    until = clock.now() + lasting
    with writing():
        made = Suspension.objects.create(user=target, until=until, reason=reason, by=moderator)
        _log(Act.Kind.SUSPEND, moderator, target, reason, until=until)
    revocation.suspended(target)
    return made


def lift(moderator: Any, target: Any, reason: str) -> None:
    """End all suspensions that still run."""
    now = clock.now()
    with writing():
        if not Suspension.objects.filter(user=target, until__gt=now).update(until=now):
            return
        _log(Act.Kind.LIFT, moderator, target, reason)
    revocation.lifted(target)


def _log(kind: Act.Kind, moderator: Any, target: Any, reason: str, **more: Any) -> None:
    names = {"moderator_name": shown_name(moderator), "target_name": shown_name(target) if target else "?"}
    Act.objects.create(kind=kind, moderator=moderator, target=target, reason=reason, **names, **more)
