"""Tells all workers at once that a session, an account or a key does not mean what it meant before."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from blueprints.messenger import bridge, models


def connect() -> None:
    """Listen to what changes who may do what."""
    user = get_user_model()
    for signal, receiver, sender in (
        (user_logged_out, _logged_out, None),
        (post_delete, _session_ended, Session),
        (post_save, _user_changed, user),
        (post_delete, _user_deleted, user),
        (post_delete, _key_deleted, models.ApiKey),
        (post_save, _room_changed, models.Room),
        (post_delete, _room_changed, models.Room),
        (password_changed, _password_changed, None),
        (password_reset, _password_changed, None),
        (password_set, _password_changed, None),
    ):
        signal.connect(receiver, sender=sender, dispatch_uid=f"messenger-{receiver.__name__}-{id(signal)}")


def suspended(user: Any) -> None:
    """End the streams of a suspended account and forget what was known of it."""
    _tell({"kind": "revoked", "account": str(user.pk), "reason": "suspended"})


def lifted(user: Any) -> None:
    _tell({"kind": "revoked", "account": str(user.pk), "reason": ""})


def _logged_out(request: Any, **_: Any) -> None:
    key = request.session.session_key if request is not None else None
    if key:
        _tell({"kind": "revoked", "session": key, "reason": "logout"})


def _session_ended(instance: Session, **_: Any) -> None:
    _tell({"kind": "revoked", "session": instance.session_key, "reason": "logout"})


def _user_changed(instance: Any, created: bool, **_: Any) -> None:
    if not created:
        reason = "" if instance.is_active else "logout"
        _tell({"kind": "revoked", "account": str(instance.pk), "reason": reason})


def _user_deleted(instance: Any, **_: Any) -> None:
    account = str(instance.pk)
    _tell({"kind": "revoked", "account": account, "reason": "logout"})
    transaction.on_commit(lambda: bridge.delete_all(account))


def _password_changed(user: Any, **_: Any) -> None:
    _tell({"kind": "revoked", "account": str(user.pk), "reason": "logout"})


def _key_deleted(instance: models.ApiKey, **_: Any) -> None:
    _tell({"kind": "revoked", "key": instance.pk, "reason": ""})


def _room_changed(instance: models.Room, **_: Any) -> None:
    _tell({"kind": "room", "room": instance.slug})


def _tell(notice: dict[str, Any]) -> None:
    """Only once it is true for everybody: a worker that asked earlier would remember the old answer."""
    transaction.on_commit(lambda: bridge.tell(notice))
