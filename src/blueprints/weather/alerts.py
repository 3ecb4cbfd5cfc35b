"""Alerts for a place, asked beside the forecast and never keeping it waiting for long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from blueprints.errors import BlueprintsError
from blueprints.weather.core.severity import severest_first
from blueprints.weather.race import reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.weather.core.forecast import Alert, Place
    from blueprints.weather.registry import Listed
    from blueprints.weather.session import Session

PATIENCE_S = 1.0
"""How long a finished forecast waits for alerts."""


class Alerts:
    """Questions for alerts, running since they were made."""

    def __init__(self, session: Session, sources: Sequence[Listed], place: Place) -> None:
        self.tasks = {
            asyncio.ensure_future(_asked(session, listed, place)): listed.name
            for listed in sources
            if _can_warn(session, listed, place)
        }

    async def gathered(self) -> tuple[tuple[Alert, ...], tuple[str, ...]]:
        """What came within a second, severest first, without those that have ended; and a notice for each failure."""
        if not self.tasks:
            return (), ()
        await asyncio.wait(self.tasks, timeout=PATIENCE_S)
        found: list[Alert] = []
        notices = []
        for task, name in self.tasks.items():
            failure = task.exception() if task.done() else TimeoutError("no answer in time")
            if failure is None:
                found.extend(task.result())
            else:
                told = reason(failure) if isinstance(failure, BlueprintsError) else str(failure)
                notices.append(f"alerts of {name}: {told}")
        return tuple(severest_first(found)), tuple(notices)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def _can_warn(session: Session, listed: Listed, place: Place) -> bool:
    covers = getattr(listed.provider, "alerts_cover", None)
    held = session.store.held_until(listed.name, session.now) is not None
    return bool(listed.alerts and place.has_coordinates and not held and covers is not None and covers(place))


async def _asked(session: Session, listed: Listed, place: Place) -> list[Alert]:
    client = session.client(listed.name, listed.base_url, refreshable=listed.refreshable)
    try:
        alerts = await listed.provider.fetch_alerts(place, client)  # type: ignore[attr-defined]  # AlertSource, by `alerts`
    except BlueprintsError:
        await client.forget()
        raise
    return [alert for alert in alerts if alert.ends is None or alert.ends > session.now]
