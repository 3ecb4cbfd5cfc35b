"""Numbers as the benchmarks print them."""

from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values: Sequence[float]) -> str:
    """`p50 7.1, p99 24.9, most 40.2`."""
    return f"p50 {quantile(values, 0.5):.1f}, p99 {quantile(values, 0.99):.1f}, most {max(values):.1f}"


def verdict(reached: bool) -> str:
    return "met" if reached else "MISSED"
