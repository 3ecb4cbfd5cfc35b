"""The room's front door."""

import subprocess
import sys

import pytest

from blueprints import auth
from blueprints.auth.grants import client_credentials


def test_every_announced_name_is_there() -> None:
    for name in auth.__all__:
        assert getattr(auth, name) is not None
    assert auth.client_credentials is client_credentials
    with pytest.raises(AttributeError):
        auth.nothing  # noqa: B018 - reading it is the test


def test_a_valid_token_is_read_without_authlib_and_httpx() -> None:
    code = "import blueprints.auth, sys; print({'authlib', 'httpx', 'http.server'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"
