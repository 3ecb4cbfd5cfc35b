"""What SES reports by SNS: addresses that are bad or complained, and mails that were sent after all."""

import json
import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from blueprints import config
from blueprints.errors import ConfigError
from blueprints.notifier import actions, addresses, sns
from blueprints.notifier.channels.ses import TAG, Settings
from blueprints.web.problems import Problem

_log = logging.getLogger(__name__)


def taken(message: Mapping[str, Any], fetch: Callable[[str], bytes] | None = None) -> None:
    """Act on a message of SNS; raises a 401 problem when it is not Amazon's. `fetch` gets the page at an address."""
    settings = config.load("notifier.ses", Settings)
    get = fetch or _fetched
    try:
        sns.verify(message, settings.topic_arns, lambda address: _certificate(settings, address, get))
    except sns.NotFromAmazon as error:
        raise Problem(401, "bad-signature", str(error)) from error
    if message["Type"] == "SubscriptionConfirmation":
        _confirm(message, get)
    else:
        _act_on(_report(message))


def _confirm(message: Mapping[str, Any], get: Callable[[str], bytes]) -> None:
    address = str(message.get("SubscribeURL", ""))
    if not sns.is_amazons(address):
        raise Problem(401, "bad-signature", "SubscribeURL is no address of Amazon SNS")
    get(address)
    _log.info("subscribed to %s", message["TopicArn"])


def _report(message: Mapping[str, Any]) -> dict[str, Any]:
    try:
        report = json.loads(message["Message"])
    except (ValueError, TypeError, KeyError):
        report = None
    return report if isinstance(report, dict) else {}  # SES says hello in plain words when a topic is set up


def _act_on(report: dict[str, Any]) -> None:
    kind = report.get("eventType") or report.get("notificationType")
    bounce = report.get("bounce") or {}
    if kind == "Bounce" and bounce.get("bounceType") == "Permanent":
        for found in bounce.get("bouncedRecipients", []):
            _suppress(found, "bounce", str(found.get("diagnosticCode") or bounce.get("bounceSubType") or ""))
    elif kind == "Complaint":
        complaint = report.get("complaint") or {}
        for found in complaint.get("complainedRecipients", []):
            _suppress(found, "complaint", str(complaint.get("complaintFeedbackType") or ""))
    elif kind in ("Delivery", "Send"):
        for mail_id in report.get("mail", {}).get("tags", {}).get(TAG, []):
            actions.delivered(str(mail_id))


def _suppress(recipient: Mapping[str, Any], cause: str, note: str) -> None:
    try:
        address = addresses.normalised(str(recipient.get("emailAddress", "")))
    except ValueError:
        _log.warning("SES reports a %s of an address that is none", cause)
        return
    actions.suppress(address, cause, note[:500])


def _certificate(settings: Settings, address: str, get: Callable[[str], bytes]) -> bytes:
    if not settings.sns_cert_file:
        return get(address)
    try:
        return Path(settings.sns_cert_file).read_bytes()
    except OSError as error:
        raise ConfigError(f"notifier.ses.sns_cert_file: cannot read it: {error.strerror}") from error


@lru_cache(16)
def _fetched(address: str) -> bytes:
    from blueprints import http

    with http.client("Amazon SNS") as client:
        return http.checked(client.get(address), "Amazon SNS").content
