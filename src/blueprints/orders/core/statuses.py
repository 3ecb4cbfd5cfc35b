"""The six statuses of an order and the steps between them."""

from collections.abc import Mapping, Sequence
from enum import IntEnum

from blueprints.orders.core.errors import BadTransitions, IllegalTransition, UnknownStatus


class Status(IntEnum):
    RECEIVED = 1
    PROCESSING = 2
    PAYMENT_COMPLETE = 3
    SHIPPING = 4
    COMPLETED = 5
    CANCELLED = 6

    @property
    def word(self) -> str:
        """`payment_complete`, as APIs and the command line spell it."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """`Payment complete`, as people read it."""
        return self.name.replace("_", " ").capitalize()

    @property
    def is_final(self) -> bool:
        return self in (Status.COMPLETED, Status.CANCELLED)


Table = Mapping[Status, tuple[Status, ...]]

PUBLISHED: Table = {
    Status.RECEIVED: (Status.PROCESSING, Status.CANCELLED),
    Status.PROCESSING: (Status.PAYMENT_COMPLETE,),
    Status.PAYMENT_COMPLETE: (Status.SHIPPING,),
    Status.SHIPPING: (Status.COMPLETED,),
    Status.COMPLETED: (),
    Status.CANCELLED: (),
}


def parse(text: str) -> Status:
    """A status by its word or its code; raises UnknownStatus."""
    word = text.strip().lower().replace(" ", "_").replace("-", "_")
    for status in Status:
        if word in (status.word, str(status.value)):
            return status
    known = ", ".join(f"{status.value} {status.word}" for status in Status)
    raise UnknownStatus(f"{text[:40]!r} is no status; there are {known}")


def table(changes: Mapping[str, Sequence[str]]) -> Table:
    """The published table with the rows in `changes` replaced; raises BadTransitions. Final statuses stay final."""
    made = dict(PUBLISHED)
    for word, following in changes.items():
        try:
            status, targets = parse(word), tuple(dict.fromkeys(parse(one) for one in following))
        except UnknownStatus as error:
            raise BadTransitions(f"orders.transitions: {error}") from error
        if status.is_final and targets:
            raise BadTransitions(f"orders.transitions: {status.word} is final, nothing may follow it")
        if status in targets:
            raise BadTransitions(f"orders.transitions: {status.word} cannot follow itself")
        made[status] = targets
    return made


def step(steps: Table, present: Status, target: Status) -> list[Status]:
    """The one step to the target; raises IllegalTransition."""
    if target not in steps[present]:
        raise refusal(steps, present, target)
    return [target]


def walk(steps: Table, present: Status, target: Status) -> list[Status]:
    """The steps forward to the target, taking each status between that the table allows; raises IllegalTransition."""
    if target in (present, Status.CANCELLED) or present.is_final:
        return step(steps, present, target)
    found = _forward(steps, present, target)
    if found is None:
        raise refusal(steps, present, target)
    return found


def _forward(steps: Table, present: Status, target: Status) -> list[Status] | None:
    for following in sorted(steps[present]):
        if following == target:
            return [target]
        if present < following < target:
            rest = _forward(steps, following, target)
            if rest is not None:
                return [following, *rest]
    return None


def following(steps: Table, present: Status) -> Status:
    """The next step forward, cancelling aside; raises IllegalTransition."""
    forward = [status for status in sorted(steps[present]) if status > present and status is not Status.CANCELLED]
    if not forward:
        raise refusal(steps, present, None)
    return forward[0]


def refusal(steps: Table, present: Status, target: Status | None) -> IllegalTransition:
    """Why a step is refused, naming what may follow instead."""
    allowed = [status.word for status in steps[present]]
    if present.is_final:
        return IllegalTransition(f"the order is already {present.word}; that is final", allowed)
    if target is present:
        return IllegalTransition(f"the order is already {present.word}; allowed: {_listed(allowed)}", allowed)
    to = "go on" if target is None else f"become {target.word}"
    return IllegalTransition(f"an order that is {present.word} cannot {to}; allowed: {_listed(allowed)}", allowed)


def _listed(words: list[str]) -> str:
    return ", ".join(words) or "nothing"
