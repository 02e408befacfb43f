"""The button of the demo that fills an empty installation."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from honeyguide.engine.resource import Refused
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.screen import ADMIN, Page, Pages
from honeyguide.features.contacts.models import Contact
from honeyguide.features.samples.services import create_samples


def samples_view(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Refused("Sample data is for the demo.")
    if Contact.objects.exists():
        messages.warning(request, "There are contacts already; sample data is only for an empty installation.")
    else:
        create_samples(by=request.user)
        messages.success(request, "200 contacts, two segments and an e-mail are here. Open the e-mail and send it.")
    return redirect("/s/dashboard")


PAGES = Pages(Page(path="samples", view=samples_view, right=ADMIN, methods=("POST",)))
