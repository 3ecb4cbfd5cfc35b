"""Catalogues in and out of the admin, as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import path, reverse

from blueprints.store.core.records import FIELDS, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blueprints.store.importing.rows import MissingColumn

OTHERS = ", ".join(name for name in FIELDS if name not in REQUIRED)
SEPARATORS = ",;\t"
"""What spreadsheets put between cells, by the country they are used in."""


class FileForm(forms.Form):
    """A catalogue to import."""

    file = forms.FileField(
        help_text="CSV in UTF-8, at most 20 MB. Its first line names the columns: "
        f"{' and '.join(REQUIRED)} have to be there, {OTHERS} may be."
    )
    skip_bad = forms.BooleanField(label="Import the good records of a file with bad ones", required=False)
    dry_run = forms.BooleanField(label="Only report what would be done", required=False)

    def clean_file(self) -> Any:
        """Refuse what no shop's catalogue is as large as."""
        file = self.cleaned_data["file"]
        if file.size > 20 * 2**20:
            raise forms.ValidationError("The file is larger than 20 MB: use `blueprints store import`.")
        return file


class Files(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages to import and export games, beside the list."""

    def get_urls(self) -> list[Any]:
        """Files in and out, beside Django's own pages."""
        own = [
            path("import/", self.admin_site.admin_view(self.import_view), name="store_game_import"),
            path("export/", self.admin_site.admin_view(self.export_view), name="store_game_export"),
        ]
        return own + super().get_urls()

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Upload a CSV; the report is shown on the same page."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        report = _imported(form) if request.method == "POST" and form.is_valid() else None
        if report is not None and not report.errors and not report.dry_run:
            messages.success(
                request, f"{report.created} game{pluralize(report.created)} created, {report.updated} updated."
            )
            return HttpResponseRedirect(reverse("admin:store_game_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "report": report,
            "shown_errors": report.errors[:20] if report else [],
            "title": "Import games",
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/store/game/import.html", context)

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """All games as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = StreamingHttpResponse(_csv_lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="games.csv"'
        return response


def _imported(form: FileForm) -> Any:
    from pathlib import Path
    from tempfile import NamedTemporaryFile

    from blueprints.errors import UsageError
    from blueprints.store.importing import rows
    from blueprints.store.importing.write import Options, write

    upload, given = form.cleaned_data["file"], form.cleaned_data
    with NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        reading = rows.Reading(delimiter=_separator(upload))
        source = rows.csv_source(Path(copy.name), reading, name=upload.name)
        try:
            return write(source, Options(skip_bad=given["skip_bad"], dry_run=given["dry_run"]))
        except rows.MissingColumn as error:
            form.add_error("file", _what_is_missing(error))
            return None
        except UsageError as error:
            form.add_error("file", str(error))
            return None


def _separator(upload: Any) -> str:
    """The one that comes most often in the first line."""
    upload.seek(0)
    first = upload.readline().decode("utf-8", "replace")
    return max(SEPARATORS, key=first.count)


def _what_is_missing(error: MissingColumn) -> str:
    return (
        f"The file has no column “{error.name}”. Its first line names: {', '.join(error.header) or 'nothing'}. "
        f"Call the column that holds it “{error.name}”, or add one, and choose the file again."
    )


class _Line:
    """What a CSV writer writes to: it hands the line back."""

    def write(self, text: str) -> str:
        return text


def _csv_lines() -> Iterator[str]:
    from blueprints.store.importing import export

    table = csv.writer(_Line(), lineterminator="\n")
    yield table.writerow(FIELDS)
    for record in export.records():
        yield table.writerow(export.cells(record))
