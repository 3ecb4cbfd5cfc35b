"""What a Lambda instance holds between invocations."""

import json
import logging
import secrets
from functools import cache
from typing import Any

from blueprints import config
from blueprints.notifier import aws, parts
from blueprints.notifier.config import NotifierConfig
from blueprints.notifier.records.dynamodb import Records, Settings
from blueprints.notifier.sending import Sender, Sending

_log = logging.getLogger(__name__)


class App:
    """Made once an instance; the sender's name is the instance's own."""

    def __init__(self, settings: NotifierConfig) -> None:
        from datetime import timedelta

        self.settings = settings
        self.rules = parts.rules(settings)
        retention = timedelta(days=settings.retention_days)
        self.records = Records(config.load("notifier.dynamodb", Settings), retention)
        self.channel = parts.channel(settings)
        self.sending = Sending(self._sender(), self.records, self.channel, parts.templates(settings))
        self._sqs = aws.client("sqs", _region(settings.sqs.queue_url), settings.sqs.base_url, timeout_s=5)

    def enqueue(self, mail_id: str) -> bool:
        """Hand a mail to the queue; False, in the log, when that fails: the schedule finds the mail later."""
        from botocore.exceptions import BotoCoreError, ClientError

        queue = self.settings.sqs.queue_url
        ordered = {"MessageGroupId": mail_id} if queue.endswith(".fifo") else {}
        if ordered:
            ordered["MessageDeduplicationId"] = secrets.token_hex(16)
        try:
            self._sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"mail_id": mail_id}), **ordered)
        except (BotoCoreError, ClientError):
            _log.exception("mail %s is recorded and could not be queued", mail_id)
            return False
        return True

    def _sender(self) -> Sender:
        chosen = self.settings
        return Sender(
            name=f"l_{secrets.token_hex(8)}",
            channel=chosen.channel,
            from_address=chosen.from_address,
            from_name=chosen.from_name,
            reply_to=chosen.reply_to,
            lease=chosen.lease,
            schedule=chosen.schedule,
        )


def _region(queue_url: str) -> str:
    """The region in a queue's address, `https://sqs.<region>.amazonaws.com/…`; empty for any other address."""
    host = queue_url.split("/")[2] if queue_url.count("/") > 2 else ""
    parts_of_host = host.split(".")
    return parts_of_host[1] if host.startswith("sqs.") and len(parts_of_host) > 3 else ""


@cache
def app() -> App:
    """The instance's own; raises ConfigError at the first use rather than at import."""
    return App(config.load("notifier", NotifierConfig))


def forget() -> None:
    """Make the next use read the settings anew; for tests."""
    app.cache_clear()


def body(text: str | bytes) -> Any:
    """JSON of a message, None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
