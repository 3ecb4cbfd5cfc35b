"""Is the process alive, and can it do its work."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from blueprints.web import problems, refusals

_migrated = False


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Alive, whatever the database does."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers, every migration is applied and writes are not kept waiting in vain; else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")  # of a table: SQLite answers 1 without its file
        if not is_migrated():
            return problems.response(problems.unavailable("Migrations are not applied."))
        if not refusals.are_over():
            return problems.response(problems.unavailable("The database is locked."))
    except DatabaseError:
        return problems.response(problems.unavailable())
    return JsonResponse({"status": "ok"})


def is_migrated() -> bool:
    """Asked of the database until it is true once: migrations are never taken back under a running process."""
    global _migrated  # one fact about the process
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
