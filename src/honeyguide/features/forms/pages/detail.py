"""The page of a form: how often it is sent, what it asks and does, and how it gets into other pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.ui.charts import per_day
from honeyguide.features.forms import queries
from honeyguide.features.forms.actions import submit_actions
from honeyguide.features.forms.field_kinds import KINDS
from honeyguide.features.forms.markup import embedded
from honeyguide.features.forms.models import Form


def detail(request: HttpRequest, form: Form) -> dict[str, Any]:
    sent, contacts, last = queries.in_short(form.pk)
    days = queries.per_day(form.pk, zone=timezone.get_current_timezone_name())
    kinds = {kind.type: kind for kind in KINDS}
    return {
        "sent": sent,
        "contacts": contacts,
        "last": last,
        "chart": per_day("Submissions", days, ("Sent",), last=timezone.localdate()),
        "fields": [(field, kinds.get(field.type)) for field in form.fields.all()],
        "actions": [(action, submit_actions().get(action.type)) for action in form.actions.all()],
        "is_live": is_live(form),
        "address": f"{site_url()}/form/{form.pk}",
        "script": f'<script src="{site_url()}/form/generate.js?id={form.pk}"></script>',
        "frame": f'<iframe src="{site_url()}/form/{form.pk}" title="{form.name}" width="100%" height="500"></iframe>',
        "html": embedded(form),
    }
