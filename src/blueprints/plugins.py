"""Plug-ins: one file each, in a feature's folder, in the user's folder, or named by an entry point.

`names` lists them without importing any; `load` imports one. The package `blueprints.fx.sources` is extended by
`<config dir>/plugins/fx/sources/NAME.py` and by entry points of the group `blueprints.fx.sources`. A plug-in that does
not work is reported by its name when it is asked for, and never stops another one.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from blueprints import paths
from blueprints.errors import BlueprintsError

FOLDER = Path(__file__).parent


class Broken(BlueprintsError):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"plug-in {name} does not work: {why}")
        self.name = name
        self.why = why


class Unknown(BlueprintsError):
    exit_code = 2


def built_in(package: str) -> list[str]:
    """Names of the package's own plug-ins, sorted."""
    return _stems(FOLDER.joinpath(*package.split(".")[1:]))


def names(package: str) -> list[str]:
    """Names of all plug-ins: our own first, then the user's files, then entry points; nothing is imported."""
    found = dict.fromkeys(built_in(package))
    found.update(dict.fromkeys(_stems(user_folder(package))))
    found.update(dict.fromkeys(_entry_points(package)))
    return list(found)


def advertised(package: str) -> list[str]:
    """The same names for a help text, which must not pay the 40 ms of the entry point machinery."""
    found = dict.fromkeys([*built_in(package), *_stems(user_folder(package))])
    for folder in sys.path:
        for file in Path(folder).glob("*.dist-info/entry_points.txt"):
            found.update(dict.fromkeys(_group(file.read_text(encoding="utf-8"), package)))
    return list(found)


def _group(text: str, group: str) -> list[str]:
    """The names in one group of an `entry_points.txt`."""
    _, _, after = f"\n{text}".partition(f"\n[{group}]")
    lines = after.partition("\n[")[0].splitlines()
    return [line.partition("=")[0].strip() for line in lines if "=" in line]


def user_folder(package: str) -> Path:
    """Where the user's own plug-ins for a package lie; it need not exist."""
    return paths.config_dir().joinpath("plugins", *package.split(".")[1:])


def clashes(package: str) -> list[str]:
    """Names that a user's file or an entry point repeats although the package has them; ours win."""
    foreign = [*_stems(user_folder(package)), *_entry_points(package)]
    return sorted(set(foreign) & set(built_in(package)))


def load(package: str, name: str, attribute: str) -> Any:
    """The class `attribute` of the plug-in `name`, as defined in its own file; raises Broken or Unknown."""
    if name in built_in(package):
        return _taken(module(package, name), name, attribute)
    entry = None if (user_folder(package) / f"{name}.py").is_file() else _entry_points(package).get(name)
    if entry is None:
        return _taken(module(package, name), name, attribute)
    try:
        loaded = entry.load()
    except Exception as error:
        raise Broken(name, _reason(error)) from error
    return _taken(loaded, name, attribute) if isinstance(loaded, ModuleType) else loaded


def module(package: str, name: str) -> ModuleType:
    """The module of a plug-in that is a file, ours or the user's; raises Broken or Unknown."""
    file = user_folder(package) / f"{name}.py"
    try:
        if name in built_in(package):
            from importlib import import_module

            return import_module(f"{package}.{name}")
        if file.is_file():
            return _from_file(f"{package}.user.{name}", file)
    except Exception as error:
        raise Broken(name, _reason(error)) from error
    entry = _entry_points(package).get(name)
    if entry is not None:
        return _entry_module(name, entry)
    known = ", ".join(names(package))
    raise Unknown(f"no {package.rpartition('.')[2].removesuffix('s')} named {name}: there are {known}")


def _entry_module(name: str, entry: Any) -> ModuleType:
    from importlib import import_module

    try:
        return import_module(entry.module)
    except Exception as error:
        raise Broken(name, _reason(error)) from error


def _taken(module: ModuleType, name: str, attribute: str) -> Any:
    found = getattr(module, attribute, None)
    if found is None or getattr(found, "__module__", None) != module.__name__:
        raise Broken(name, f"it defines no class {attribute}")
    return found


def _from_file(name: str, file: Path) -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(name, file)
    assert spec is not None  # noqa: S101 - a path ending in .py always has a loader
    assert spec.loader is not None  # noqa: S101 - as above
    made = module_from_spec(spec)
    sys.modules[name] = made  # dataclasses and pickling look modules up there
    try:
        spec.loader.exec_module(made)
    except BaseException:
        del sys.modules[name]
        raise
    return made


def _stems(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))


def _entry_points(package: str) -> dict[str, Any]:
    from importlib.metadata import entry_points  # 40 ms: only when plug-ins are asked for

    return {point.name: point for point in entry_points(group=package)}


def _reason(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
