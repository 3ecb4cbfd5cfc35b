"""How bad an alert is, in the words of the Common Alerting Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprints.weather.core.forecast import SEVERITIES, Alert, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable


def severity(value: Any) -> Severity:
    wanted = str(value or "").strip().lower()
    return next((name for name in SEVERITIES if name == wanted), "unknown")


def severest_first(alerts: Iterable[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda alert: SEVERITIES.index(alert.severity))
