"""The parts that the settings choose: channel and template stores."""

from typing import TYPE_CHECKING, Any, cast

from blueprints import config, plugins
from blueprints.errors import BlueprintsError, ConfigError
from blueprints.notifier.intake import Rules
from blueprints.notifier.rendering import Templates

if TYPE_CHECKING:
    from blueprints.notifier.channels import Channel
    from blueprints.notifier.config import NotifierConfig
    from blueprints.notifier.stores import TemplateStore


def rules(settings: "NotifierConfig") -> Rules:
    return Rules(settings.locale, frozenset(settings.silence), settings.max_event_age)


def channel(settings: "NotifierConfig") -> "Channel":
    """A new channel of the configured kind; senders make one for each thread."""
    return cast("Channel", _made("channels", settings.channel, "Channel"))


def templates(settings: "NotifierConfig") -> Templates:
    """The configured store and, where wanted, the package behind it."""
    names = [settings.templates]
    if settings.templates_fallback and settings.templates != "package":
        names.append("package")
    stores = [(name, cast("TemplateStore", _made("stores", name, "Store"))) for name in names]
    return Templates(stores, {"shop_name": settings.shop_name, "shop_url": settings.shop_url})


def _made(folder: str, name: str, kind: str) -> Any:
    package = f"blueprints.notifier.{folder}"
    made = plugins.load(package, name, kind)
    wanted = getattr(plugins.module(package, name), "Settings", None)
    return made() if wanted is None else made(config.load(f"notifier.{name}", wanted))


def checked(settings: "NotifierConfig") -> None:
    """Raise ConfigError for settings that would only be found wrong when the first mail goes out."""
    from blueprints.notifier import addresses
    from blueprints.notifier.core.kind import KINDS

    for name, address in (("from_address", settings.from_address), ("reply_to", settings.reply_to)):
        try:
            if address:
                addresses.normalised(address)
        except ValueError as error:
            raise ConfigError(f"notifier.{name}: {address!r} is {error}") from error
    strange = sorted(set(settings.silence) - set(KINDS))
    if strange:
        raise ConfigError(f"notifier.silence: no kind of mail is called {strange[0]!r}; kinds are {', '.join(KINDS)}")
    _check_secrets(settings)
    try:
        channel(settings).close()
        templates(settings)
    except ConfigError:
        raise
    except BlueprintsError as error:
        raise ConfigError(f"notifier: {error}") from error


def _check_secrets(settings: "NotifierConfig") -> None:
    from blueprints.notifier.core.decision import SOURCES
    from blueprints.web import webhooks

    for name, source in settings.sources.items():
        if name not in SOURCES:
            raise ConfigError(f"notifier.sources: events come from {' and '.join(SOURCES)}, not from {name!r}")
        for secret in source.secrets:
            try:
                webhooks.key_bytes(secret)
            except BlueprintsError as error:
                raise ConfigError(f"notifier.sources.{name}.secrets: {error}") from error
