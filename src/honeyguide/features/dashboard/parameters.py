"""What people can choose about a widget, by its type (engine dashboard)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from honeyguide.engine.ui.guard import may
from honeyguide.features.campaigns.parameters import Choices, Parameter
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sources import source_of

WIDTHS = (25, 50, 75, 100)
HEIGHTS = (215, 330, 445, 560, 675)
OTHERS_REPORTS = "report:reports:viewother"

LIMIT = Parameter(name="limit", label="Rows", kind="number", help="As many as fit when empty.")
OF_MAIL = (
    Parameter(name="companyId", label="Company", of="Company"),
    Parameter(name="campaignId", label="Campaign", of="Campaign"),
    Parameter(name="segmentId", label="Segment", of="Segment"),
)


def _flag(*choices: tuple[str, str]) -> Parameter:
    return Parameter(name="flag", label="Shows", choices=choices)


PARAMETERS: Mapping[str, Sequence[Parameter]] = {
    "emails.in.time": (
        _flag(
            ("opened", "Read"), ("failed", "Failed"), ("sent_and_opened", "Sent and read"),
            ("sent_and_opened_and_failed", "Sent, read and failed"),
        ),
        *OF_MAIL,
    ),
    "sent.email.to.contacts": (*OF_MAIL, LIMIT),
    "most.hit.email.redirects": (*OF_MAIL, LIMIT),
    "emails.best.hours": (
        Parameter(name="timeFormat", label="Clock", choices=(("24", "24 hours"), ("12", "12 hours"))),
        *OF_MAIL,
    ),
    "created.leads.in.time": (
        _flag(
            ("identified", "Identified"), ("anonymous", "Anonymous"), ("identifiedVsAnonymous", "Identified and anonymous"),
            ("top", "The six biggest segments"), ("topIdentifiedVsAnonymous", "The three biggest, identified and anonymous"),
        ),
    ),
    "lead.lifetime": (Parameter(name="flag", label="Segments", of="Segment", several=True, help="All contacts when none."),),
    "segments.build.time": (
        Parameter(name="order", label="First", choices=(("DESC", "the slowest"), ("ASC", "the fastest"))),
        Parameter(name="segments", label="Only these", of="Segment", several=True),
        LIMIT,
    ),
    "page.hits.in.time": (_flag(("unique", "Unique"), ("total_and_unique", "All and unique")),),
} | dict.fromkeys(
    (
        "popular.assets", "created.assets", "upcoming.emails", "most.sent.emails", "most.read.emails", "created.emails",
        "top.submission.referrers", "top.submitters", "created.forms", "top.lists", "top.creators", "top.owners",
        "created.leads", "popular.pages", "created.pages", "recent.activity",
    ),
    (LIMIT,),
)  # fmt: skip


def parameters_of(kind: str, user: Any) -> Sequence[Parameter]:
    """Those of a type; only graphs of reports that the user may see are offered."""
    if kind == "report":
        return (Parameter(name="graph", label="Graph", kind="choice", choices=_graphs(user), required=True),)
    return PARAMETERS.get(kind, ())


def _graphs(user: Any) -> Choices:
    """(<id of the report>:<key of the graph>, what it shows)."""
    seen = (
        Report.objects.all()
        if may(user, OTHERS_REPORTS)
        else Report.objects.filter(Q(system=True) | Q(created_by=user.pk))
    )
    found = []
    for report in seen.order_by("name", "pk")[:500]:
        source = source_of(report.source)
        graphs = source.graphs if source else ()
        chosen = report.graphs if isinstance(report.graphs, list) else []
        found += [(f"{report.pk}:{one.key}", f"{report.name}: {one.title}") for one in graphs if one.key in chosen]
    return found
