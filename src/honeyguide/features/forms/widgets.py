"""What the dashboard knows of forms."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Source, Widget, in_time, line, table

# One pass: forms made in the span.
CREATED = """
    SELECT id, name, to_char(date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM forms
    WHERE date_added >= %(since)s AND date_added < %(until)s AND (%(mine)s::bigint IS NULL OR created_by = %(mine)s)
    ORDER BY id LIMIT %(limit)s
"""

MINE = "(%(mine)s::bigint IS NULL OR form_id IN (SELECT id FROM forms WHERE created_by = %(mine)s))"
SUBMITTED = Source("form_submissions", "date_submitted", MINE, name="submissions")
SPAN = f"date_submitted >= %(since)s AND date_submitted < %(until)s AND {MINE}"
# One pass each: where submissions in the span came from; who made them.
BY_REFERER = f"""
    SELECT referer, count(*) FROM form_submissions WHERE {SPAN}
    GROUP BY referer ORDER BY 2 DESC, referer LIMIT %(limit)s
"""
BY_CONTACT = f"""
    SELECT c.id, coalesce(nullif(concat_ws(' ', c.fields ->> 'firstname', c.fields ->> 'lastname'), ''),
                          c.fields ->> 'email', ''), s.number
    FROM (
        SELECT contact_id, count(*) AS number FROM form_submissions WHERE contact_id IS NOT NULL AND {SPAN}
        GROUP BY contact_id ORDER BY 2 DESC, contact_id LIMIT %(limit)s
    ) s JOIN contacts c ON c.id = s.contact_id ORDER BY 3 DESC, 1
"""


def submissions_in_time(asked: Asked) -> Data:
    return line(asked, {"Submission Count": in_time(asked, SUBMITTED)})


def top_referrers(asked: Asked) -> Data:
    raw = [{"submissions": str(n), "referer": referer} for referer, n in rows(BY_REFERER, asked.params)]
    cells = [(Cell(r["referer"]), Cell(r["submissions"])) for r in raw]
    return table(("mautic.form.result.thead.referrer", "mautic.form.graph.line.submissions"), raw, cells)


def top_submitters(asked: Asked) -> Data:
    raw = [{"submissions": str(n), "lead_id": str(i), "name": name} for i, name, n in rows(BY_CONTACT, asked.params)]
    cells = [(Cell(r["name"], f"/s/contacts/view/{r['lead_id']}"), Cell(r["submissions"])) for r in raw]
    return table(("mautic.form.lead", "mautic.form.graph.line.submissions"), raw, cells)


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
