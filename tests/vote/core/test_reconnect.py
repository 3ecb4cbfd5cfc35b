"""How long the stream waits before it is tried again."""

from blueprints.vote.core.reconnect import Backoff


def test_a_connection_that_worked_is_made_again_at_once() -> None:
    assert Backoff().dropped(5.0) == 0.0


def test_one_that_died_young_counts_as_a_failure() -> None:
    backoff = Backoff()
    assert [backoff.dropped(0.1) for _ in range(3)] == [0.25, 0.5, 0.75]
    assert backoff.dropped(60) == 0.0
    assert backoff.dropped(0.1) == 0.25


def test_network_errors_wait_a_little_longer_each_time() -> None:
    backoff = Backoff()
    assert [backoff.failed() for _ in range(70)][-1] == 16.0


def test_http_errors_double() -> None:
    backoff = Backoff()
    assert [backoff.refused() for _ in range(8)] == [5, 10, 20, 40, 80, 160, 320, 320]
    backoff.connected()
    assert backoff.refused() == 5


def test_a_limit_waits_a_minute_or_until_the_moment_named() -> None:
    backoff = Backoff()
    assert backoff.limited(None) == 60
    assert backoff.limited(12.5) == 12.5
    assert backoff.limited(-3) == 0
    assert backoff.limited(None) == 320


def test_at_most_fifty_connections_in_fifteen_minutes() -> None:
    backoff = Backoff()
    assert [backoff.attempt(float(second)) for second in range(50)] == [0.0] * 50
    assert backoff.attempt(60.0) == 840.0
    assert backoff.attempt(61.0) == 840.0
    assert backoff.attempt(5000.0) == 0.0
