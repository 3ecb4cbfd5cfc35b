"""Where templates come from: one file a store, its name is what `notifier.templates` says.

A module has a class `Store`, made with the settings of its section `notifier.<name>` (a dataclass `Settings` in the
module, if it wants any).
"""

from typing import Protocol

from blueprints.errors import BlueprintsError


class Unreachable(BlueprintsError):
    """The store itself cannot be read: another case than a template that is not there."""


class TemplateStore(Protocol):
    def text(self, file: str) -> str | None:
        """The text of `file` (`order_shipped.de.html`), None when there is no such file. Raises Unreachable."""

    def version(self, file: str) -> object:
        """Something that differs once `file` has changed; may look at the disk or ask the network, but sparingly."""

    def names(self) -> list[str]:
        """The files there are, sorted."""

    def where(self, file: str) -> str:
        """How a person finds `file`: a path, or bucket and key."""
