"""Who may see a report's rows, also when nobody is there to be asked: a schedule sends them in somebody's name."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.access.permissions import allows
from honeyguide.features.reports.models import Report
from honeyguide.features.reports.sources import SOURCES
from honeyguide.features.users.models import User

VIEW = "report:reports:viewown"
VIEW_OTHERS = "report:reports:viewother"
EXPORT = "report:export:enable"


def may_see_source(user: Any, report: Report) -> bool:
    """Whether the rows that the report's source has are for this user."""
    source = SOURCES.get(report.source)
    return user.role.is_admin or not (source and source.admin_only)


def senders(report: Report) -> list[User]:
    """In whose name a schedule sends: who made the report, and who changed it last, so chose its rows and addresses."""
    ids = dict.fromkeys(one for one in (report.created_by, report.modified_by) if one)
    found = User.objects.select_related("role").in_bulk(list(ids))
    return [found[one] for one in ids if one in found]


def owner(report: Report) -> User | None:
    """Whose days and hours a schedule goes by; None for a report that came with the product and that nobody changed."""
    return next(iter(senders(report)), None)


def why_not(report: Report, user: User) -> str:
    """Why this user may not have the report's rows as a file; blank when nothing stands in the way."""
    own = report.system or report.created_by == user.pk
    if not user.is_published:
        return f"{user.name} is no longer active here."
    if not allows(user, VIEW if own else VIEW_OTHERS):
        return f"{user.name} may no longer see this report."
    if not may_see_source(user, report):
        return f"{user.name} may not see this data: it is for administrators."
    return "" if allows(user, EXPORT) else f"{user.name} may not export reports."
