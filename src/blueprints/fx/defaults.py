"""The default currency: printed, or stored unless a setting decides."""

from blueprints import config, output
from blueprints.errors import UsageError
from blueprints.fx.commands import _given
from blueprints.fx.desk import Desk


def base(code: str | None) -> None:
    """Print the default currency, or store `code` as it. Raises UsageError while the setting `fx.base` is set."""
    settings = _given.settings()
    if code is not None and settings.base:
        raise UsageError(f"fx.base is set to {settings.base} ({config.origin('fx.base')}): change it there")
    desk = Desk.opened(settings)
    if code is None:
        output.line(_given.default_currency(settings.base, desk.store))
    else:
        wanted = code.strip().upper()
        desk.require([wanted])
        desk.store.set_setting(_given.BASE, wanted)
        output.line(f"Base currency set to {wanted}")
    desk.store.close()
