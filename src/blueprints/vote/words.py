"""A result in words: the status line of the plain mode, and the text that `results` prints."""

from collections.abc import Iterator, Mapping
from typing import Any

Result = Mapping[str, Any]
"""The object that `--json` prints."""


def status(shown: Result, connection: str, left_s: float | None) -> str:
    """One line: candidates with votes and shares, ballots, time left, money, connection."""
    parts = [candidate(one) for one in shown["candidates"]]
    parts.append(f"{shown['ballots']:,} ballots".replace(",", " "))
    if left_s is not None:
        parts.append(f"{clock_text(left_s)} left")
    parts.append(money(shown))
    parts.append(connection)
    return " · ".join(part for part in parts if part)


def candidate(one: Result) -> str:
    if one["votes"] is None:
        return str(one["label"])
    percent = "" if one["share"] is None else f" ({one['share']:.1%})"
    as_of = f" as of {one['as_of'][11:19]}" if one.get("as_of") else ""
    return f"{one['label']} {one['votes']}{percent}{as_of}"


def money(shown: Result) -> str:
    """Spent, and the budget; nothing for a source that is free."""
    cost = shown["cost"]
    if shown["source"] == "replay":
        return ""
    limit = f" of ${cost['budget_usd']}" if float(cost["budget_usd"]) else ""
    return f"${float(cost['usd']):.2f}{limit}"


def clock_text(seconds: float) -> str:
    """`1:05`, `1:02:03`."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def outcome(shown: Result) -> str:
    """Who won, or why nobody did."""
    if shown["winner"] is not None:
        return f"Winner: {shown['winner']}"
    if shown["tie"]:
        return f"Tie: {', '.join(shown['tie'])}"
    if any(one["votes"] is None for one in shown["candidates"]):
        return "Hidden until the end"
    return "No votes"


def summary(shown: Result) -> Iterator[str]:
    """The lines below the table of candidates."""
    title = f"Session {shown['session']}" + (f" ({shown['name']})" if shown["name"] else "")
    yield f"{title}: {shown['state']}{'' if shown['complete'] else ', incomplete'}"
    yield outcome(shown)
    accounts = "" if shown["accounts"] is None else f" from {shown['accounts']} accounts"
    yield f"{shown['votes']} votes, {shown['ballots']} ballots{accounts}"
    yield from posts(shown["posts"])
    yield f"From {shown['started_at'] or 'open'} to {shown['ends_at'] or shown['ended_at'] or 'open'}"
    if money(shown):
        yield f"Cost: {money(shown)}"
    for gap in shown["gaps"]:
        filled = "filled" if gap["filled"] else "not filled"
        yield f"Gap: {gap['from']} to {gap['to'] or 'now'} ({gap['reason']}), {filled}"
    yield f"Head: {shown['head']}"


def posts(counts: Result) -> Iterator[str]:
    if not counts["seen"]:
        return
    rejected = ", ".join(f"{number} {reason}" for reason, number in sorted(counts["rejected"].items()))
    yield f"{counts['seen']} posts seen: {counts['counted']} counted{', ' + rejected if rejected else ''}"
    other = [f"{counts[name]} {name}" for name in ("replaced", "duplicate", "malformed") if counts[name]]
    if other:
        yield f"Also {', '.join(other)}"
