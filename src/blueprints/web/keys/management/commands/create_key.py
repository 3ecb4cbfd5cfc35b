"""`blueprints manage <service> create_key`: make an API key and print it once."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date, parse_datetime

from blueprints.web.keys import issue
from blueprints.web.service import resolve


class Command(BaseCommand):
    help = "Make an API key for a client and print it; it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="Name of the client, made where it is new.")
        parser.add_argument("--scope", action="append", default=[], help="What the key may do; give it once per scope.")
        parser.add_argument("--expires", help="Date or time (RFC 3339) from which the key is refused.")

    def handle(self, *args: Any, **options: Any) -> None:
        known = resolve(settings.SERVICE.scopes) if settings.SERVICE.scopes else ()
        unknown = sorted(set(options["scope"]) - set(known))
        if not options["scope"] or unknown:
            found = f"no scope {unknown[0]!r}" if unknown else "give at least one --scope"
            raise CommandError(f"{found}; known: {', '.join(known)}")
        _, text = issue.create(options["client"], options["scope"], _moment(options["expires"]))
        self.stdout.write(text)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = parse_datetime(text)
        day = None if moment else parse_date(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no date") from error
    if moment is None and day is None:
        raise CommandError(f"{text!r} is no date: write it like 2027-01-31")
    found = moment or datetime(day.year, day.month, day.day, tzinfo=UTC)  # type: ignore[union-attr]  # one of the two is set
    return found if found.tzinfo else found.replace(tzinfo=UTC)
