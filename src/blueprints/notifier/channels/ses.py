"""Mails through Amazon SES (API v2). botocore's own retries are off: a retry it decides on could send twice."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from blueprints.notifier.channels import Parcel
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.core.suppression import refused_for_good

if TYPE_CHECKING:
    from botocore.client import BaseClient

_AGAIN = frozenset({"TooManyRequestsException", "LimitExceededException", "ThrottlingException", "Throttling"})
_CHANNEL = frozenset(
    {
        "SendingPausedException",
        "AccountSuspendedException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
        "AccessDeniedException",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "ExpiredTokenException",
        "MissingAuthenticationTokenException",
    }
)
"""Refusals that speak of the account or its credentials, whatever the mail."""
TAG = "blueprints_mail"
"""Name of the message tag that carries the mail's id through SES and back in its events."""
_TIMEOUT_S = 30


@dataclass(frozen=True)
class Settings:
    region: Annotated[str, "Region of SES; empty for the environment's."] = ""
    base_url: Annotated[str, "Address of SES; empty for the region's own."] = ""
    configuration_set: Annotated[str, "Configuration set that publishes bounces and complaints."] = ""
    topic_arns: Annotated[list[str], "SNS topics whose notifications are taken."] = field(default_factory=list)
    sns_cert_file: Annotated[str, "Certificate that signs them; empty to fetch the one they name from Amazon."] = ""


class Channel:
    def __init__(self, settings: Settings) -> None:
        from blueprints.notifier import aws

        aws.require()
        self._settings = settings
        self._client: BaseClient | None = None

    def send(self, parcel: Parcel) -> Outcome:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._connected().send_email(**self._request(parcel))
        except ClientError as error:
            return _refused(error.response)
        except BotoCoreError as error:
            return _broken(error)
        return Outcome("sent", "200", provider_id=answer["MessageId"])

    def told(self, mail_id: str) -> Literal["sent", "queued", "unknown"]:
        return "unknown"

    def quota(self) -> float | None:
        """`MaxSendRate` of the account; None when it cannot be asked."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return float(self._made("ses").get_send_quota()["MaxSendRate"])
        except (BotoCoreError, ClientError):
            return None

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _request(self, parcel: Parcel) -> dict[str, Any]:
        request: dict[str, Any] = {
            "FromEmailAddress": parcel.from_address,
            "Destination": {"ToAddresses": [parcel.to_address]},
            "Content": {"Raw": {"Data": parcel.raw}},
            "EmailTags": [{"Name": TAG, "Value": parcel.mail_id}],
        }
        if self._settings.configuration_set:
            request["ConfigurationSetName"] = self._settings.configuration_set
        return request

    def _connected(self) -> Any:
        if self._client is None:
            self._client = self._made("sesv2")
        return self._client

    def _made(self, service: str) -> Any:
        from blueprints.notifier import aws

        return aws.client(service, self._settings.region, self._settings.base_url, timeout_s=_TIMEOUT_S, attempts=1)


def _refused(response: dict[str, Any]) -> Outcome:
    """An answer that is an error."""
    code = response["Error"].get("Code", "")
    text = response["Error"].get("Message", "")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _CHANNEL:
        return Outcome("paused", code, text)
    if code in _AGAIN or status >= 500 or status == 429:
        return Outcome("failed", code, text)
    return Outcome("dead", code, text, suppress=refused_for_good(text))


def _broken(error: Exception) -> Outcome:
    """No answer: before the request went out the mail is ours, after it nobody knows."""
    from botocore import exceptions

    why = str(error)
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError | exceptions.NoRegionError):
        return Outcome("paused", type(error).__name__, why)
    before = exceptions.ConnectTimeoutError | exceptions.EndpointConnectionError | exceptions.ParamValidationError
    if isinstance(error, before):
        return Outcome("failed", type(error).__name__, why)
    return Outcome("unknown", type(error).__name__, why)
