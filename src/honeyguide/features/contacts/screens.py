"""Contacts: list, detail, forms, batch actions, quick add, merge."""

from __future__ import annotations

import time
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.api import standard
from honeyguide.engine.api.call import Call
from honeyguide.engine.api.listing import Listing, read_listing
from honeyguide.engine.resource import Invalid
from honeyguide.engine.sql import Clause
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Batch, Menu, Page, Pages, Screen, Slice
from honeyguide.engine.ui.tags import number
from honeyguide.features.contacts import page_queries, paging, services
from honeyguide.features.contacts.columns import REASONS, columns, loaded
from honeyguide.features.contacts.pages import form, lookups, preferences, several
from honeyguide.features.contacts.resource import CONTACTS
from honeyguide.features.contacts.rows import Row
from honeyguide.features.contacts.search import DEFAULT_ORDER
from honeyguide.features.contacts.tag_pages import TAGS_MENU, TAGS_SCREEN  # noqa: F401 the loader finds them here
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.fields.widgets import shown

COUNT_KEPT_SECONDS = 20.0
KNOWN = Clause("contacts.date_identified IS NOT NULL")
# What an index serves, so that the page stays quick with a million contacts.
BY_EMAIL = "lower(contacts.fields ->> 'email') USING {}, contacts.id"
_counts: dict[Any, tuple[float, tuple[int, bool]]] = {}


def listed(listing: Listing) -> Clause:
    """Visitors without a name are shown only when they are asked for."""
    return listing.where if "is:anonymous" in listing.search.lower() else listing.where & KNOWN


def read(listing: Listing, call: Call) -> Slice:
    """One page and whether there is another; never a count of all."""
    where = listed(listing)
    found = paging.page(where, order_of(listing, call), listing.start, listing.limit + 1)
    return Slice(found[: listing.limit], None, has_next=len(found) > listing.limit)


def order_of(listing: Listing, call: Call) -> str:
    asked, falling = call.query.get("orderBy"), call.query.get("orderByDir") == "DESC"
    match asked:
        case "email":
            return BY_EMAIL.format("~>~" if falling else "~<~")
        case "last_active":
            return DEFAULT_ORDER if falling else "contacts.last_active NULLS FIRST, contacts.id"
        case "id" | None:
            return f"contacts.id {'DESC' if falling else 'ASC'}" if asked else DEFAULT_ORDER
    return ", ".join([*listing.order, "contacts.id"])


def count_view(request: HttpRequest) -> HttpResponse:
    """How many the list holds, asked for after the page is shown; kept a few seconds per search."""
    call = call_of(request, CONTACTS, query={"search": request.GET.get("search", "").replace("\x00", "")[:2000]})
    where = listed(read_listing(call, CONTACTS))
    key = (where.text, orjson.dumps(where.params, default=str))
    kept = _counts.get(key)
    if kept is None or time.monotonic() - kept[0] > COUNT_KEPT_SECONDS:
        if len(_counts) > 200:
            _counts.clear()
        kept = _counts[key] = (time.monotonic(), page_queries.count(where))
    total, exact = kept[1]
    return HttpResponse(f"<strong>{'' if exact else 'about '}{number(total)}</strong>")


