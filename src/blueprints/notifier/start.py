"""What happens between the migrations and the first request."""

from typing import TYPE_CHECKING

from blueprints.notifier import parts
from blueprints.notifier.scopes import SCOPES
from blueprints.web.keys import issue

if TYPE_CHECKING:
    from blueprints.notifier.config import NotifierConfig


def prepare(config: "NotifierConfig", demo: bool) -> None:
    """Refuse settings that cannot work, and make the keys: the local client's and those of the configuration."""
    parts.checked(config)
    issue.ensure_admin_key("notifier", SCOPES)
    issue.from_config(config.keys, SCOPES)
    if demo:
        from blueprints.notifier import demonstration

        demonstration.fill(config)
