"""The form that a page is about, if the user may do there what the page does."""

from __future__ import annotations

from django.http import HttpRequest

from honeyguide.engine.api import standard
from honeyguide.engine.ui.lists import call_of
from honeyguide.features.forms.models import Form
from honeyguide.features.forms.resource import FORMS


def form_for(request: HttpRequest, form_id: int, action: str = "view") -> Form:
    """Raises `NotFound` or `Denied`. `action`: view, edit, publish or delete."""
    call = call_of(request, FORMS)
    form = standard.find(FORMS, min(form_id, 2**63 - 1), call)
    standard.check(FORMS, call, action, form)
    return form
