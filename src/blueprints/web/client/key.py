"""The API key that a command shows to its service."""

from blueprints import paths
from blueprints.errors import AuthError


def found(service: str, configured: str) -> str:
    """The configured key, else the one that the service left on this machine; AuthError where there is none."""
    if configured:
        return configured
    try:
        return (paths.data_dir() / service / "admin.key").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise AuthError(
            f"no API key for the {service} service: "
            f"set {service}.api_key, or start `blueprints serve {service}` here once"
        ) from error
