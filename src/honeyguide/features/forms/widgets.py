"""What the dashboard knows of forms. Submissions are not recorded yet, so only forms themselves are counted."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Widget, line, table

# One pass: forms made in the span.
CREATED = """
    SELECT id, name, to_char(date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM forms
    WHERE date_added >= %(since)s AND date_added < %(until)s AND (%(mine)s::bigint IS NULL OR created_by = %(mine)s)
    ORDER BY id LIMIT %(limit)s
"""


def submissions_in_time(asked: Asked) -> Data:
    return line(asked, {"Submission Count": [0 for _ in asked.points(asked.points_unit)]})


def top_referrers(asked: Asked) -> Data:
    return table(("mautic.form.result.thead.referrer", "mautic.form.graph.line.submissions"), [], [])


def top_submitters(asked: Asked) -> Data:
    return table(("mautic.form.lead", "mautic.form.graph.line.submissions"), [], [])


def created(asked: Asked) -> Data:
    raw = [{"id": str(i), "name": name, "date_added": at} for i, name, at in rows(CREATED, asked.params)]
    return table(("mautic.dashboard.label.title",), raw, [(Cell(r["name"], f"/s/forms/view/{r['id']}"),) for r in raw])


def _widget(type_: str, title: str, data: Callable[[Asked], Data]) -> Widget:
    right, others = "form:forms:viewown", "form:forms:viewother"
    return Widget(type=type_, title=title, group="Form Widgets", right=right, others=others, data=data)


SUBMISSIONS = _widget("submissions.in.time", "Submissions in time", submissions_in_time)
REFERRERS = _widget("top.submission.referrers", "Top submission referrers", top_referrers)
SUBMITTERS = _widget("top.submitters", "Top submitters", top_submitters)
CREATED_FORMS = _widget("created.forms", "Created forms", created)
