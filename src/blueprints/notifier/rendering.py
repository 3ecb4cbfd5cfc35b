"""From a template's name and variables to subject, HTML and text.

Jinja's sandbox, HTML autoescaped, CSS inlined. An unknown variable, an empty value that is printed, a broken file: each
is an error with file and line, never a mail with a hole, and never the package's template in place of a broken own one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from blueprints.errors import BlueprintsError
from blueprints.notifier import filters, plaintext, variables
from blueprints.notifier.stores import TemplateStore

if TYPE_CHECKING:
    from css_inline import CSSInliner
    from jinja2 import Environment

_OLDER = {"order_received": "order_received_template.html", "order_shipped": "order_shipped_template.html"}
"""Names the templates of the first notifier had; still taken from `folder` and `s3`."""
_MOST_LOCALES = 100
"""Locales come from outside; what is compiled for them must not fill the memory."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class TemplateMissing(BlueprintsError):
    """No store has the template."""


class TemplateBroken(BlueprintsError):
    """A template cannot be rendered; the message has file and line."""

    def __init__(self, message: str, file: str, line: int | None) -> None:
        super().__init__(message)
        self.file = file
        self.line = line


@dataclass(frozen=True)
class Rendered:
    subject: str
    html: str
    text: str
    template: str
    """`<store>:<name>`, the store that gave the HTML part."""


@dataclass(frozen=True)
class _Found:
    store: str
    file: str
    depth: int
    """Place of the store in the chain."""


class Templates:
    """The stores in the order they are asked, and what Jinja has compiled of them."""

    def __init__(self, stores: Sequence[tuple[str, TemplateStore]], shop: Mapping[str, str]) -> None:
        self._stores = stores
        self._is_fixed = all(label == "package" for label, _ in stores)
        """Whether no file ever changes, so that looking once is enough."""
        self._find = lru_cache(1000)(self._looked_up) if self._is_fixed else self._looked_up
        self._shop = dict(shop)
        self._environments: dict[str, Environment] = {}

    def render(self, name: str, locale: str, given: Mapping[str, Any], customer: str) -> Rendered:
        """Raises TemplateMissing, TemplateBroken or stores.Unreachable."""
        if not is_name(name):
            raise TemplateMissing(f"{name!r} is no name of a template: small letters, digits, - and _")
        page = self._find(f"{name}.html", locale)
        if page is None:
            raise TemplateMissing(f"no template {name!r}: looked for {self._looked_for(name)}")
        values = self._values(name, given, customer, locale)
        environment = self._environment(locale)
        html = self._html(self._part(environment, f"{name}.html", values))
        written = self._find(f"{name}.txt", locale, page.depth)
        text = self._part(environment, f"{name}.txt", values) if written else plaintext.of_html(html)
        if self._find(f"{name}.subject.txt", locale) is None:
            raise TemplateMissing(f"no subject for template {name!r}: {name}.subject.txt is in no store")
        subject = _one_line(self._part(environment, f"{name}.subject.txt", values))
        return Rendered(subject, html, text.strip() + "\n", f"{page.store}:{name}")

    def _values(self, name: str, given: Mapping[str, Any], customer: str, locale: str) -> dict[str, Any]:
        try:
            return variables.for_template(given, customer, self._shop, locale)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise TemplateBroken(f"{name}: the order in the data is not one: {error!r}", name, None) from error

    def names(self) -> dict[str, list[str]]:
        """Each template with the files that make it, `<store>:<file>`, as they are found."""
        found: dict[str, list[str]] = {}
        for label, store in self._stores:
            for file in store.names():
                name = {older: new for new, older in _OLDER.items()}.get(file, file.split(".", 1)[0])
                if not file.startswith("_"):
                    found.setdefault(name, []).append(f"{label}:{file}")
        return {name: files for name, files in sorted(found.items()) if any(f.endswith(".html") for f in files)}

    def _looked_for(self, name: str) -> str:
        return ", ".join(store.where(f"{name}.html") for _, store in self._stores)

    def _looked_up(self, file: str, locale: str, deepest: int | None = None) -> _Found | None:
        for depth, (label, store) in enumerate(self._stores[: None if deepest is None else deepest + 1]):
            for candidate in _variants(file, locale, older=label != "package"):
                if store.text(candidate) is not None:
                    return _Found(label, candidate, depth)
        return None

    def _environment(self, locale: str) -> "Environment":
        if locale not in self._environments:
            if len(self._environments) > _MOST_LOCALES:
                self._environments.clear()
            self._environments[locale] = self._made(locale)
        return self._environments[locale]

    def _made(self, locale: str) -> "Environment":
        from jinja2 import FunctionLoader, StrictUndefined

        environment = _sandbox()(
            loader=FunctionLoader(lambda file: self._load(file, locale)),
            undefined=StrictUndefined,
            autoescape=lambda file: file is not None and file.endswith(".html"),
            finalize=_no_hole,
            auto_reload=not self._is_fixed,
        )
        environment.filters |= {"money": filters.money, "date": filters.date}
        return environment

    def _load(self, file: str, locale: str) -> tuple[str, str, Callable[[], bool]] | None:
        """What Jinja's FunctionLoader wants: the source, where it came from, and whether that still holds."""
        found = self._find(file, locale)
        if found is None:
            return None
        store = self._stores[found.depth][1]
        version = store.version(found.file)
        source = store.text(found.file)
        if source is None:
            return None
        return source, store.where(found.file), lambda: self._unchanged(file, locale, found, version)

    def _unchanged(self, file: str, locale: str, found: _Found, version: object) -> bool:
        return self._find(file, locale) == found and self._stores[found.depth][1].version(found.file) == version

    def _part(self, environment: "Environment", file: str, values: dict[str, Any]) -> str:
        from jinja2 import TemplateSyntaxError
        from jinja2.exceptions import TemplateNotFound

        try:
            return environment.get_template(file).render(values)
        except TemplateSyntaxError as error:
            raise _broken(error.message or "syntax error", error.filename or file, error.lineno) from error
        except TemplateNotFound as error:
            raise TemplateMissing(f"{file}: the template {error.name!r} that it includes is in no store") from error
        except BlueprintsError:
            raise
        except Exception as error:
            where, line = _place(error)
            raise _broken(str(error) or type(error).__name__, where or file, line) from error

    def _html(self, rendered: str) -> str:
        return self._inliner.inline(rendered)

    @cached_property
    def _inliner(self) -> "CSSInliner":
        from css_inline import CSSInliner

        return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@cache
