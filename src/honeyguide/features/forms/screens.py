"""Forms: list, page with figures and snippets, builder, and what visitors sent."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html

from honeyguide.engine.resource.models import is_live
from honeyguide.engine.ui.screen import Column, Menu, Page, Pages, Screen, Section, Slice
from honeyguide.engine.ui.tags import badge, number, when
from honeyguide.features.forms import queries
from honeyguide.features.forms.models import Form
from honeyguide.features.forms.pages.builder import collect_form, prepare_form, preview_view, save
from honeyguide.features.forms.pages.detail import detail
from honeyguide.features.forms.pages.results import delete_view, export_view, file_view, result_view, results_view
from honeyguide.features.forms.resource import FORMS


def read(listing: Any, call: Any) -> Slice:
    """A page of forms, each with how often it was sent."""
    total, items = FORMS.store.page(listing.where, listing.order, listing.start, listing.limit)
    counts = queries.counts(form.pk for form in items)
    for form in items:
        form.sent = counts.get(form.pk, 0)
    return Slice(items, total)


def show_name(form: Form) -> str:
    state = "" if is_live(form) else badge("not live", "secondary")
    kind = badge("campaign", "blue") if form.form_type == "campaign" else ""
    return format_html('<a href="/s/forms/view/{}">{}</a> {} {}', form.pk, form.name, state, kind)


def show_sent(form: Form) -> str:
    return format_html('<a href="/s/forms/results/{}">{}</a>', form.pk, number(form.sent))


MENU = Menu(label="Forms", path="/s/forms", icon="forms", order=45, right="form:forms:viewown", shortcut="Shift+F")
SCREEN = Screen(
    resource=FORMS,
    slug="forms",
    icon="forms",
    one="form",
    many="Forms",
    title=lambda form: form.name,
    columns=[
        Column(label="Name", show=show_name, sort="name"),
        Column(label="Sent", show=show_sent, css="hg-num"),
        Column(label="Modified", show=lambda f: when(f.date_modified or f.date_added, "ago"), sort="dateModified"),
        Column(label="Created by", show=lambda f: f.created_by_user),
        Column(label="ID", show=lambda f: f.pk, sort="id", css="hg-num"),
    ],
    read=read,
    sections=[
        Section(title="Form", fields=["name", "description"]),
        Section(title="When it was sent", fields=["postAction", "postActionProperty"], aside=True),
        Section(
            title="Publishing",
            fields=["isPublished", "publishUp", "publishDown", "formType", "category", "language", "noIndex"],
            aside=True,
        ),
        Section(
            title="Behaviour",
            fields=["progressiveProfilingLimit", "inKioskMode", "renderStyle", "template", "formAttributes"],
            aside=True,
        ),
    ],
    labels={
        "postAction": "The visitor",
        "postActionProperty": "Message, or address to go to",
        "isPublished": "Published",
        "publishUp": "From",
        "publishDown": "Until",
        "formType": "Kind",
        "noIndex": "Keep search engines out",
        "progressiveProfilingLimit": "Most fields shown at once",
        "inKioskMode": "Kiosk",
        "renderStyle": "Its page brings the style",
        "template": "Theme",
        "formAttributes": "Attributes of the form element",
    },
    help={
        "postActionProperty": "{formfield=alias} and {contactfield=firstname} are filled in.",
        "formType": "Forms of campaigns put who sends them into campaigns.",
        "progressiveProfilingLimit": "Visitors are asked the rest the next time. Empty: all at once.",
        "inKioskMode": "Many people send it from one device: nobody is recognised, no cookie is set.",
    },
    initial={
        "isPublished": True,
        "formType": "standalone",
        "postAction": "message",
        "postActionProperty": "Thank you.",
    },
    tip="A form asks visitors, on your site or here; what they answer makes or fills contacts.",
    search_help=[("name:word", "name begins with"), ("has:results", "were sent"), ("is:published", "published ones")],
    detail=detail,
    detail_template="forms/detail.html",
    form_template="forms/form.html",
    prepare_form=prepare_form,
    collect_form=collect_form,
    save=save,
)
VIEW = "form:forms:viewown"
PAGES = Pages(
    Page(path="forms/preview", view=preview_view, right=VIEW, methods=("POST",)),
    Page(path="forms/results/<int:form_id>", view=results_view, right=VIEW),
    Page(path="forms/result/<int:submission_id>", view=result_view, right=VIEW),
    Page(path="forms/results/file/<int:submission_id>/<str:alias>", view=file_view, right=VIEW),
    Page(path="forms/results/<int:form_id>/export", view=export_view, right=VIEW, methods=("POST",)),
    Page(path="forms/results/<int:form_id>/delete", view=delete_view, right=VIEW, methods=("POST",)),
)
