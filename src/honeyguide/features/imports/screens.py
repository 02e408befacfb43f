"""Importing contacts and companies: upload, mapping with a look at the first rows, progress, failed rows."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from honeyguide.engine.resource import Invalid, NotFound
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.screen import Page, Pages
from honeyguide.features.imports import services
from honeyguide.features.imports.models import Import, ImportFailure
from honeyguide.features.imports.uploads import keep_upload, upload_path
from honeyguide.features.segments.models import Segment

SHOWN_FAILURES = 100
PAGE_SIZE = 30
KINDS = {"lead": ("contacts", "contact"), "company": ("companies", "company")}
STATUS = {
    services.QUEUED: ("Waiting for the worker", "blue"),
    services.IN_PROGRESS: ("In progress", "blue"),
    services.IMPORTED: ("Finished", "green"),
    services.FAILED: ("Failed", "red"),
    services.STOPPED: ("Stopped", "orange"),
    services.MANUAL: ("Not started", "secondary"),
    services.DELAYED: ("Delayed", "orange"),
}
RUNNING = (services.QUEUED, services.IN_PROGRESS, services.DELAYED)


def described(imported: Import) -> dict[str, Any]:
    """An import with what pages say about it: state, share done, speed."""
    label, colour = STATUS.get(imported.status, ("Unknown", "secondary"))
    done = imported.inserted_count + imported.updated_count + imported.ignored_count
    end = imported.date_ended or timezone.now()
    seconds = (end - imported.date_started).total_seconds() if imported.date_started else 0
    return {
        "import": imported,
        "label": label,
        "colour": colour,
        "running": imported.status in RUNNING,
        "done": done,
        "total": max(imported.line_count, done),
        "share": min(100, round(100 * done / imported.line_count)) if imported.line_count else 0,
        "seconds": round(seconds, 1),
        "speed": round(done / seconds) if seconds > 0.5 else None,
    }


def history_view(request: HttpRequest, object: str) -> HttpResponse:
    plural, one = KINDS[object]
    found = Import.objects.filter(object=object).order_by("-pk")[:PAGE_SIZE]
    context = {"title": "Imports", "plural": plural, "one": one, "imports": [described(i) for i in found]}
    return render(request, "imports/history.html", context)


def upload_view(request: HttpRequest, object: str) -> HttpResponse:
    plural, one = KINDS[object]
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            errors = {"file": ["Please choose a file."]}
        else:
            token = keep_upload(upload)
            try:
                services.inspect(upload_path(token), delimiter=request.POST.get("delimiter", ""))
            except services.UnusableFile as error:
                upload_path(token).unlink(missing_ok=True)
                errors = {"file": [str(error)]}
            else:
                request.session[f"upload:{token}"] = {
                    "name": upload.name[:191],
                    "delimiter": request.POST.get("delimiter", ""),
                }
                return redirect(f"/s/{plural}/import/map/{token}")
    context = {"title": f"Import {plural}", "plural": plural, "one": one, "errors": errors}
    return render(request, "imports/upload.html", context, status=422 if errors else 200)


def map_view(request: HttpRequest, object: str, token: str) -> HttpResponse:
    plural, one = KINDS[object]
    kept, path = request.session.get(f"upload:{token}"), upload_path(token)
    if kept is None or path is None:
        raise NotFound("This upload is no longer there. Please upload the file again.")
    preview = services.inspect(path, delimiter=kept["delimiter"])
    mapping = services.suggest_mapping(preview.headers, object=object)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        chosen = {header: request.POST.get(f"column-{at}", "") for at, header in enumerate(preview.headers)}
        mapping = {header: target for header, target in chosen.items() if target}
        try:
            imported = services.create_import(
                path,
                original_file=kept["name"],
                mapping=mapping,
                options=_options(request, kept),
                by=request.user,
                object=object,
                move=True,
            )
        except Invalid as error:
            errors = error.errors
        else:
            del request.session[f"upload:{token}"]
            services.queue(imported)
            return redirect(f"/s/{plural}/import/view/{imported.pk}")
    columns = [
        {"at": at, "header": header, "target": mapping.get(header, ""), "examples": _examples(preview.rows, at)}
        for at, header in enumerate(preview.headers)
    ]
    context = {
        "title": f"Import {plural}",
        "plural": plural,
        "one": one,
        "object": object,
        "name": kept["name"],
        "preview": preview,
        "columns": columns,
        "mapped": sum(bool(column["target"]) for column in columns),
        "targets": services.targets(object),
        "owners": get_user_model().objects.filter(is_published=True).order_by("first_name"),
        "segments": Segment.objects.filter(is_published=True).order_by("name").values_list("pk", "name")[:500],
        "errors": errors,
        "other_errors": errors,
    }
    return render(request, "imports/map.html", context, status=422 if errors else 200)


def _options(request: HttpRequest, kept: dict[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {"skip_if_exists": "skip_if_exists" in request.POST}
    if kept["delimiter"]:
        options["delimiter"] = kept["delimiter"]
    for name in ("owner", "list"):
        if (text := request.POST.get(name, "")).isdecimal() and len(text) < 19:
            options[name] = int(text)
    tags = [tag.strip() for tag in request.POST.get("tags", "").split(",") if tag.strip()]
    return options | ({"tags": tags} if tags else {})


def _examples(found: list[list[str]], at: int) -> list[str]:
    values = (row[at] for row in found if at < len(row))
    return [value[:60] for value in values if value.strip()][:3]


def get_import(object: str, import_id: int) -> Import:
    imported = Import.objects.filter(pk=import_id, object=object).first()
    if imported is None:
        raise NotFound("There is no such import.")
    return imported


def import_view(request: HttpRequest, object: str, import_id: int) -> HttpResponse:
    plural, one = KINDS[object]
    shown = described(get_import(object, import_id))
    context = {
        "title": shown["import"].original_file,
        "plural": plural,
        "one": one,
        **shown,
        **_failures(shown["import"]),
        "mapping": shown["import"].mapping.items(),
    }
    return render(request, "imports/view.html", context)


def progress_view(request: HttpRequest, object: str, import_id: int) -> HttpResponse:
    plural, one = KINDS[object]
    shown = described(get_import(object, import_id))
    context = {"plural": plural, "one": one, **shown, **_failures(shown["import"])}
    return render(request, "imports/progress.html", context)


def _failures(imported: Import) -> dict[str, Any]:
    if not imported.ignored_count:
        return {"failures": [], "more_failures": 0}
    failures = list(ImportFailure.objects.filter(imported=imported).order_by("line")[:SHOWN_FAILURES])
    return {"failures": failures, "more_failures": max(0, imported.ignored_count - len(failures))}


def stop_view(request: HttpRequest, object: str, import_id: int) -> HttpResponse:
    services.stop(get_import(object, import_id))
    messages.success(request, "The import stops after the rows it is at. What is imported stays.")
    return redirect(f"/s/{KINDS[object][0]}/import/view/{import_id}")


def resume_view(request: HttpRequest, object: str, import_id: int) -> HttpResponse:
    services.resume(get_import(object, import_id))
    messages.success(request, "The import goes on where it was.")
    return redirect(f"/s/{KINDS[object][0]}/import/view/{import_id}")


def failed_rows_view(request: HttpRequest, object: str, import_id: int) -> HttpResponse:
    imported = get_import(object, import_id)
    response = StreamingHttpResponse(services.failed_rows_csv(imported), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="failed-rows-{imported.pk}.csv"'
    return response


def _pages(object: str) -> list[Page]:
    base = f"{KINDS[object][0]}/import"
    both = ("GET", "POST")

    def page(path: str, view: Any, level: str, methods: tuple[str, ...] = ("GET",)) -> Page:
        return Page(path=base + path, view=partial(view, object=object), right=f"lead:imports:{level}", methods=methods)

    return [
        page("", history_view, "view"),
        page("/new", upload_view, "create", both),
        page("/map/<str:token>", map_view, "create", both),
        page("/view/<int:import_id>", import_view, "view"),
        page("/progress/<int:import_id>", progress_view, "view"),
        page("/failed/<int:import_id>", failed_rows_view, "view"),
        page("/stop/<int:import_id>", stop_view, "edit", ("POST",)),
        page("/resume/<int:import_id>", resume_view, "edit", ("POST",)),
    ]


PAGES = Pages(*_pages("lead"), *_pages("company"))
