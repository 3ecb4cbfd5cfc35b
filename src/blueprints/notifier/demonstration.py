"""Sample mails for a first look: one of each kind, written to files and never really sent."""

from typing import TYPE_CHECKING

from blueprints import clock
from blueprints.notifier import samples
from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.kind import KINDS
from blueprints.notifier.models import Mail
from blueprints.notifier.records.database import Records
from blueprints.web.database import writing

if TYPE_CHECKING:
    from blueprints.notifier.config import NotifierConfig

_ADDRESS = "ada@shop.example"


def fill(config: "NotifierConfig") -> None:
    """Ask for them once, and only where mails are written to files and no shop is about to ask for its own."""
    if config.channel != "file" or config.sources or Mail.objects.exists():
        return
    with writing():
        for kind in KINDS:
            draft = Draft(
                kind=kind,
                to_address=_ADDRESS,
                to_name=samples.CUSTOMER,
                locale=config.locale,
                source="demo",
                order_id=39 if kind.startswith("order_") else None,
                template=kind,
                variables=samples.variables(kind),
            )
            Records().add(draft, clock.now())
