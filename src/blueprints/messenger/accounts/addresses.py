"""How somebody changes the address of an account."""

from typing import Any

from allauth.account.app_settings import EMAIL_VERIFICATION_BY_CODE_ENABLED
from allauth.account.forms import AddEmailForm
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django.http import HttpRequest


class ChangeForm(AddEmailForm):  # type: ignore[misc]  # allauth carries no types
    """The present address stays in force until the new one is confirmed, also where itself was never confirmed."""

    def save(self, request: HttpRequest) -> Any:
        if EMAIL_VERIFICATION_BY_CODE_ENABLED:
            return super().save(request)
        EmailAddress.objects.filter(user=self.user, primary=False).delete()
        address = EmailAddress.objects.create(user=self.user, email=self.cleaned_data["email"])
        send_verification_email_to_address(request, address)
        return address
