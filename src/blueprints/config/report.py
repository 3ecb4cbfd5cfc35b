"""All settings of all sections at once: for `config show` and `check`, the example file and the documentation."""

import dataclasses
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any, Literal

from blueprints import plugins
from blueprints.config import places
from blueprints.config.flags import shown_value
from blueprints.config.merge import load, origin, unknown_key
from blueprints.config.section import Setting, attribute, flattened, plugin_folders, settings
from blueprints.errors import BlueprintsError, ConfigError

FOLDER = Path(__file__).parent.parent
MASK = "••••"
PASSWORD = re.compile(r"(://[^:/@\s]*:)[^\s]*@")
"""The password in an address such as that of a database."""


@dataclass(frozen=True)
class Row:
    """One setting as it is in force."""

    key: str
    setting: Setting
    value: Any
    origin: str

    @property
    def shown(self) -> str:
        if self.setting.secret:
            return MASK if self.value else ""
        text = _yaml(self.value) if isinstance(self.value, dict) else shown_value(self.value)
        return PASSWORD.sub(rf"\1{MASK}@", text)

    def as_json(self) -> dict[str, str]:
        return {"key": self.key, "value": self.shown, "origin": self.origin}


def sections() -> dict[str, type]:
    """Section name -> dataclass, of every package with a `config.py`."""
    names = sorted(file.parent.name for file in FOLDER.glob("*/config.py"))
    return {name: import_module(f"blueprints.{name}.config").SECTION for name in names}


def plugin_sections(name: str, section: type, *, only_ours: bool = False) -> Iterator[tuple[str, type]]:
    """(dotted path, dataclass) of each plug-in below a section that has settings; broken plug-ins have none."""
    for folder in plugin_folders(section):
        package = f"blueprints.{name}.{folder}"
        for plugin in plugins.built_in(package) if only_ours else plugins.names(package):
            try:
                found = getattr(plugins.module(package, plugin), "Settings", None)
            except plugins.Broken:
                continue
            if found is not None:
                yield f"{name}.{plugin}", found


def declared(*, only_ours: bool = False) -> Iterator[tuple[str, type]]:
    """(dotted path, dataclass) of every section and every plug-in's settings."""
    for name, section in sections().items():
        yield name, section
        yield from plugin_sections(name, section, only_ours=only_ours)


def rows() -> list[Row]:
    """Every setting as it is in force; raises ConfigError for the first that is wrong."""
    return [
        Row(key, setting, _reached(load(path, section), key.removeprefix(f"{path}.")), origin(key))
        for path, section in declared()
        for key, setting in flattened(section, path)
    ]


def _reached(value: Any, dotted: str) -> Any:
    for name in dotted.split("."):
        value = getattr(value, attribute(name))
    return value


def faults() -> list[BlueprintsError]:
    """Everything wrong in file and environment, one error each."""
    found: list[BlueprintsError] = []
    try:
        known = list(sections())
        tops = {key.partition(".")[0]: places.variable(key) for key in places.environment()}
        found += [unknown_key("", top, known, f"environment {name}") for top, name in tops.items() if top not in known]
        file = places.file()
        found += [unknown_key("", str(top), known, file.place(str(top))) for top in file.values if top not in known]
    except ConfigError as error:
        return [error]
    for path, section in declared():
        try:
            load(path, section)
        except ConfigError as error:
            found.append(error)
    return found


def example() -> str:
    """The example file: every setting commented out, with its help, its type and its default."""
    blocks = ["# Settings of blueprints. Remove the # before a line to change it.", ""]
    for name, section in sections().items():
        blocks.append(f"#{name}:")
        blocks += _lines(section, "  ")
        for path, plugin in plugin_sections(name, section, only_ours=True):
            if any(setting.name == path.partition(".")[2] for setting in settings(section)):
                continue
            blocks.append(f"#  {path.partition('.')[2]}:")
            blocks += _lines(plugin, "    ")
        blocks.append("")
    return "\n".join(blocks).rstrip() + "\n"


def _lines(section: type, indent: str) -> Iterator[str]:
    for setting in settings(section):
        if setting.is_section:
            yield f"#{indent}{setting.name}:"
            yield from _lines(setting.kind, indent + "  ")
        else:
            yield f"#{indent}{setting.name}: {_yaml(setting.default)}  # {setting.help}"


def _yaml(value: Any) -> str:
    import yaml

    text: str = yaml.safe_dump(
        _plain(value), default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True
    )
    return text.removesuffix("\n").removesuffix("\n...").removesuffix("...").strip()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return shown_value(value)


def documentation() -> str:
    """Tables of all settings in Markdown, a heading for each section and plug-in."""
    parts = []
    for path, section in declared(only_ours=True):
        found = list(flattened(section, path))
        if not found:
            continue
        parts.append(f"## `{path}`\n\n| setting | environment | type | default | meaning |\n|---|---|---|---|---|")
        parts += [_documented(key, setting) for key, setting in found]
        parts.append("")
    return "\n".join(parts)


def _documented(key: str, setting: Setting) -> str:
    default = "" if setting.secret else _yaml(setting.default) if setting.default not in (None, "") else ""
    cells = [
        f"`{key}`",
        f"`{places.variable(key)}`",
        type_name(setting.kind) + (", secret" if setting.secret else ""),
        f"`{default}`" if default else "",
        setting.help,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def type_name(kind: Any) -> str:
    """A setting's type in words."""
    arguments = typing.get_args(kind)
    origin_type = typing.get_origin(kind)
    if origin_type in (typing.Union, UnionType):
        return " or ".join("none" if part is type(None) else type_name(part) for part in arguments)
    if origin_type is Literal:
        return " or ".join(f"`{choice}`" for choice in arguments)
    if origin_type in (list, tuple):
        return f"list of {type_name(arguments[0])}"
    if origin_type is dict:
        return "mapping"
    words = {
        "str": "text",
        "int": "whole number",
        "float": "number",
        "Decimal": "decimal number",
        "bool": "true or false",
    }
    words |= {"timedelta": "duration", "Path": "path"}
    name = getattr(kind, "__name__", str(kind))
    return words.get(name, name)
