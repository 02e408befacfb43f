"""The first page: the numbers of the day, charts, what happened last, and first steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from honeyguide.engine.events import EventType
from honeyguide.engine.ui.charts import per_day
from honeyguide.engine.ui.guard import may
from honeyguide.engine.ui.screen import ADMIN, SIGNED_IN, Menu, Page, Pages
from honeyguide.features.dashboard import queries
from honeyguide.features.dashboard.pages import boards, placed

CONTACTS = "lead:leads:viewother"
EMAILS = "email:emails:viewother"

# Event type -> (icon, colour, what it says after the contact's name).
ACTIVITY: dict[int, tuple[str, str, str]] = {
    EventType.CONTACT_CREATED: ("user-plus", "blue", "was added"),
    EventType.CONTACT_UPDATED: ("edit", "secondary", "was changed"),
    EventType.CONTACT_IDENTIFIED: ("user-check", "blue", "was identified"),
    EventType.CONTACT_DELETED: ("user-minus", "secondary", "was deleted"),
    EventType.CONTACT_MERGED: ("git-merge", "secondary", "was merged"),
    EventType.CONTACT_IMPORTED: ("file-import", "blue", "was imported"),
    EventType.POINTS_CHANGED: ("star", "yellow", "got or lost points"),
    EventType.STAGE_CHANGED: ("stairs", "purple", "changed the stage"),
    EventType.OWNER_CHANGED: ("user-circle", "secondary", "got another owner"),
    EventType.TAGS_CHANGED: ("tag", "secondary", "got other tags"),
    EventType.DO_NOT_CONTACT_CHANGED: ("ban", "orange", "may be contacted in other ways than before"),
    EventType.COMPANY_CREATED: ("building", "secondary", "a company was added"),
    EventType.COMPANY_JOINED: ("building", "secondary", "joined a company"),
    EventType.SEGMENT_JOINED: ("users-plus", "teal", "joined"),
    EventType.SEGMENT_LEFT: ("user-minus", "secondary", "left"),
    EventType.EMAIL_SENT: ("mail-forward", "blue", "was sent"),
    EventType.EMAIL_FAILED: ("mail-x", "red", "could not be sent"),
    EventType.EMAIL_BOUNCED: ("mail-x", "red", "bounced"),
    EventType.EMAIL_OPENED: ("mail-opened", "teal", "opened"),
    EventType.EMAIL_CLICKED: ("click", "green", "clicked in"),
    EventType.EMAIL_UNSUBSCRIBED: ("mail-off", "orange", "unsubscribed through"),
    EventType.EMAIL_RESUBSCRIBED: ("mail", "green", "subscribed again through"),
    EventType.EMAIL_UNKNOWN: ("help", "orange", "may or may not have got"),
    EventType.PAGE_HIT: ("world", "secondary", "visited a page"),
}
OTHER = ("activity", "secondary", "was noted")


@dataclass(frozen=True)
class Step:
    title: str
    text: str
    path: str
    done: bool


def first_steps(user: Any, done: tuple[bool, ...]) -> list[Step]:
    """Those that the user may do."""
    steps = (
        (
            "Bring your contacts",
            "Import a CSV file, or add one by hand.",
            "/s/contacts/import/new",
            "lead:imports:create",
        ),
        ("Build a segment", "Filters choose who belongs; the count is live.", "/s/segments/new", "lead:lists:viewown"),
        (
            "Write an e-mail",
            "Tokens make it personal; look at it as any contact.",
            "/s/emails/new",
            "email:emails:create",
        ),
        ("Send it", "You see who, how many and when before anything leaves.", "/s/emails", "email:emails:publishown"),
        (
            "Watch it arrive",
            "Opens, clicks and unsubscribes appear within seconds.",
            "/s/emails",
            "email:emails:viewown",
        ),
    )
    return [
        Step(title, text, path, is_done)
        for (title, text, path, right), is_done in zip(steps, done, strict=True)
        if may(user, right)
    ]


def dashboard_view(request: HttpRequest) -> HttpResponse:
    done = queries.steps_done()
    steps = [] if all(done) else first_steps(request.user, done)
    context: dict[str, Any] = {
        "title": "Dashboard",
        "tabs": boards.tabs_of(request),
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
        "offer_samples": settings.DEMO and not done[0] and may(request.user, ADMIN),
    }
    return render(request, "dashboard/dashboard.html", context)


def figures_view(request: HttpRequest) -> HttpResponse:
    """The part that counts, loaded after the page so that the page never waits."""
    zone = timezone.get_current_timezone_name()
    today = timezone.localdate()
    context: dict[str, Any] = {}
    if may(request.user, CONTACTS):
        context["contacts"], context["identified"] = queries.contact_counts()
        context["segments"] = queries.segment_count()
        labels = ("Added", "Identified")
        context["contact_chart"] = per_day("Contacts added", queries.contacts_per_day(zone), labels, last=today)
        context["activity"] = [
            dict(zip(("at", "icon", "colour", "text", "contact_id", "name", "thing", "url"), row, strict=True))
            for row in activity()
        ]
    if may(request.user, EMAILS):
        context["mails"] = queries.mail_counts()
        labels = ("Sent", "Opened", "Clicked")
        context["mail_chart"] = per_day("E-mails", queries.mails_per_day(zone), labels, last=today)
    return render(request, "dashboard/figures.html", context)


def activity() -> list[tuple]:
    return [
        (at, *ACTIVITY.get(kind, OTHER), contact_id, name, thing, url)
        for at, kind, contact_id, name, thing, url in queries.recent_events()
    ]


MENU = Menu(
    label="Dashboard", path="/s/dashboard", icon="layout-dashboard", order=0, right=SIGNED_IN, shortcut="Shift+D"
)
BOTH, POST = ("GET", "POST"), ("POST",)
PAGES = Pages(
    Page(path="dashboard", view=dashboard_view, right=SIGNED_IN),
    Page(path="dashboard/figures", view=figures_view, right=SIGNED_IN),
    Page(path="dashboards/<int:number>", view=boards.board_view, right=SIGNED_IN),
    Page(path="dashboards/new", view=boards.new_view, right=SIGNED_IN, methods=BOTH),
    Page(path="dashboards/import", view=boards.import_view, right=SIGNED_IN, methods=BOTH),
    Page(path="dashboards/export/<int:number>", view=boards.export_view, right=SIGNED_IN),
    Page(path="dashboards/rename/<int:number>", view=boards.rename_view, right=SIGNED_IN, methods=BOTH),
    Page(path="dashboards/delete/<int:number>", view=boards.delete_view, right=SIGNED_IN, methods=POST),
    Page(path="dashboards/restore", view=boards.restore_view, right=SIGNED_IN, methods=POST),
    Page(path="dashboards/arrange/<int:number>", view=boards.arrange_view, right=SIGNED_IN, methods=POST),
    Page(path="dashboards/add/<int:number>", view=placed.add_view, right=SIGNED_IN, methods=BOTH),
    Page(path="dashboards/widget/<int:number>", view=placed.figures_view, right=SIGNED_IN),
    Page(path="dashboards/widget/edit/<int:number>", view=placed.edit_view, right=SIGNED_IN, methods=BOTH),
    Page(path="dashboards/widget/remove/<int:number>", view=placed.remove_view, right=SIGNED_IN, methods=POST),
    Page(path="dashboards/put-back", view=placed.put_back_view, right=SIGNED_IN, methods=POST),
)
