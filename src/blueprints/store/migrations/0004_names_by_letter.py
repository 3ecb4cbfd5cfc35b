from typing import Any

from django.db import migrations


def compare_by_letter(_apps: Any, schema_editor: Any) -> None:
    """Sort names alike on every PostgreSQL, whatever language its databases are made for, and as SQLite does.

    An index in this order also finds all names with the same beginning.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE store_game ALTER COLUMN name_words TYPE varchar(300) COLLATE "C"')


def compare_by_language(_apps: Any, schema_editor: Any) -> None:
    """Take it back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE store_game ALTER COLUMN name_words TYPE varchar(300) COLLATE "default"')


class Migration(migrations.Migration):
    dependencies = [("store", "0003_published_indexes")]

    operations = [migrations.RunPython(compare_by_letter, compare_by_language)]
