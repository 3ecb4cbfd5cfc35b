"""Option types of the command: names checked against those there are, and the nearest one named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from blueprints.errors import UsageError
from blueprints.weather.config import ALL_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def nearest(word: str, known: Iterable[str]) -> str:
    """`, did you mean …?` for the known word most like it; empty when none is."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    return f", did you mean {near[0]}?" if near else ""


class Name(click.ParamType[str]):
    """One of some names, in any case of letters."""

    def __init__(self, kind: str, known: Sequence[str]) -> None:
        self.name = kind
        self.known = known

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "|".join(self.known)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if str(value).lower() not in self.known:
            known = ", ".join(self.known)
            self.fail(f"no {self.name} {value!r}{nearest(str(value), self.known) or ':'} there are {known}", param, ctx)
        return str(value).lower()

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in self.known if name.startswith(incomplete.lower())]


class ProviderOption(click.Option):
    """`--provider`, whose help names the providers there are, the user's own too."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = f"Ask only this one; repeat it for an order of preference. There are {', '.join(provider_names())}."
        return super().get_help_record(ctx)


def provider_names() -> list[str]:
    """The providers there are, the user's own too, by their file names."""
    from blueprints.plugins import advertised

    return advertised("blueprints.weather.providers")


def fields(said: str | Sequence[str], default: Sequence[str]) -> list[str]:
    """The fields of a comma list; `all` means every one, `+name` and `-name` change the default. Raises UsageError."""
    words = [word.strip().lower() for word in (said.split(",") if isinstance(said, str) else said) if word.strip()]
    plain = [word for word in words if word[0] not in "+-"]
    chosen: list[str] = [] if plain else list(default)
    for word in words:
        sign, name = (word[0], word[1:]) if word[0] in "+-" else ("+", word)
        name = name.replace("-", "_")
        if name != "all" and name not in ALL_FIELDS:
            raise UsageError(
                f"no field {name!r}{nearest(name, ALL_FIELDS) or ':'} there are {', '.join(ALL_FIELDS)}, all"
            )
        for one in ALL_FIELDS if name == "all" else (name,):
            if sign == "-":
                chosen = [other for other in chosen if other != one]
            elif one not in chosen:
                chosen.append(one)
    if not chosen:
        raise UsageError("no field is left to show: name one with --fields")
    return chosen
