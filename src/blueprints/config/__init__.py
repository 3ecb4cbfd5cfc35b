"""Show, check and start the configuration file.

A section is a frozen dataclass in a feature's `config.py`; each field is declared once, with its help, and becomes a
flag, an environment name, a key of the file, a line of the example file and a row of the documentation:

    @dataclass(frozen=True)
    class FxConfig:
        base: Annotated[str, "Currency to convert from when none is named."] = ""
        api_key: Annotated[str, "Key, where a source wants one."] = field(default="", repr=False)

    SECTION = FxConfig

A field with `repr=False` is a secret: it gets no flag, is never shown, and may come from a file named by
`<field>_file`. A field that is itself such a dataclass is a nested section. Settings of a plug-in stand in the
plug-in's own file as a dataclass `Settings`; the section names its plug-in folders in `PLUGINS`.

Values come from the nearest place that has them: flags, environment (`BLUEPRINTS_FX__BASE`), the file, the default.
"""

from typing import TYPE_CHECKING, Any

from blueprints.config.merge import load, origin

if TYPE_CHECKING:
    from blueprints.config.flags import options

__all__ = ["load", "options", "origin"]


def __getattr__(name: str) -> Any:
    """`options` is imported by the commands that have flags for settings."""
    if name != "options":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from blueprints.config.flags import options

    return options
