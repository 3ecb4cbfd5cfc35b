"""What is playing, once or as it changes."""

import sys
from collections.abc import Iterator

import click

from blueprints import config, output
from blueprints.errors import UpstreamError
from blueprints.spotify.commands.options import as_json, opened
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.core import playback
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.polling import pause_s
from blueprints.spotify.errors import QuotaUsedUp, RateLimited
from blueprints.spotify.remote import Remote

FIELDS = " ".join(f"{{{name}}}" for name in playback.FIELDS)


@click.command(epilog="Example: blueprints spotify status --format '{state} {title} - {artists}'")
@click.option("--watch", is_flag=True, help="Go on: a line at each change, until Ctrl-C.")
@click.option("--format", "template", metavar="T", help=f"Fields: {FIELDS}.")
@config.options(SpotifyConfig, "poll_seconds")
@as_json
def status(watch: bool, template: str | None, poll_seconds: float | None, as_json: bool) -> None:
    """Print what is playing."""
    if template is not None:
        playback.check_template(template)
        if as_json:
            raise click.UsageError("--format and --json exclude each other")
    remote = opened(poll_seconds=poll_seconds)
    if not watch:
        found = remote.player.status()
        if as_json:
            output.json(found)
        else:
            output.line(_text(found, template))
        return
    for found in changes(remote, template):
        if as_json:
            output.json_line(found)
        else:
            output.line(_text(found, template))
            sys.stdout.flush()


def _text(found: Json, template: str | None) -> str:
    return playback.sentence(found) if template is None else playback.formatted(template, found)


def changes(remote: Remote, template: str | None) -> Iterator[Json]:
    """The state at first and whenever it is another one; a network that is away for a while is said once."""
    before: Json | None = None
    is_away = False
    while True:
        wait_s = remote.settings.poll_seconds
        try:
            found = remote.player.status()
        except RateLimited as error:
            output.notice(str(error))
            wait_s = max(wait_s, error.seconds)
        except QuotaUsedUp:
            raise
        except UpstreamError as error:
            if not is_away:
                output.notice(str(error))
            is_away = True
        else:
            is_away = False
            if _differs(before, found, template):
                yield found
            before = found
            wait_s = pause_s(found, wait_s)
        remote.web.pause(wait_s)


def _differs(before: Json | None, found: Json, template: str | None) -> bool:
    if before is None or template is None:
        return playback.changed(before, found)
    return playback.formatted(template, before) != playback.formatted(template, found)
