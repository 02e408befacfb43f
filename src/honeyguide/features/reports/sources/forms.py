"""Sources about forms: the forms, what was sent by all of them, and the answers of one."""

from __future__ import annotations

import re

from honeyguide.features.forms.models import Form, FormField
from honeyguide.features.reports.declaring import Columns, Graph, Source, listed
from honeyguide.features.reports.sources.columns import (
    CATEGORY,
    CONTACT_FILTERS,
    CONTACT_LINKS,
    FORM_LINKS,
    IP,
    PAGE_LINKS,
    PERSON_JOINS,
    category_join,
    only,
    person_columns,
    standard,
    with_person,
)

FORM = "f.alias:t:Alias\n" + standard("f") + CATEGORY
SUBMISSION = """
    fs.date_submitted:d:Date submitted
    fs.referer:t:Referrer
    p.id:i:Page ID
    p.title:t:Page title
"""
# A submission does not know a campaign: a step of one may wait for it, in any number of campaigns.
NO_CAMPAIGN = """
    clel.campaign_id:i:Campaign ID::NULL::bigint
    cmp.name:t:Campaign name::NULL::text
"""
SUBMISSIONS = """form_submissions fs JOIN forms f ON f.id = fs.form_id LEFT JOIN contacts l ON l.id = fs.contact_id"""
SUBMISSION_JOINS = {
    "p": "LEFT JOIN pages p ON p.id = fs.page_id",
    "i": "LEFT JOIN ip_addresses i ON i.id = fs.ip_address_id",
}
GRAPHS = (
    Graph("mautic.form.graph.line.submissions", "Submissions in time", "line", {"Submissions": "count(*)"}),
    Graph(
        "mautic.form.table.top.referrers",
        "Top referrers",
        "table",
        {"Submissions": "count(*)"},
        by="nullif(fs.referer, '')",
        head="Referrer",
    ),
    Graph(
        "mautic.form.table.most.submitted",
        "Most submitted forms",
        "table",
        {"Submissions": "count(*)"},
        by="f.name",
        head="Form",
        link=("forms", "min(f.id)"),
    ),
)
RESULTS = re.compile(r"form\.results\.form_results_([1-9][0-9]{0,17})_\w*")
SAFE_ALIAS = re.compile(r"\w{1,64}", re.ASCII)
MOST_FORMS = 200

SOURCES = {
    "forms": Source(
        group="forms",
        title="Forms",
        tables="forms f",
        columns=only(FORM),
        joins=category_join("f"),
        date="f.date_added",
        row="f.id",
        links=FORM_LINKS,
    ),
    "form.submissions": Source(
        group="forms",
        title="Form submissions",
        tables=SUBMISSIONS,
        columns=with_person(FORM, SUBMISSION, NO_CAMPAIGN, IP),
        joins=category_join("f") | SUBMISSION_JOINS | PERSON_JOINS,
        date="fs.date_submitted",
        row="fs.id",
        filters=CONTACT_FILTERS,
        links=FORM_LINKS | PAGE_LINKS | CONTACT_LINKS,
        graphs=GRAPHS,
    ),
}


def results_source(name: str) -> Source | None:
    """The answers of one form, a column for each of its fields; None when the form is gone."""
    found = RESULTS.fullmatch(name)
    form = Form.objects.filter(pk=found[1]).first() if found and int(found[1]) < 2**63 else None
    if form is None:
        return None
    return Source(
        group="form results",
        title=f"{form.name} ({form.pk})",
        tables=SUBMISSIONS,
        columns=lambda: person_columns() | _answers(form.pk),
        joins=SUBMISSION_JOINS | PERSON_JOINS,
        where=f"fs.form_id = {form.pk:d}",
        date="fs.date_submitted",
        row="fs.id",
        filters=CONTACT_FILTERS,
        links=CONTACT_LINKS,
        graphs=GRAPHS[:2],
    )


def results_sources() -> dict[str, str]:
    """Name -> title of the newest forms' answers."""
    newest = Form.objects.order_by("-pk").values_list("pk", "alias", "name")[:MOST_FORMS]
    return {f"form.results.form_results_{pk}_{alias}": f"{name} ({pk})" for pk, alias, name in newest}


def _answers(form_id: int) -> Columns:
    own = listed("""
        fs.id:i:Submission ID:submission_id
        fs.form_id:i:Form ID:form_id
        fs.date_submitted:d:Date submitted
        fs.referer:t:Referrer
        i.ip_address:t:IP address
    """)
    fields = FormField.objects.filter(form_id=form_id).values_list("alias", "label")
    lines = [
        f"results.{alias}:t:{(label or alias).replace(':', ' ').strip() or alias}:{alias}:(fs.results ->> '{alias}')"
        for alias, label in fields
        if SAFE_ALIAS.fullmatch(alias)
    ]
    return own | listed("\n".join(" ".join(line.split()) for line in lines))
