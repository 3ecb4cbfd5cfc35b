"""Alerts for a place, asked beside the forecast and never keeping it waiting for long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from blueprints.errors import BlueprintsError
from blueprints.weather.core import words
from blueprints.weather.core.severity import severest_first
from blueprints.weather.race import reason
from blueprints.weather.session import age

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.weather.core.forecast import Alert, Place
    from blueprints.weather.registry import Listed
    from blueprints.weather.session import Session

PATIENCE_S = 1.0
"""How long a finished forecast waits for alerts."""


class Alerts:
    """Questions for alerts, running since they were made; offline or on hold, what was stored."""

    def __init__(self, session: Session, sources: Sequence[Listed], place: Place) -> None:
        self.session = session
        self.place = place
        self.names = [listed.name for listed in sources if _can_warn(listed, place)]
        self.tasks = {
            listed.name: asyncio.ensure_future(_asked(session, listed, place))
            for listed in sources
            if listed.name in self.names and _may_ask(session, listed)
        }

    async def gathered(self) -> tuple[tuple[Alert, ...], tuple[str, ...]]:
        """What came within a second or was stored, severest first, without those that have ended; and notices."""
        if self.tasks:
            await asyncio.wait(self.tasks.values(), timeout=PATIENCE_S)
        found: list[Alert] = []
        notices = []
        for name in self.names:
            alerts, notice = self._of(name)
            found.extend(alerts)
            notices += [notice] if notice else []
        return tuple(severest_first(found)), tuple(notices)

    def _of(self, name: str) -> tuple[list[Alert], str]:
        """The alerts of one source, and what there is to say about them."""
        task = self.tasks.get(name)
        failure = None if task is None else task.exception() if task.done() else TimeoutError("no answer in time")
        if task is not None and failure is None:
            return task.result(), ""
        alerts, when = _stored(self.session, name, self.place)
        if failure is None:
            return alerts, f"alerts of {name}: those of {when}" if alerts else ""
        told = reason(failure) if isinstance(failure, BlueprintsError) else str(failure)
        return alerts, f"alerts of {name}: {told}" + (f"; shown are those of {when}" if alerts else "")

    async def stop(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


def _can_warn(listed: Listed, place: Place) -> bool:
    covers = getattr(listed.provider, "alerts_cover", None)
    return bool(listed.alerts and place.has_coordinates and covers is not None and covers(place))


def _may_ask(session: Session, listed: Listed) -> bool:
    return not session.offline and session.store.held_until(listed.name, session.now) is None


async def _asked(session: Session, listed: Listed, place: Place) -> list[Alert]:
    client = session.client(listed.name, listed.base_url, refreshable=listed.refreshable)
    try:
        alerts = await listed.provider.fetch_alerts(place, client)  # type: ignore[attr-defined]  # AlertSource, by `alerts`
    except BlueprintsError:
        await client.forget()
        raise
    session.store.keep_alerts(listed.name, place.key, alerts, session.now)
    return _in_force(alerts, session)


def _stored(session: Session, name: str, place: Place) -> tuple[list[Alert], str]:
    """The alerts last told that are still in force, and how long ago that was."""
    found = session.store.alerts(name, place.key)
    if found is None or session.now - found[0] > session.settings.keep_stale:
        return [], ""
    fetched_at, alerts = found
    return _in_force(alerts, session), f"{words.age(age(fetched_at, session.now))} ago"


def _in_force(alerts: Sequence[Alert], session: Session) -> list[Alert]:
    return [alert for alert in alerts if alert.ends is None or alert.ends > session.now]
