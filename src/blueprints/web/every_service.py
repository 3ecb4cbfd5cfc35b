"""Django settings that install the apps of every service: for type checks, tests and `makemigrations`, never to serve.

Each service keeps to its own apps and its own database; nothing here joins them at run time.
"""

import os
import tempfile
from typing import Any

from blueprints.web import service as services
from blueprints.web import settings as web_settings
from blueprints.web.service import Service

_home = os.environ.get("BLUEPRINTS_HOME")
_scratch = tempfile.mkdtemp(prefix="blueprints-")
os.environ["BLUEPRINTS_HOME"] = _scratch


def _values() -> dict[str, Any]:
    loaded = [services.load(name) for name in services.names()]
    first = next((one for one in loaded if one.name == "orders"), loaded[0])
    values = web_settings.values(first, services.resolve(first.config)())
    values["INSTALLED_APPS"] = [*(app for one in loaded for app in one.apps), *web_settings.SHARED_APPS]
    values["DATABASES"]["default"]["TEST"] = {"NAME": f"{_scratch}/test.sqlite3"}
    values["DATABASES"]["default"]["NAME"] = f"{_scratch}/unused.sqlite3"
    values["LOG_REQUESTS"] = False
    # allauth takes the base of its sign-up form once, when first imported; the shop's is the one tested in process.
    values["ACCOUNT_SIGNUP_FORM_CLASS"] = "blueprints.store.forms.Signup"
    return values


# What ours adds to Django's settings, for the type checker.
SERVICE: Service
SERVICE_CONFIG: Any
LOG_REQUESTS: bool
TRUSTED_PROXIES: list[str]
CONTENT_SECURITY_POLICY: str
ADMIN_CONTENT_SECURITY_POLICY: str
ACCOUNT_SIGNUP_OPEN: bool

globals().update(_values())

if _home is None:
    del os.environ["BLUEPRINTS_HOME"]
else:
    os.environ["BLUEPRINTS_HOME"] = _home
