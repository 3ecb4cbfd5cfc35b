"""Exit codes and problem types are those that docs/errors.md tells, no more and no fewer."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "blueprints"
PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
EVERY = frozenset({"store", "orders", "notifier", "messenger"})
OTHERS = "others"
"""Statuses of which the page names none."""
LITERAL = ("Problem", "Refusal")
"""Calls whose first two arguments are the status and the code."""


class Told(NamedTuple):
    statuses: frozenset[str]
    services: frozenset[str]


def table() -> dict[str, Told]:
    """The page's line of each code."""
    lines = re.findall(r"^\| `([a-z-]+)` \| ([\w, ]+) \| ([\w, ]+) \| .+ \|$", PAGE, re.MULTILINE)
    assert len({code for code, _, _ in lines}) == len(lines), "a code has two lines"
    return {code: Told(frozenset(statuses.split(", ")), services_of(names)) for code, statuses, names in lines}


def services_of(names: str) -> frozenset[str]:
    return EVERY if names == "every" else frozenset(names.split(", "))


class Raised(NamedTuple):
    code: str
    status: str
    service: str
    """Empty for what the services share."""


def literal() -> Iterator[Raised]:
    """Every problem that the code of a service, or what they share, spells out."""
    for place in (*sorted(EVERY), "web"):
        for file in sorted((SOURCE / place).rglob("*.py")):
            for call in calls(ast.parse(file.read_text(encoding="utf-8"))):
                yield from spelled(call, "" if place == "web" else place)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that make a problem; those of the general makers in web/problems.py name nothing themselves."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in LITERAL:
            yield node


def spelled(call: ast.Call, service: str) -> Iterator[Raised]:
    status, code = (one.value if isinstance(one, ast.Constant) else None for one in call.args[:2])
    if isinstance(code, str):
        yield Raised(code, str(status) if isinstance(status, int) else "", service)
    else:
        assert ast.unparse(call.args[1]) == "code", f"{ast.unparse(call)}: the code is not spelled out"


def by_status() -> Iterator[Raised]:
    """What stands for a status that something else chose."""
    from blueprints.messenger.live import problems as live
    from blueprints.web import problems

    for codes, service in ((problems.CODES, ""), (live.CODES, "messenger")):
        yield from (Raised(code, str(status), service) for status, code in codes.items())
    yield Raised(problems.for_status(418).code, OTHERS, "")
    yield Raised("internal-error", "500", "messenger")


def refusals() -> Iterator[Raised]:
    """The messenger's, by the tree of their classes."""
    from blueprints.messenger.core.refusals import Forbidden, Refused

    import_module("blueprints.messenger.stores")
    waiting = [Refused]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not Forbidden:  # each says its own, see `forbidden`
            yield Raised(kind.code, str(kind.status), "messenger")


def forbidden() -> Iterator[Raised]:
    for file in sorted((SOURCE / "messenger").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Forbidden":
                assert isinstance(node.args[1], ast.Constant), ast.unparse(node)
                yield Raised(str(node.args[1].value), "403", "messenger")


def raised() -> set[Raised]:
    return {*literal(), *by_status(), *refusals(), *forbidden()}


def test_every_problem_is_told_with_its_status_and_service() -> None:
    told, found = table(), raised()
    assert len(found) > 60
    assert sorted({each.code for each in found} - set(told)) == []
    for code, status, service in sorted(found):
        assert not status or status in told[code].statuses, f"{code}: status {status}"
        assert not service or service in told[code].services, f"{code}: {service}"


def test_nothing_is_told_that_no_service_answers() -> None:
    found = raised()
    for code, (statuses, services) in table().items():
        of_code = [each for each in found if each.code == code]
        assert statuses == {each.status for each in of_code if each.status}, code
        assert services <= EVERY, code
        assert any(not each.service for each in of_code) or services == {each.service for each in of_code}, code


@pytest.mark.parametrize("call", ["Problem(400, code_of(x), 'no')", "Refusal(400, why, 'no')"])
def test_a_problem_whose_code_is_made_up_on_the_way_is_found(call: str) -> None:
    with pytest.raises(AssertionError, match="not spelled out"):
        [*spelled(next(calls(ast.parse(call))), "store")]


def exit_codes() -> set[int]:
    """Of every kind of error, and those that the frame gives itself."""
    texts = [file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py")]
    return {0, 130} | {int(code) for text in texts for code in re.findall(r"\bexit_code = (\d+)", text)}


def test_every_exit_code_is_told() -> None:
    assert {int(code) for code in re.findall(r"^\| (\d+) \| .+ \|$", PAGE, re.MULTILINE)} == exit_codes()


def test_the_same_exit_codes_stand_wherever_all_are_listed() -> None:
    for page in ("README.md", "docs/architecture.md"):
        text = " ".join((ROOT / page).read_text(encoding="utf-8").split())
        listed = re.search(r"exit codes?[^ ]* (0 ok.+?130)", text)
        assert listed, page
        codes = re.findall(r"(?:^|, )(\d+)\b", listed[1])
        assert {int(code) for code in codes} == exit_codes(), page
