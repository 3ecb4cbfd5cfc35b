"""One section from the places that have a say: flags over environment over file over default."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from blueprints.config import members, places
from blueprints.config.section import Setting, plugin_folders, settings
from blueprints.errors import ConfigError

T = TypeVar("T")


class Given:
    """A value that some place gave, and how to name that place."""

    __slots__ = ("place", "value")

    def __init__(self, value: Any, place: str) -> None:
        self.value = value
        self.place = place


def load(path: str, section: type[T], typed: Mapping[str, Any] | None = None) -> T:
    """The section at a dotted path such as `fx` or `fx.ecb`, merged and checked; raises ConfigError.

    `typed` holds the command's flags; None means that the flag was not typed, and keys that are no settings are
    ignored. pydantic is only imported when a place other than the defaults had something to say.
    """
    given = gathered(path, section)
    if not given and not typed:
        return section()
    for setting in settings(section):
        value = (typed or {}).get(setting.name)
        if value is not None and value != ():
            given[setting.name] = Given(value, "flag --" + setting.name.replace("_", "-"))
    return _built(path, section, given)


def origin(key: str) -> str:
    """Where the value of a dotted key comes from, flags aside: `environment NAME`, `file PATH, line N` or `default`."""
    for spelling in (key, f"{key}_file"):
        for name in sorted(places.environment()):
            if name == spelling or name.startswith(f"{key}."):  # the setting, or a member of a mapping
                return f"environment {places.variable(name)}"
    file = places.file()
    for spelling in (key, f"{key}_file"):
        if spelling in file.lines:
            return file.place(spelling)
    return "default"


def gathered(path: str, section: type) -> dict[str, Given]:
    """What environment and file say about a section: field name -> Given, nested sections as dicts of the same."""
    given: dict[str, Any] = {}
    file = places.file()
    _from_file(path, section, _below(file, path), file, given)
    prefix = f"{path}."
    for key, value in sorted(places.environment().items()):  # a mapping before its members
        if key.startswith(prefix):
            _from_environment(path, section, key[len(prefix) :], value, given)
    return given


def _below(file: places.File, path: str) -> dict[str, Any]:
    values: Any = file.values
    for part in path.split("."):
        values = values.get(part)
        if values is None:
            return {}
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: expected keys below it ({file.place(path)})")
    return values  # type: ignore[no-any-return]  # YAML gives Any


def _from_file(path: str, section: type, values: dict[str, Any], file: places.File, given: dict[str, Any]) -> None:
    known = {setting.name: setting for setting in settings(section)}
    for key, value in values.items():
        place = file.place(f"{path}.{key}")
        setting = known.get(str(key))
        if setting is None:
            _other_key(path, section, str(key), value, place, given)
        elif setting.is_section:
            if not isinstance(value, dict):
                raise ConfigError(f"{path}.{key}: expected keys below it ({place})")
            _from_file(f"{path}.{key}", setting.kind, value, file, given.setdefault(str(key), {}))
        elif value is not None:
            given[setting.name] = Given(value, place)


def _from_environment(path: str, section: type, rest: str, value: str, given: dict[str, Any]) -> None:
    head, _, tail = rest.partition(".")
    setting = next((one for one in settings(section) if one.name == head), None)
    place = f"environment {places.variable(f'{path}.{rest}')}"
    if setting is not None and setting.is_section and tail:
        _from_environment(f"{path}.{head}", setting.kind, tail, value, given.setdefault(head, {}))
    elif setting is not None and not setting.is_section and not tail:
        given[head] = Given(_from_text(setting, value), place)
    elif setting is not None and members.is_mapping(setting):
        former = given[head].value if head in given else None
        given[head] = Given(members.merged(f"{path}.{head}", setting, tail, value, former, place), place)
    else:
        _other_key(path, section, head, value if not tail else {tail: value}, place, given)


def _from_text(setting: Setting, text: str) -> Any:
    """An environment value in the shape that the file would have: lists by commas, deeper things as YAML."""
    if setting.is_scalar:
        return text
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text  # the check names the setting and says what it should be


def _other_key(path: str, section: type, key: str, value: Any, place: str, given: dict[str, Any]) -> None:
    """A key that is no field: the file of a secret, a plug-in's settings, or a mistake."""
    secret = next((one for one in settings(section) if one.secret and f"{one.name}_file" == key), None)
    if secret is not None:
        given[secret.name] = Given(_secret(f"{path}.{key}", str(value), place), place)
        return
    from blueprints import plugins

    folders = [f"blueprints.{path}.{folder}" for folder in plugin_folders(section)]
    if any(key in plugins.built_in(folder) for folder in folders):
        return
    names = [name for folder in folders for name in plugins.names(folder)]
    if key not in names:
        raise unknown_key(path, key, [one.name for one in settings(section)] + names, place)


def unknown_key(path: str, key: str, known: list[str], place: str) -> ConfigError:
    from difflib import get_close_matches

    near = get_close_matches(key, known, n=1, cutoff=0.5)
    dot = f"{path}." if path else ""
    hint = f"did you mean {dot}{near[0]}?" if near else "known: " + ", ".join(sorted(known))
    return ConfigError(f"unknown setting {dot}{key} ({place}): {hint}")


def _secret(key: str, name: str, place: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise ConfigError(f"{key}: cannot read the file it names: {reason} ({place})") from error


def _built(path: str, section: type[T], given: Mapping[str, Any]) -> T:
    values: dict[str, Any] = {}
    for setting in settings(section):
        if setting.name not in given:
            continue
        found = given[setting.name]
        inner = f"{path}.{setting.name}"
        if isinstance(found, dict):
            values[setting.attribute] = _nested(inner, setting, found)
        elif found.place.startswith("flag") and not setting.is_constrained:
            values[setting.attribute] = found.value  # click has checked it
        else:
            from blueprints.config.check import checked

            values[setting.attribute] = checked(inner, setting, found)
    try:
        return section(**values)
    except ValueError as error:
        raise ConfigError(_told(path, section, given, str(error))) from error


def _told(path: str, section: type, given: Mapping[str, Any], fault: str) -> str:
    """What a section finds wrong with itself; a fault that begins with a setting is told with the setting's place."""
    named, colon, _ = fault.partition(":")
    name = named.partition(".")[0]
    if not colon or name not in {setting.name for setting in settings(section)}:
        return f"{path}: {fault}"
    found = given.get(name)
    return f"{path}.{fault} ({found.place})" if isinstance(found, Given) else f"{path}.{fault}"


def _nested(path: str, setting: Setting, given: Mapping[str, Any]) -> Any:
    """A nested section: what was given laid over the default instance, which may differ from the class's defaults."""
    made = _built(path, setting.kind, given)
    attributes = [one.attribute for one in settings(setting.kind) if one.name in given]
    return replace(setting.default, **{name: getattr(made, name) for name in attributes})
