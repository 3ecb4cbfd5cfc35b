"""What happens in the shop when something happens elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from blueprints.store.models import Company, Game, Platform


def connect() -> None:
    """Bring carts along at log-in, and the search index and what processes remember along with the catalogue."""
    from django.contrib.auth.signals import user_logged_in
    from django.db.models.signals import post_delete, post_save, pre_delete

    from blueprints.store.models import Company, Game, Platform

    user_logged_in.connect(_logged_in, dispatch_uid="store.merge-carts")
    post_save.connect(_game_saved, sender=Game, dispatch_uid="store.game-saved")
    pre_delete.connect(_game_going, sender=Game, dispatch_uid="store.game-going")
    for name in (Platform, Company):
        post_save.connect(_name_saved, sender=name, dispatch_uid=f"store.{name.__name__}-saved")
        post_delete.connect(_name_gone, sender=name, dispatch_uid=f"store.{name.__name__}-gone")


def _logged_in(sender: Any, request: Any, user: Any, **_: Any) -> None:
    from django.contrib import messages

    from blueprints.store import carts

    if request is None or not hasattr(request, "session"):
        return
    number = request.session.pop(carts.SESSION_KEY, None)
    for notice in carts.merge(number, user):
        messages.warning(request, notice)


def _game_saved(sender: Any, instance: Game, **_: Any) -> None:
    from blueprints.store import versions
    from blueprints.store.search import upkeep

    upkeep.refresh([instance.pk])
    versions.bump()


def _game_going(sender: Any, instance: Game, **_: Any) -> None:
    from blueprints.store import versions
    from blueprints.store.search import upkeep

    upkeep.forget([instance.pk])
    versions.bump()


def _name_saved(sender: Any, instance: Platform | Company, created: bool, **_: Any) -> None:
    from django.db.models import Q

    from blueprints.store import versions
    from blueprints.store.models import Game, Platform
    from blueprints.store.search import upkeep

    if not created:
        is_platform = isinstance(instance, Platform)
        has_it = Q(platform=instance.pk) if is_platform else Q(developer=instance.pk) | Q(publisher=instance.pk)
        upkeep.refresh(Game.objects.filter(has_it).values_list("pk", flat=True))
    versions.bump()


def _name_gone(sender: Any, **_: Any) -> None:
    from blueprints.store import versions

    versions.bump()
