"""Companies: list, detail with their contacts, form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from honeyguide.engine.api import standard
from honeyguide.engine.api.call import Call
from honeyguide.engine.api.listing import Listing, read_listing
from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import Batch, Column, Menu, Page, Pages, Screen, Slice
from honeyguide.engine.ui.tags import hue, initials, number
from honeyguide.features.companies import page_queries, services
from honeyguide.features.companies.resource import COMPANIES
from honeyguide.features.companies.services import Company
from honeyguide.features.contacts import page_queries as contact_queries
from honeyguide.features.contacts import rows as contact_rows
from honeyguide.features.contacts.pages.lookups import given_id
from honeyguide.features.fields.definitions import definitions
from honeyguide.features.fields.widgets import field_widgets, sent_values, shown

SHOWN_CONTACTS = 50
MAX_FOUND = 10
GROUP_LABELS = {"core": "Core", "professional": "Professional", "other": "Other"}


def name_of(company: Company) -> str:
    return str(company.fields.get("companyname") or "A company without name")


def show_name(company: Company) -> str:
    return format_html(
        '<div class="hg-person"><span class="avatar avatar-sm bg-{}-lt" aria-hidden="true">{}</span>'
        '<a href="/s/companies/view/{}">{}</a></div>',
        hue(name_of(company)), initials(name_of(company)), company.id, name_of(company),
    )  # fmt: skip


def read(listing: Listing, call: Call) -> Slice:
    """A page, each with how many contacts it has."""
    total, found = COMPANIES.store.page(listing.where, listing.order, listing.start, listing.limit)
    counts = page_queries.contact_counts([company.id for company in found])
    return Slice([Counted(company, counts.get(company.id, 0)) for company in found], total)


class Counted:
    """A company with how many contacts it has, for the list."""

    def __init__(self, company: Company, contact_count: int):
        self.company, self.contact_count, self.pk = company, contact_count, company.id
        self.fields = company.fields


def show_contacts(row: Counted) -> str:
    link = f"/s/contacts?search=company_id:{row.pk}"
    return format_html('<a href="{}">{}</a>', link, number(row.contact_count))


def detail(request: HttpRequest, company: Company) -> dict[str, Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for alias, definition in definitions("company").items():
        if (value := company.fields.get(alias)) not in (None, ""):
            groups.setdefault(GROUP_LABELS.get(definition.group, definition.group), []).append(
                (definition.label, shown(definition, value))
            )
    ids = page_queries.contacts_of(company.id, limit=SHOWN_CONTACTS)
    by_id = contact_rows.read(ids)
    owners = dict(contact_queries.names("users", "concat_ws(' ', first_name, last_name)"))
    contacts = [by_id[i] for i in ids if i in by_id] if may(request.user, "lead:leads:viewother") else []
    return {
        "groups": groups,
        "contacts": contacts,
        "owner": owners.get(company.owner_id),
        "more_template": "companies/more.html",
    }


def edit_view(request: HttpRequest, company_id: int | None = None) -> HttpResponse:
    company = None if company_id is None else find(request, company_id, "edit")
    errors: dict[str, list[str]] = {}
    values: dict[str, Any] = dict(company.fields) if company else {}
    aside = {
        "owner": str(company.owner_id or "") if company else "",
        "score": str(company.score or 0) if company else "0",
    }
    if request.method == "POST":
        values = sent_values(request, "company")
        aside = {name: request.POST.get(name, "") for name in ("owner", "score")}
        try:
            saved = save(request, company, {**values, **aside})
        except Invalid as error:
            errors = error.errors
        else:
            messages.success(request, "The company has been saved.")
            return redirect(f"/s/companies/{'edit' if 'apply' in request.POST else 'view'}/{saved.id}")
    groups = [
        {"name": group, "label": GROUP_LABELS.get(group, group.title()), "widgets": widgets,
         "failed": sum(bool(widget.errors) for widget in widgets)}
        for group, widgets in field_widgets("company", values, errors).items()
    ]  # fmt: skip
    placed = {widget.name for group in groups for widget in group["widgets"]}
    context = {
        "title": f"Edit {name_of(company)}" if company else "New company",
        "groups": groups,
        "aside": aside,
        "errors": errors,
        "other_errors": {name: texts for name, texts in errors.items() if name not in placed},
        "owners": contact_queries.names("users", "concat_ws(' ', first_name, last_name)"),
        "back": f"/s/companies/view/{company.id}" if company else "/s/companies",
    }
    return render(request, "companies/form.html", context, status=422 if errors else 200)


def merge_view(request: HttpRequest, company_id: int) -> HttpResponse:
    """Merges another company into this one, after a look at both."""
    company = find(request, company_id, "edit")
    if request.method == "POST":
        loser = find(request, given_id(request, "loser"), "delete")
        services.merge_companies(company.id, loser.id, by=request.user)
        messages.success(request, f"“{name_of(loser)}” is part of this company now.")
        return redirect(f"/s/companies/view/{company.id}")
    search = request.GET.get("q", "").replace("\x00", "")[:200]
    found = others(request, company, search) if search.strip() else []
    return render(
        request, "companies/merge.html", {"item": company, "title": name_of(company), "q": search, "found": found}
    )


def others(request: HttpRequest, company: Company, search: str) -> list[Counted]:
    """Companies that a search finds, besides this one."""
    call = call_of(request, COMPANIES, query={"search": search, "limit": str(MAX_FOUND + 1)})
    found = read(read_listing(call, COMPANIES), call).items
    return [other for other in found if other.pk != company.pk][:MAX_FOUND]


def find(request: HttpRequest, company_id: int, action: str) -> Company:
    """The company, if the user may do this to it."""
    call = call_of(request, COMPANIES)
    company = standard.find(COMPANIES, company_id, call)
    standard.check(COMPANIES, call, action, company)
    return company


def save(request: HttpRequest, company: Company | None, values: dict[str, Any]) -> services.Saved:
    values["owner"] = values["owner"] or None
    if company is None:
        return services.create_company(values, by=request.user)
    return services.update_company(company.id, values, by=request.user)


def buttons(request: HttpRequest) -> list[Batch]:
    offered = [
        Batch(label="Import", path="/s/companies/import/new", icon="file-import", right="lead:imports:create"),
        Batch(label="Export", path="/s/companies/export", icon="file-export", right="lead:export:enable", dialog=True),
    ]
    return [button for button in offered if may(request.user, button.right)]


MENU = Menu(
    label="Companies", path="/s/companies", icon="building", order=20, right="lead:leads:viewown", shortcut="Shift+O"
)
SCREEN = Screen(
    resource=COMPANIES,
    slug="companies",
    icon="building",
    one="company",
    many="Companies",
    title=name_of,
    read=read,
    columns=[
        Column(label="Name", show=lambda row: show_name(row.company), sort="companyname"),
        Column(label="Email", show=lambda row: row.company.fields.get("companyemail")),
        Column(label="Website", show=lambda row: row.company.fields.get("companywebsite")),
        Column(label="Score", show=lambda row: number(row.company.score or 0), css="hg-num"),
        Column(label="Contacts", show=show_contacts, css="hg-num"),
        Column(label="ID", show=lambda row: row.pk, sort="id", css="hg-num"),
    ],
    tip="Companies come with contacts: give a contact a company and it appears here.",
    detail=detail,
    detail_template="companies/detail.html",
    buttons=buttons,
    batch=[
        Batch(label="Export", path="/s/companies/export", icon="file-export", right="lead:export:enable", dialog=True)
    ],
    publish_switch=False,
    standard=("list", "new", "view", "edit", "delete"),
)
BOTH = ("GET", "POST")
PAGES = Pages(
    Page(path="companies/new", view=edit_view, right="lead:leads:create", methods=BOTH),
    Page(path="companies/edit/<int:company_id>", view=edit_view, right="lead:leads:editown", methods=BOTH),
    Page(path="companies/merge/<int:company_id>", view=merge_view, right="lead:leads:deleteown", methods=BOTH),
)
