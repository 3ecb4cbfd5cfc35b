"""Amazon SNS: whether a message is really Amazon's.

A message is signed over named lines, version 1 with SHA-1 and 2 with SHA-256; the certificate comes from Amazon's own
host only, or from a pinned file. Source: Amazon SNS developer guide, "Verifying the signatures of Amazon SNS messages".
"""

import base64
import binascii
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from blueprints.errors import BlueprintsError

_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_HOST = r"https://sns\.[a-z0-9-]{3,32}\.amazonaws\.com(?:\.cn)?/"
_CERTIFICATE = re.compile(_HOST + r"[A-Za-z0-9_.-]+\.pem")
_PAGE = re.compile(_HOST + r"\S*")


class NotFromAmazon(BlueprintsError):
    """A message that SNS did not sign, or one of a topic that is not ours."""


def verify(message: Mapping[str, Any], topics: Collection[str], certificate: Callable[[str], bytes]) -> None:
    """Raise NotFromAmazon unless one of `topics` sent the message; `certificate` gives the PEM at an address."""
    names = _SIGNED.get(str(message.get("Type")))
    if names is None:
        raise NotFromAmazon("a message of SNS has the Type Notification or SubscriptionConfirmation")
    if message.get("TopicArn") not in topics:
        raise NotFromAmazon("the topic is not among notifier.ses.topic_arns")
    address = str(message.get("SigningCertURL", ""))
    if not _CERTIFICATE.fullmatch(address):
        raise NotFromAmazon("SigningCertURL is no address of Amazon SNS")
    lines = [f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None]
    _check(certificate(address), "".join(lines).encode(), message)


def is_amazons(address: str) -> bool:
    """Whether an address, such as SubscribeURL, is one of Amazon SNS."""
    return _PAGE.fullmatch(address) is not None


def _check(pem: bytes, content: bytes, message: Mapping[str, Any]) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA1, SHA256
    from cryptography.x509 import load_pem_x509_certificate

    versions: dict[str, SHA1 | SHA256] = {"1": SHA1(), "2": SHA256()}  # noqa: S303 - what SNS signs with by default
    algorithm = versions.get(str(message.get("SignatureVersion")))
    try:
        key = load_pem_x509_certificate(pem).public_key()
        signature = base64.b64decode(str(message.get("Signature", "")), validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotFromAmazon("the signature or its certificate cannot be read") from error
    if algorithm is None or not isinstance(key, RSAPublicKey):
        raise NotFromAmazon("the signature is of an unknown kind")
    try:
        key.verify(signature, content, PKCS1v15(), algorithm)
    except InvalidSignature as error:
        raise NotFromAmazon("the signature does not match") from error
