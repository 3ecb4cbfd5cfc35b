"""A django-oscar shop as its documentation sets one up: settings, addresses, WSGI application and products.

`python oscar_site.py FOLDER COUNT` makes the database and the Whoosh index in FOLDER, most of a minute for 5,000
products, nearly all of it the index, which the pages of the catalogue are read from; granian then serves
`oscar_site:application` with OSCAR_FOLDER set.
"""

import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("OSCAR_FOLDER", "."))


def settings() -> dict[str, Any]:
    from oscar import defaults

    apps = [
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.sites", "django.contrib.flatpages",
        "oscar.config.Shop", "oscar.apps.analytics.apps.AnalyticsConfig", "oscar.apps.checkout.apps.CheckoutConfig",
        "oscar.apps.address.apps.AddressConfig", "oscar.apps.shipping.apps.ShippingConfig",
        "oscar.apps.catalogue.apps.CatalogueConfig", "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
        "oscar.apps.communication.apps.CommunicationConfig", "oscar.apps.partner.apps.PartnerConfig",
        "oscar.apps.basket.apps.BasketConfig", "oscar.apps.payment.apps.PaymentConfig",
        "oscar.apps.offer.apps.OfferConfig", "oscar.apps.order.apps.OrderConfig",
        "oscar.apps.customer.apps.CustomerConfig", "oscar.apps.search.apps.SearchConfig",
        "oscar.apps.voucher.apps.VoucherConfig", "oscar.apps.wishlists.apps.WishlistsConfig",
        "oscar.apps.dashboard.apps.DashboardConfig", "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
        "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
        "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
        "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
        "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
        "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
        "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
        "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
        "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
        "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
        "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
        "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
        "widget_tweaks", "haystack", "treebeard", "sorl.thumbnail", "django_tables2",
    ]  # fmt: skip
    middleware = [
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware", "oscar.apps.basket.middleware.BasketMiddleware",
        "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    ]  # fmt: skip
    processors = [
        "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages", "oscar.apps.search.context_processors.search_form",
        "oscar.apps.checkout.context_processors.checkout",
        "oscar.apps.communication.notifications.context_processors.notifications",
        "oscar.core.context_processors.metadata",
    ]  # fmt: skip
    own: dict[str, Any] = {name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR")}
    return own | {
        "SECRET_KEY": "only for figures",
        "ALLOWED_HOSTS": ["*"],
        "INSTALLED_APPS": apps,
        "MIDDLEWARE": middleware,
        "ROOT_URLCONF": "oscar_site",
        "SITE_ID": 1,
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(FOLDER / "oscar.sqlite3"),
                # The pages count their views. On SQLite's defaults, and with a transaction around each request as in
                # its documentation, requests at once fail with "database is locked": so it gets what ours has.
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "timeout": 20,
                    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-16000;"
                    "PRAGMA mmap_size=134217728;PRAGMA temp_store=MEMORY",
                },
            }
        },
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": processors},
            }
        ],
        "HAYSTACK_CONNECTIONS": {
            "default": {"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine", "PATH": str(FOLDER / "whoosh")}
        },
        "AUTHENTICATION_BACKENDS": (
            "oscar.apps.customer.auth_backends.EmailBackend",
            "django.contrib.auth.backends.ModelBackend",
        ),
        "STATIC_URL": "/static/",
        "MEDIA_URL": "/media/",
        "MEDIA_ROOT": str(FOLDER / "media"),
        "USE_TZ": True,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LOGGING_CONFIG": None,
    }


def configure() -> None:
    import django
    from django.conf import settings as django_settings

    if not django_settings.configured:
        django_settings.configure(**settings())
        django.setup()


def fill(count: int) -> None:
    """`count` products with price, stock and category, and the index."""
    import warnings

    from django.core.management import call_command
    from django.db import transaction
    from oscar.core.loading import get_model

    warnings.simplefilter("ignore")
    call_command("migrate", verbosity=0)
    make = {name: get_model("catalogue", name) for name in ("Product", "ProductClass", "Category", "ProductCategory")}
    kind = make["ProductClass"].objects.create(name="Game", requires_shipping=True, track_stock=True)
    platforms = [make["Category"].add_root(name=f"Platform {number}") for number in range(12)]
    partner = get_model("partner", "Partner").objects.create(name="Us")
    stock = get_model("partner", "StockRecord")
    with transaction.atomic():
        products = make["Product"].objects.bulk_create(
            make["Product"](
                title=f"Game number {number}", slug=f"game-number-{number}", product_class=kind, upc=f"U{number}",
                description="A game to be played.",
            )
            for number in range(count)
        )  # fmt: skip
        make["ProductCategory"].objects.bulk_create(
            make["ProductCategory"](product=product, category=platforms[number % 12])
            for number, product in enumerate(products)
        )
        stock.objects.bulk_create(
            stock(
                product=product, partner=partner, partner_sku=f"U{number}", num_in_stock=50,
                price=Decimal(number % 90 + 10), price_currency="USD",
            )
            for number, product in enumerate(products)
        )  # fmt: skip
    call_command("rebuild_index", verbosity=0, interactive=False)


if __name__ == "__main__":
    FOLDER = Path(sys.argv[1])
    sys.modules["oscar_site"] = sys.modules["__main__"]
    configure()
    fill(int(sys.argv[2]))
elif "OSCAR_FOLDER" in os.environ:
    configure()
    from django.apps import apps as registry
    from django.core.wsgi import get_wsgi_application
    from django.urls import include, path

    oscar: Any = registry.get_app_config("oscar")
    urlpatterns = [path("i18n/", include("django.conf.urls.i18n")), path("", include(oscar.urls[0]))]
    application = get_wsgi_application()
