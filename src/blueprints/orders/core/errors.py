"""What the rules refuse."""

from decimal import Decimal

from blueprints.errors import BlueprintsError


class IllegalTransition(BlueprintsError):
    """A status that may not follow; `allowed` names those that may."""

    def __init__(self, message: str, allowed: list[str]) -> None:
        super().__init__(message)
        self.allowed = allowed


class UnknownStatus(BlueprintsError):
    """A word or number that is no status."""


class TotalMismatch(BlueprintsError):
    """A stated total that is not the sum of the lines."""

    def __init__(self, stated: Decimal, actual: Decimal) -> None:
        super().__init__(f"the stated total is {stated:.2f}, but the lines come to {actual:.2f}")
        self.stated = stated
        self.actual = actual


class TotalTooLarge(BlueprintsError):
    """A sum beyond what an order may cost."""


class BadTransitions(BlueprintsError):
    """A table of transitions that cannot be used."""
