"""Addresses of the pages; those of the live API are not Django's."""

from django.urls import path
from django.views.generic import RedirectView

from blueprints.messenger.views import account, moderation, ready, room, rooms
from blueprints.web.urls import common, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", room.lobby, name="lobby"),
    path("r/", rooms.rooms, name="rooms"),
    path("r/<slug:slug>", room.room, name="room"),
    path("r/<slug:slug>/delete", room.delete, name="delete_message"),
    path("accounts/profile/", account.profile, name="profile"),
    path("accounts/keys/", account.keys, name="keys"),
    path("accounts/keys/<int:pk>/revoke", account.revoke_key, name="revoke_key"),
    path("accounts/delete/", account.delete, name="delete_account"),
    path("accounts/sessions/everywhere", account.log_out_everywhere, name="log_out_everywhere"),
    path("moderation/", moderation.moderation_page, name="moderation"),
    path("moderation/delete", moderation.delete, name="moderation_delete"),
    path("moderation/suspend", moderation.suspend, name="moderation_suspend"),
    path("moderation/lift", moderation.lift, name="moderation_lift"),
    path("readyz", ready.readyz),
    path("sign_up", RedirectView.as_view(pattern_name="account_signup", permanent=True)),
    path("login", RedirectView.as_view(pattern_name="account_login", permanent=True)),
    path("logout", RedirectView.as_view(pattern_name="account_logout", permanent=True)),
    *common(),
]
