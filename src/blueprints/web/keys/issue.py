"""Making keys: by command, by API, from the configuration, and the first one for the local client."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from blueprints import paths
from blueprints.errors import ConfigError
from blueprints.web.config import ClientKey
from blueprints.web.keys import secret
from blueprints.web.keys.models import Client, Key


def create(client: str, scopes: Iterable[str], expires: datetime | None = None, text: str = "") -> tuple[Key, str]:
    """A new key and its text, which is shown once and kept nowhere."""
    text = text or secret.new()
    owner, _ = Client.objects.get_or_create(name=client)
    key = Key.objects.create(
        client=owner, prefix=secret.prefix(text), digest=secret.digest(text), scopes=sorted(scopes), expires_at=expires
    )
    return key, text


def ensure(client: str, scopes: Iterable[str], text: str) -> Key:
    """The key with this text, with these scopes and not revoked, made where it is missing."""
    key = Key.objects.select_related("client").filter(digest=secret.digest(text)).first()
    if key is None:
        return create(client, scopes, text=text)[0]
    if key.client.name != client:
        raise ConfigError(f"one key is given to two clients, {key.client.name} and {client}")
    key.scopes, key.revoked_at = sorted(scopes), None
    key.save(update_fields=["scopes", "revoked_at"])
    return key


def from_config(keys: Sequence[ClientKey], known_scopes: Iterable[str]) -> None:
    """Make the keys that the configuration brings along; raises ConfigError."""
    known = set(known_scopes)
    for given in keys:
        unknown = sorted(set(given.scopes) - known)
        if unknown:
            raise ConfigError(
                f"key of client {given.client}: no scope {unknown[0]!r}; known: {', '.join(sorted(known))}"
            )
        ensure(given.client, given.scopes, _read(given))


def _read(given: ClientKey) -> str:
    try:
        text = Path(given.key_file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise ConfigError(f"key of client {given.client}: cannot read {given.key_file}: {reason}") from error
    return secret.checked(text, given.key_file)


def admin_key_file(service: str) -> Path:
    """Where the first start leaves a key with all scopes for the client on the same machine."""
    return paths.data_dir() / service / "admin.key"


def ensure_admin_key(service: str, scopes: Iterable[str]) -> None:
    """Keep that key's file and its row in step; a revoked one stays revoked."""
    path = admin_key_file(service)
    if path.exists():
        text = path.read_text().strip()
        if not Key.objects.filter(digest=secret.digest(text)).exists():
            ensure("admin", scopes, text)
        return
    _, text = create("admin", scopes)
    paths.private_file(path, text.encode())
