"""Settings of the notifier; those of channels and template stores stand in their own files."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from blueprints.config import bounds
from blueprints.web.config import ClientKey


@dataclass(frozen=True)
class SourceConfig:
    """A service whose signed events are taken."""

    secrets: list[str] = field(default_factory=list, repr=False)
    """Any of them may have signed; two during a rotation."""


@dataclass(frozen=True)
class SqsConfig:
    queue_url: Annotated[str, "Queue through which the Lambda function sends."] = ""
    base_url: Annotated[str, "Address of SQS; empty for the region's own."] = ""
    max_receives: Annotated[int, "Receive number on which a mail becomes dead and its message a dead letter."] = 5

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        bounds.at_least(1, max_receives=self.max_receives)


@dataclass(frozen=True)
class LambdaConfig:
    key_hashes: Annotated[list[str], "SHA-256 in hex of each API key that the Lambda function takes."] = field(
        default_factory=list
    )


def _schedule() -> list[timedelta]:
    return [timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 720, 1440)]


@dataclass(frozen=True)
class NotifierConfig:
    PLUGINS: ClassVar = ("channels", "stores", "records")

    database: Annotated[str, "Address of the database; empty for SQLite in the data folder."] = ""
    base_url: Annotated[str, "Address of the service, for the commands."] = "http://127.0.0.1:8002"
    api_key: Annotated[str, "Key for the commands; else the one in the data folder."] = field(default="", repr=False)
    channel: Annotated[str, "How mails leave: file, smtp, ses or a plug-in."] = "file"
    templates: Annotated[str, "Where templates come from: package, folder, s3 or a plug-in."] = "package"
    templates_fallback: Annotated[bool, "Take templates that are missing there from the package."] = True
    from_address: Annotated[str, "Sender's address."] = "no-reply@localhost"
    from_name: Annotated[str, "Sender's name."] = ""
    reply_to: Annotated[str, "Address for answers, where it is another."] = ""
    shop_name: Annotated[str, "The shop's name in mails."] = "Blueprints Games"
    shop_url: Annotated[str, "The shop's address in mails."] = ""
    locale: Annotated[str, "Language of mails to customers whose own is not known."] = "en"
    sources: Annotated[
        dict[str, SourceConfig], "Signing secrets of the services whose events are taken: orders, store."
    ] = field(default_factory=dict, repr=False)
    keys: Annotated[list[ClientKey], "API keys kept in files: client, scopes, key_file."] = field(default_factory=list)
    senders: Annotated[int, "Threads that send."] = 4
    schedule: Annotated[list[timedelta], "Waits between the attempts to send a mail; then it is dead."] = field(
        default_factory=_schedule
    )
    lease: Annotated[timedelta, "How long a sender may take over one mail before it counts as lost."] = timedelta(
        seconds=120
    )
    silence: Annotated[list[str], "Kinds of mail that are not sent."] = field(default_factory=list)
    max_event_age: Annotated[timedelta, "Events older than this are recorded, not mailed."] = timedelta(days=7)
    retention_days: Annotated[int, "Days after which mails in a final state are deleted."] = 90
    rate: Annotated[float | None, "Mails a second at most; unset for no limit, with SES for its own quota."] = None
    records: Annotated[Literal["database", "dynamodb"], "Where mails are recorded; dynamodb with Lambda."] = "database"
    sqs: SqsConfig = field(default_factory=SqsConfig)
    lambda_: LambdaConfig = field(default_factory=LambdaConfig)

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        bounds.at_least(1, senders=self.senders)
        bounds.at_least(0, retention_days=self.retention_days)
        if self.rate is not None:
            bounds.rate(rate=self.rate)


SECTION = NotifierConfig