def detail(request: HttpRequest, row: Row) -> dict[str, Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for alias, definition in definitions("lead").items():
        value = row.value(alias)
        if value not in (None, "") and alias != "points":
            groups.setdefault(definition.group, []).append((definition.label, shown(definition, value)))
    sent, opened, clicked = page_queries.mails_of(row.id)
    return {
        "groups": groups,
        "owner": loaded(row.nested.owner),
        "stage": loaded(row.nested.stage),
        "tags": loaded(row.nested.tags),
        "dnc": [e | {"text": REASONS.get(e["reason"], REASONS[3])[0]} for e in loaded(row.nested.do_not_contact)],
        "segments": page_queries.segments_of(row.id),
        "companies": page_queries.companies_of(row.id),
        "devices": page_queries.devices_of(row.id),
        "notes": page_queries.notes_of(row.id),
        "sent": sent,
        "opened": opened,
        "clicked": clicked,
        "more_template": "contacts/more.html",
        "may_merge": may(request.user, "lead:leads:deleteown"),
    }


def find(request: HttpRequest, contact_id: int, action: str) -> Row:
    """The contact, if the user may do this to it."""
    call = call_of(request, CONTACTS)
    row = standard.find(CONTACTS, contact_id, call)
    standard.check(CONTACTS, call, action, row)
    return row


def timeline_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    row = find(request, contact_id, "view")
    return render(request, "contacts/timeline.html", {"item": row, **lookups.timeline(request, row.id)})


def edit_view(request: HttpRequest, contact_id: int | None = None) -> HttpResponse:
    row = find(request, contact_id, "edit") if contact_id else None
    return form.edit(request, row)


def quick_add_view(request: HttpRequest) -> HttpResponse:
    return form.quick_add(request)


def merge_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Merges another contact into this one, after a look at both."""
    row = find(request, contact_id, "edit")
    if request.method == "POST":
        loser = find(request, lookups.given_id(request, "loser"), "delete")
        if loser.id == row.id:
            raise Invalid({"loser": "A contact cannot be merged into itself."})
        services.merge_contacts(row.id, loser.id, by=request.user)
        messages.success(request, f"“{loser.title}” now lives on in this contact.")
        return redirect(f"/s/contacts/view/{row.id}")
    search = request.GET.get("q", "")
    return render(
        request, "contacts/merge.html", {"item": row, "q": search, "found": lookups.others(request, row, search)}
    )


def note_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    row = find(request, contact_id, "edit")
    lookups.add_note(request, row)
    return redirect(f"/s/contacts/view/{row.id}?tab=notes")


def do_not_contact_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Sets do-not-contact for e-mail, or clears it where a person set it or a bounce did."""
    row = find(request, contact_id, "edit")
    channel = request.POST.get("channel", "email")[:50]
    if "clear" in request.POST:
        services.remove_do_not_contact(row.id, channel, by=request.user)
        messages.success(request, "The contact can be reached again.")
    else:
        comments = request.POST.get("comments", "").replace("\x00", "")[:1000]
        services.set_do_not_contact(row.id, channel, 3, by=request.user, comments=comments)
        messages.success(request, "The contact will get no more e-mail.")
    return redirect(f"/s/contacts/view/{row.id}")


def preferences_view(request: HttpRequest, contact_id: int) -> HttpResponse:
    return preferences.dialog(request, find(request, contact_id, "edit"))


def batch_dialog_view(request: HttpRequest, action: str) -> HttpResponse:
    return several.dialog(request, action)


def batch_view(request: HttpRequest, action: str) -> HttpResponse:
    return several.run(request, action)


def undo_view(request: HttpRequest) -> HttpResponse:
    return several.take_back(request)


def buttons(request: HttpRequest) -> list[Batch]:
    offered = [
        Batch(
            label="Quick add",
            path="/s/contacts/quickAdd",
            icon="user-plus",
            right="lead:leads:create",
            dialog=True,
            key="a",
        ),
        Batch(label="Import", path="/s/contacts/import/new", icon="file-import", right="lead:imports:create"),
        Batch(label="Export", path="/s/contacts/export", icon="file-export", right="lead:export:enable", dialog=True),
    ]
    return [button for button in offered if may(request.user, button.right)]


EDIT = "lead:leads:editown"
MENU = Menu(
    label="Contacts", path="/s/contacts", icon="users", order=10, right="lead:leads:viewown", shortcut="Shift+C"
)
SCREEN = Screen(
    resource=CONTACTS,
    slug="contacts",
    icon="users",
    one="contact",
    many="Contacts",
    columns=columns,
    title=lambda row: row.title,
    read=read,
    detail=detail,
    detail_template="contacts/detail.html",
    list_template="contacts/list.html",
    tip="Import a CSV file, or add people one by one. Visitors appear when they tell who they are.",
    search_help=[
        ("anna", "name, e-mail, company, city … begins with"),
        ("email:anna@…", "any field by its alias"),
        ("segment:alias", "members of a segment"),
        ("tag:name", "with this tag"),
        ("company:name", "at this company"),
        ("owner:name", "of this owner; is:mine, is:unowned"),
        ("is:anonymous", "visitors without a name"),
    ],
    batch=[
        Batch(label="Change tags", path="/s/contacts/batch/tags", icon="tags", right=EDIT, dialog=True),
        Batch(label="Change segments", path="/s/contacts/batch/segments", icon="filter", right=EDIT, dialog=True),
        Batch(label="Change owner", path="/s/contacts/batch/owner", icon="user-circle", right=EDIT, dialog=True),
        Batch(label="Change stage", path="/s/contacts/batch/stage", icon="stairs", right=EDIT, dialog=True),
        Batch(label="Do not contact", path="/s/contacts/batch/dnc", icon="ban", right=EDIT, dialog=True),
        Batch(label="Export", path="/s/contacts/export", icon="file-export", right="lead:export:enable", dialog=True),
    ],
    buttons=buttons,
    publish_switch=False,
    standard=("list", "new", "view", "edit", "delete"),
)
BOTH = ("GET", "POST")
PAGES = Pages(
    Page(path="contacts/count", view=count_view, right="lead:leads:viewown"),
    Page(path="contacts/new", view=edit_view, right="lead:leads:create", methods=BOTH),
    Page(path="contacts/quickAdd", view=quick_add_view, right="lead:leads:create", methods=BOTH),
    Page(path="contacts/edit/<int:contact_id>", view=edit_view, right=EDIT, methods=BOTH),
    Page(path="contacts/timeline/<int:contact_id>", view=timeline_view, right="lead:leads:viewown"),
    Page(path="contacts/merge/<int:contact_id>", view=merge_view, right="lead:leads:deleteown", methods=BOTH),
    Page(path="contacts/note/<int:contact_id>", view=note_view, right=EDIT, methods=("POST",)),
    Page(path="contacts/dnc/<int:contact_id>", view=do_not_contact_view, right=EDIT, methods=("POST",)),
    Page(path="contacts/preferences/<int:contact_id>", view=preferences_view, right=EDIT, methods=BOTH),
    Page(path="contacts/batch/undo", view=undo_view, right=EDIT, methods=("POST",)),
    Page(path="contacts/batch/<str:action>", view=batch_dialog_view, right=EDIT),
    Page(path="contacts/batch/<str:action>/do", view=batch_view, right=EDIT, methods=("POST",)),
)
