"""The tables of the search index, which each kind of database has in its own way."""

from typing import Any

from django.db import migrations


def create(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, "CREATE")


def drop(_apps: Any, schema_editor: Any) -> None:
    _run(schema_editor, "DROP")


def _run(schema_editor: Any, name: str) -> None:
    from blueprints.store.search import postgres, sqlite

    index = postgres if schema_editor.connection.vendor == "postgresql" else sqlite
    for statement in getattr(index, name).strip().split(";\n"):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
