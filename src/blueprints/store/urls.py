"""The addresses of the shop."""

from django.urls import path, re_path, register_converter

from blueprints.store.api import api
from blueprints.store.views import (
    accounts,
    cart,
    catalogue,
    checkout,
    detail,
    history,
    machines,
    missing,
    webhooks,
    wishes,
)
from blueprints.store.views.numbers import IdConverter
from blueprints.web.urls import common, handler400, handler403, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

handler404 = missing.not_found

register_converter(IdConverter, "id")

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("games/", catalogue.games, name="games"),
    path("games-list/all/", catalogue.moved, {"to": "/games/"}),
    path("games-list/highlighted/", catalogue.moved, {"to": "/games/?highlighted=1"}),
    re_path(r"^games/(?P<game_id>[0-9]{1,18})(?:-(?P<slug>[^/]*))?/?$", detail.game, name="game"),
    path("search/suggest", catalogue.suggest, name="suggest"),
    path("cart/", cart.show, name="cart"),
    path("cart/add/<id:game_id>/", cart.add),
    path("cart/update/", cart.update),
    path("cart/remove/<id:line_id>/", cart.remove),
    path("cart/empty/", cart.empty),
    path("checkout/", checkout.review, name="checkout"),
    path("checkout/<uuid:number>/", checkout.status),
    path("my-orders/", history.index, name="orders"),
    path("my-orders/<id:order_id>/", history.order),
    path("my-orders/<id:order_id>/cancel/", history.cancel),
    path("my-orders/<id:order_id>/again/", history.again),
    path("wishlist/", wishes.wishlist, name="wishlist"),
    path("wishlist/toggle/<id:game_id>/", wishes.toggle),
    path("alerts/", wishes.index, name="alerts"),
    path("alerts/stock/<id:game_id>/", wishes.stock),
    path("alerts/price/<id:game_id>/", wishes.price),
    path("alerts/delete/<id:alert_id>/", wishes.delete),
    path("alerts/unsubscribe/<str:token>/", wishes.unsubscribe),
    path("webhooks/orders", webhooks.orders),
    path("robots.txt", machines.robots),
    path("sitemap.xml", machines.sitemap),
    re_path(r"^sitemap-(?P<number>[1-9][0-9]{0,3})\.xml$", machines.sitemap_part),
    path("api/", api.urls),
    path("accounts/profile/", accounts.profile),
    path("accounts/delete/", accounts.delete),
    *common(),
]
