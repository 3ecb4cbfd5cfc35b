"""The form to log in, in words of ours."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm


class LogIn(LoginForm):  # type: ignore[misc]  # allauth is not typed
    """Says above its first field what may be typed there; allauth says it inside alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = self.fields["login"]
        first.label = first.widget.attrs.pop("placeholder", first.label)
