"""How long a message lives: within the limits of the server and of its room; all values in milliseconds."""

from typing import Any, NamedTuple, Self

from blueprints.messenger.core.refusals import Invalid


class Limits(NamedTuple):
    default: int
    min: int
    max: int

    def within(self, outer: Self) -> Self:
        """These limits of a room, kept inside those of the server."""
        low = max(self.min, outer.min)
        high = max(low, min(self.max, outer.max))
        return self._replace(default=min(max(self.default, low), high), min=low, max=high)


def lifetime(wanted: Any, limits: Limits) -> int:
    """The lifetime that a sender gets; None asks for the default. Raises Invalid, which names both limits."""
    if wanted is None:
        return limits.default
    # `True` is an int to Python, but no number of milliseconds to anyone
    if type(wanted) is not int or not limits.min <= wanted <= limits.max:
        raise Invalid(
            f"lifetime must be a whole number of milliseconds from {limits.min} to {limits.max}",
            field="lifetime",
            rule="lifetime",
            min=limits.min,
            max=limits.max,
        )
    return wanted
