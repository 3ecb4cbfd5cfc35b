"""From what was typed to what is run: rules, candidates, window and source of a vote, checked before it starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from blueprints import clock, plugins
from blueprints.errors import UsageError
from blueprints.vote.config import VoteConfig
from blueprints.vote.core import moments
from blueprints.vote.core.candidates import bare, slate
from blueprints.vote.core.decisions import Matcher
from blueprints.vote.core.rules import Rules, Window
from blueprints.vote.sources import PACKAGE, Source, Task

DEFAULT_DURATION = timedelta(minutes=3)
SHORTEST_POLL = timedelta(seconds=5)
MOST_USD = 1_000_000_000
WEEK = timedelta(days=7)
WITHOUT_ARGUMENT = frozenset({"stream", "search", "counts"})
RULE_OPTIONS = (
    "duration",
    "until",
    "from_",
    "source",
    "every",
    "one_vote_per",
    "which",
    "reposts",
    "quotes",
    "multi",
    "require",
    "min_account_age",
    "accents",
    "hide_until_end",
    "name",
)


@dataclass(frozen=True)
class Plan:
    matcher: Matcher
    source: str
    argument: str
    every_s: float
    budget_usd: Decimal
    notices: tuple[str, ...]
    name: str | None
    is_hidden: bool
    speed: float | None


def flag(option: str) -> str:
    """The option as it is typed."""
    return "--" + option.rstrip("_").replace("_", "-")


def source_class(name: str) -> type[Source]:
    found: type[Source] = plugins.load(PACKAGE, name, "Source")
    return found


def made(tags: Sequence[str], typed: Mapping[str, Any], config: VoteConfig) -> Plan:
    """The plan of a new vote; raises UsageError naming the option and what it may be."""
    name, _, argument = (typed["source"] or "stream").partition(":")
    kind = source_class(name)
    if argument and name in WITHOUT_ARGUMENT:
        raise UsageError(f"--source {name} takes nothing behind a colon")
    notices: list[str] = []
    rules = _rules(typed, kind, notices)
    drawn = slate(tags, rules.accents, config.max_candidates)
    notices += drawn.notices
    _refuse_together(typed, kind)
    window = _window(typed, kind, argument, Matcher(rules, drawn.candidates), config)
    budget = checked_budget(config.budget_usd if typed["budget"] is None else typed["budget"])
    if not budget and not kind.is_recorded:
        notices.append("There is no budget: this vote may cost any amount.")
    return Plan(
        Matcher(rules, drawn.candidates, window),
        name,
        argument,
        _every_s(typed, kind),
        budget,
        tuple(notices),
        _name(typed["name"]),
        bool(typed["hide_until_end"]),
        speed(typed["speed"]),
    )


def checked_budget(usd: Decimal) -> Decimal:
    """The budget itself; raises UsageError."""
    if not 0 <= usd <= MOST_USD:
        raise UsageError(f"--budget: an amount of USD up to {MOST_USD:,}, or 0 for no limit")
    return usd


def _rules(typed: Mapping[str, Any], kind: type[Source], notices: list[str]) -> Rules:
    age = typed["min_account_age"]
    per = typed["one_vote_per"]
    if not kind.sees_posts:
        if per not in {None, "post"} or age is not None:
            option = "--min-account-age" if age is not None else "--one-vote-per"
            raise UsageError(f"{option}: counts know no accounts; with them only --one-vote-per post is possible")
        if per is None:
            notices.append("Counts know no accounts: every post is a vote (--one-vote-per post).")
        per = "post"
    require = typed["require"]
    chosen = {
        "one_vote_per": per,
        "which": typed["which"],
        "reposts": typed["reposts"],
        "quotes": typed["quotes"],
        "multi": typed["multi"],
        "require": None if require is None else bare(require),
        "min_account_age_s": None if age is None else int(age.total_seconds()),
        "accents": typed["accents"],
    }
    return Rules(**{name: value for name, value in chosen.items() if value is not None})


def _refuse_together(typed: Mapping[str, Any], kind: type[Source]) -> None:
    if typed["duration"] is not None and typed["until"] is not None:
        raise UsageError("--duration and --until: give one of the two")
    if typed["speed"] is not None and not kind.is_recorded:
        raise UsageError("--speed is for --source replay:FILE")
    if typed["every"] is not None and kind.every_s is None:
        raise UsageError("--every is for --source search and --source counts")
    if kind.is_recorded and typed["record"] is not None:
        raise UsageError("--record: the source is a recording already")
    if not kind.sees_posts and typed["record"] is not None:
        raise UsageError("--record: counts show no posts")


def _every_s(typed: Mapping[str, Any], kind: type[Source]) -> float:
    every: timedelta | None = typed["every"]
    if every is not None and every < SHORTEST_POLL:
        raise UsageError("--every: at least 5s")
    return every.total_seconds() if every is not None else kind.every_s or 0.0


def speed(text: str | None) -> float | None:
    """Times real time, or None for as fast as possible."""
    if text in {None, "max"}:
        return None
    try:
        found = float(text or "")
    except ValueError:
        found = 0.0
    if not 0 < found < 1_000_000:
        raise UsageError(f"--speed {text}: max, or how many times real time, as in 1 or 2.5")
    return found


def _name(text: str | None) -> str | None:
    if text is not None and (not text.strip() or text.isdigit() or text == "last" or not text.isprintable()):
        raise UsageError(
            f"--name {text!r}: a word that is no number and not `last`, so that sessions can be told apart"
        )
    return text


def _window(
    typed: Mapping[str, Any], kind: type[Source], argument: str, matcher: Matcher, config: VoteConfig
) -> Window:
    """Whole seconds. Live votes start now unless told otherwise; a recording is read whole."""
    now = clock.now().replace(microsecond=0)
    start = None if typed["from_"] is None else moment(typed["from_"], "--from", now)
    until = None if typed["until"] is None else moment(typed["until"], "--until", now)
    duration: timedelta | None = typed["duration"]
    if kind.is_recorded:
        if start is None and duration:
            start = _recorded_start(kind, Task(config, matcher, argument=argument))
    else:
        _refuse_old(start, now)
        start = start or now
        duration = DEFAULT_DURATION if duration is None and until is None else duration
        if until is not None and until <= now:
            raise UsageError(f"--until {typed['until']} is in the past: RFC 3339 or HH:MM, later than now")
    end = until if until is not None else _after(start, duration)
    if start is not None and end is not None and end <= start:
        raise UsageError("--until is not after --from: RFC 3339 or HH:MM, later than the start")
    if end is not None and not kind.is_recorded and end <= now:
        raise UsageError("--duration: the vote would be over already; let it start later or last longer")
    return Window(*(None if one is None else moments.of(one) for one in (start, end)))


def _after(start: datetime | None, duration: timedelta | None) -> datetime | None:
    if start is None or not duration:
        return None
    try:
        return (start + duration).astimezone(UTC)
    except OverflowError as error:
        raise UsageError("--duration: too long; 0 lasts until the vote is stopped") from error


def _refuse_old(start: datetime | None, now: datetime) -> None:
    if start is not None and now - start > WEEK:
        raise UsageError("--from: at most 7 days back, which is as far as X's search reaches")


def _recorded_start(kind: type[Source], task: Task) -> datetime | None:
    source: Any = kind(task)
    earliest: int | None = source.earliest_ms()
    return None if earliest is None else moments.moment(earliest).replace(microsecond=0)


def moment(text: str, option: str, now: datetime) -> datetime:
    """RFC 3339, or `HH:MM` local time: the nearest such moment, at most 12 hours away. Whole seconds."""
    try:
        if len(text) <= 5 and ":" in text:
            return _nearest(text, now)
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise UsageError(f"{option} {text}: a time needs its offset, as in 2026-11-22T18:00:00Z or …+01:00")
        moments.ms(text)  # beyond the calendar in UTC
        return found.replace(microsecond=0)
    except ValueError as error:
        raise UsageError(f"{option} {text}: RFC 3339, as in 2026-11-22T18:00:00Z, or HH:MM local time") from error


def _nearest(text: str, now: datetime) -> datetime:
    local = now.astimezone()
    at = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day
    days = (local.date() + timedelta(days=offset) for offset in (-1, 0, 1))
    return min((datetime.combine(day, at).astimezone() for day in days), key=lambda one: abs(one - now))
