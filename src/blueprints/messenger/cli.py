"""`blueprints serve messenger`, and `blueprints messenger`: the client of its API."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from blueprints import command, config
from blueprints.clock import duration
from blueprints.errors import UsageError
from blueprints.messenger.config import ClientConfig, MessengerConfig
from blueprints.messenger.core.rooms import LOBBY
from blueprints.messenger.service import SERVICE
from blueprints.web import serving
from blueprints.web.client import flags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blueprints.messenger.client.api import Api
    from blueprints.messenger.client.events import Event


@click.command(epilog="Example: blueprints serve messenger --demo")
@serving.options(SERVICE)
@config.options(MessengerConfig, "store", "lifetime")
@click.option("--redis-url", metavar="URL", help="Address of Redis, for --store redis.")
def serve(redis_url: str | None, **typed: Any) -> None:
    """Serve the messenger: rooms in the browser whose messages vanish in time."""
    if redis_url is not None:
        os.environ["BLUEPRINTS_MESSENGER__REDIS__URL"] = redis_url
    settings = config.load("messenger", MessengerConfig, typed)
    if settings.store == "memory" and (typed.get("workers") or 1) > 1:
        raise UsageError("the memory store serves one process: use --store redis")
    serving.run(SERVICE, typed)


@click.group(cls=command.Group, epilog="Example: blueprints messenger tail demo --base-url http://127.0.0.1:8003")
def cli() -> None:
    """Read and post messages in the terminal, by the API of a messenger."""


@cli.command(epilog="Example: blueprints messenger tail demo --live")
@click.argument("room", default=LOBBY)
@click.option("--since", metavar="ID", help="Go on after this event id instead of printing the list first.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after so many messages.")
@click.option("--all-events", is_flag=True, help="Print what happens besides messages too.")
@click.option("--live", is_flag=True, help="Redraw one screen on which messages vanish in time.")
@click.option("--no-retry", is_flag=True, help="End with the first connection.")
@click.pass_context
def tail(ctx: click.Context, /, room: str, **options: Any) -> None:
    """Print the live messages of ROOM, then what comes."""
    from blueprints.messenger.client import tail as tailing

    settings = _client()
    api = _api(ctx)
    live, retry = options["live"], not options["no_retry"]
    found = tailing.tail(api, settings.base_url, room, options["since"], retry, afresh=live)
    if live:
        from blueprints.messenger.client.screen import Screen, show

        show(Screen(room), found)
    else:
        _print_events(found, options["count"], options["all_events"], flags.as_json())


@cli.command(epilog="Example: echo 'Deployed.' | blueprints messenger post - --room ops --lifetime 5m")
@click.argument("text")
@click.option("--room", default=LOBBY, show_default=True, help="Room to post in.")
@click.option("--lifetime", metavar="DURATION", help="How long it lives, as in 10s, 5m, 2h, 7d.  [default: the room's]")
@click.option("--client-id", metavar="ID", help="Name of the attempt: posting it again makes no second message.")
@click.pass_context
def post(ctx: click.Context, text: str, room: str, lifetime: str | None, client_id: str | None) -> None:
    """Post TEXT, or standard input for `-`, and print the message's id."""
    from blueprints import output

    if text == "-":
        text = sys.stdin.read()
    lifetime_ms = None if lifetime is None else round(duration(lifetime).total_seconds() * 1000)
    message = _api(ctx).post(text, room, lifetime_ms, client_id)
    if flags.as_json():
        output.json(message)
    else:
        output.line(message["id"])


@cli.command(name="list", epilog="Example: blueprints messenger list demo --order expiry")
@click.argument("room", default=LOBBY)
@click.option("--order", type=click.Choice(["posted", "expiry"]), default="posted", show_default=True, help="Sort by.")
@click.option("--reverse", is_flag=True, help="Turn the order round.")
@click.pass_context
def list_(ctx: click.Context, /, room: str, order: str, reverse: bool) -> None:
    """Show the live messages of ROOM."""
    from blueprints import output
    from blueprints.messenger.client import lines
    from blueprints.terminal import escaped

    page = _api(ctx).page(room, order=order, reverse=str(reverse).lower(), limit=500)
    if flags.as_json():
        return output.json(page)
    rows = [
        (lines.local_time(each["posted_at"]), lines.author(each), escaped(each["message"]), lines.left(each))
        for each in page["messages"]
    ]
    return output.table(rows, ["posted", "by", "message", "left"], right=["left"], empty="No messages!")


@cli.command(epilog="Example: blueprints messenger rooms --json")
@click.pass_context
def rooms(ctx: click.Context) -> None:
    """Show all rooms."""
    from blueprints import output
    from blueprints.messenger.client import lines
    from blueprints.terminal import escaped

    found = _api(ctx).rooms()
    if flags.as_json():
        return output.json({"rooms": found})
    rows = [
        (
            each["slug"],
            escaped(each["title"]),
            lines.seconds(each["lifetime"]["default"] // 1000),
            "yes" if each["open"] else "no",
            each["readers"],
        )
        for each in found
    ]
    return output.table(rows, ["room", "title", "lifetime", "open", "readers"], right=["readers"])


flags.add_to(cli, "messenger.client.base_url")


def _client() -> ClientConfig:
    settings = config.load("messenger", MessengerConfig).client
    return replace(settings, base_url=flags.base_url() or settings.base_url)


def _api(ctx: click.Context) -> Api:
    """Closed when the command ends."""
    from blueprints.messenger.client.api import Api

    settings = _client()
    api = Api(settings.base_url, settings.api_key)
    ctx.call_on_close(api.http.close)
    return api


def _print_events(events: Iterator[Event], count: int | None, all_events: bool, as_json: bool) -> None:
    from blueprints import output
    from blueprints.messenger.client import lines
    from blueprints.terminal import escaped

    for event in events:
        if event.name != "message" and not all_events:
            continue
        if as_json:
            output.json_line({"event": event.name, "id": event.id or None, "data": event.data})
        elif event.name == "message":
            output.line(lines.message_line(event.data))
        else:
            output.line(f"[{event.name}] {escaped(str(event.data))}")
        sys.stdout.flush()
        if event.name == "message" and count is not None:
            count -= 1
            if count == 0:
                return
