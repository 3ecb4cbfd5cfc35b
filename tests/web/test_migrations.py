"""Models and migrations agree, and a database of any earlier version moves forward with what is in it."""

import decimal
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.no_cover  # migrations are not measured
OURS = [one.label for one in apps.get_app_configs() if one.name.startswith("blueprints.") and one.models_module]


def former_states() -> list[tuple[str, str]]:
    """(app, migration) of every state that an installation may have stopped at."""
    names = sorted(key for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations if key[0] in OURS)
    last = dict(names)
    return [(app, name) for app, name in names if last[app] != name]


@pytest.fixture
def elsewhere(tmp_path: Path, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """An empty SQLite database of its own."""
    connections.databases["elsewhere"] = {
        **connections.databases["default"], "NAME": str(tmp_path / "db.sqlite3"), "OPTIONS": {}
    }  # fmt: skip
    try:
        with django_db_blocker.unblock():
            yield connections["elsewhere"]
            connections["elsewhere"].close()
    finally:
        del connections.databases["elsewhere"]
        del connections["elsewhere"]


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    assert set(OURS) >= {"store", "orders", "notifier", "messenger", "accounts", "keys", "idempotency", "outbox"}
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(("app", "name"), former_states())
def test_an_earlier_database_moves_forward_with_its_rows(elsewhere: BaseDatabaseWrapper, app: str, name: str) -> None:
    executor = MigrationExecutor(elsewhere)
    last = [node for node in executor.loader.graph.leaf_nodes() if node[0] != app]
    needed = [(app, name), *(node for node in last if not depends(executor, node, app))]
    then = executor.migrate(needed).apps
    for model in then.get_app_config(app).get_models():
        filled(model)
    before = {model._meta.db_table: rows(elsewhere, model) for model in then.get_app_config(app).get_models()}
    assert all(before.values())
    executor = MigrationExecutor(elsewhere)
    now = executor.migrate(executor.loader.graph.leaf_nodes()).apps
    for model in now.get_app_config(app).get_models():
        table = model._meta.db_table
        if table in before:
            assert kept(before[table], rows(elsewhere, model)), f"{table} lost something"


def depends(executor: MigrationExecutor, node: tuple[str, str], app: str) -> bool:
    return any(key[0] == app for key in executor.loader.graph.forwards_plan(node))


def filled(model: Any) -> Any:
    """A row with something in every column; one for each model, so that unique columns are no matter."""
    found = model._default_manager.using("elsewhere").first()
    if found is not None:
        return found
    values = {one.name: value_of(one) for one in model._meta.concrete_fields if not one.primary_key or one.remote_field}
    if not model._meta.auto_field and not model._meta.pk.remote_field:
        values[model._meta.pk.name] = value_of(model._meta.pk)
    return model._default_manager.using("elsewhere").create(**values)


def value_of(column: Any) -> Any:
    if column.remote_field is not None:
        is_own = column.related_model._meta.label == column.model._meta.label
        return None if is_own else filled(column.related_model)
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    values: list[tuple[type, Any]] = [
        (models.BooleanField, True), (models.DateTimeField, now), (models.DateField, now.date()),
        (models.DecimalField, decimal.Decimal("1.50")), (models.FloatField, 1.5), (models.IntegerField, 1),
        (models.UUIDField, uuid.UUID(int=1)), (models.JSONField, ["x"]), (models.BinaryField, b"x"),
        (models.DurationField, timedelta(1)), (models.EmailField, "a@example.org"), (models.Field, "x"),
    ]  # fmt: skip
    return next(value for kind, value in values if isinstance(column, kind))


def rows(connection: BaseDatabaseWrapper, model: Any) -> list[dict[str, Any]]:
    names = [one.column for one in model._meta.concrete_fields]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(model._meta.db_table)}")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def kept(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    """Whether every row is there, with the same in every column that both know."""
    shared = [name for name in before[0] if name in after[0]] if after else []
    return bool(shared) and [[row[name] for name in shared] for row in before] == [
        [row[name] for name in shared] for row in after
    ]
