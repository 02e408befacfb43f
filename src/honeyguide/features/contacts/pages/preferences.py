"""The dialog of what a contact wants to get."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from honeyguide.engine.ui import messages
from honeyguide.features.contacts import wishes
from honeyguide.features.contacts.rows import Row


def dialog(request: HttpRequest, row: Row) -> HttpResponse:
    shown = wishes.current(row)
    if request.method == "POST":
        before, shown = shown, wishes.sent(request.POST, shown)
        if not shown.wrong:
            wishes.save(row, before, shown, by=request.user)
            messages.success(request, "The preferences have been saved.")
            return HttpResponse(status=204, headers={"HX-Redirect": f"/s/contacts/view/{row.id}"})
    context = {"item": row, "wishes": shown, "periods": wishes.PERIODS}
    return render(request, "contacts/preferences.html", context, status=422 if shown.wrong else 200)
