"""The pages to log in, which says by its status, too, that somebody guesses, and to sign up, which looks twice."""

from typing import Any

from allauth.account.views import LoginView, SignupView
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError
from django.http import HttpResponse

WINDOW_S = 300
"""The longest that a name or address is held back for, as the limits in the settings say."""


class LogIn(LoginView):  # type: ignore[misc]  # allauth carries no types
    """429 instead of 200 while a name or an address is held back; the form and its text are the same."""

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts"):
            answer.status_code = 429
            answer["Retry-After"] = str(WINDOW_S)
        return answer


class SignUp(SignupView):  # type: ignore[misc]  # allauth carries no types
    """Looks again where a form was right when it was checked and its names were taken when it was kept.

    So it is with a button pressed twice, and with two people who choose one name at the same moment.
    """

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().form_valid(form)
        except IntegrityError:
            form.full_clean()
            answer = super().form_valid(form) if form.is_valid() else self.form_invalid(form)
        return answer