def _sandbox() -> "type[Environment]":
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        def make_globals(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
            """A plain dict, as nothing is added later: Jinja's chain of maps is copied slowly, seven times a mail."""
            return {**self.globals, **(given or {})}

    return Sandbox


def is_name(name: str) -> bool:
    """Whether a template may be called so; files that begin with _ are parts of others."""
    return _NAME.fullmatch(name) is not None


@lru_cache(1000)
def _variants(file: str, locale: str, *, older: bool) -> Sequence[str]:
    """`order_shipped.html` in `de_AT` -> order_shipped.de_AT.html, order_shipped.de.html, order_shipped.html."""
    stem, _, suffix = file.rpartition(".")
    tags = dict.fromkeys((locale, locale.replace("-", "_"), locale.replace("-", "_").split("_")[0]))
    found = [*(f"{stem}.{tag}.{suffix}" for tag in tags), file]
    if older and suffix == "html" and stem in _OLDER:
        found.append(_OLDER[stem])
    return tuple(found)


def _one_line(text: str) -> str:
    """A subject: no line breaks, no control characters, single blanks."""
    words = text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(words.split())


def _no_hole(value: Any) -> Any:
    if value is None:
        from jinja2 import UndefinedError

        raise UndefinedError("prints a value that is empty")
    return value


def _broken(why: str, where: str, line: int | None) -> TemplateBroken:
    at = f"{where}, line {line}" if line else where
    return TemplateBroken(f"{at}: {why}", where, line)


def _place(error: Exception) -> tuple[str | None, int | None]:
    """File and line of the template in which `error` arose; Jinja has put both into the traceback."""
    trace, where, line = error.__traceback__, None, None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is not None or trace.tb_frame.f_code.co_filename.endswith(
            (".html", ".txt")
        ):
            where, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return where, line
