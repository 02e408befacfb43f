"""What the dashboard knows of contacts."""

from __future__ import annotations

from collections.abc import Callable

from honeyguide.engine.sql import rows
from honeyguide.engine.widgets import Asked, Cell, Data, Source, Widget, in_time, line, pie, table, totals
from honeyguide.engine.widgets.charts import NO_DATA

GROUP, RIGHT = "Contact Widgets", "lead:leads:viewown"
MINE = "(%(mine)s::bigint IS NULL OR coalesce(owner_id, created_by) = %(mine)s)"
SPAN = f"date_added >= %(since)s AND date_added < %(until)s AND {MINE}"
NAME = """coalesce(nullif(concat_ws(' ', fields ->> 'firstname', fields ->> 'lastname'), ''), fields ->> 'email',
                  fields ->> 'company', id::text)"""

# One pass each: known contacts per country; per who made them; per owner; the first of the span.
BY_COUNTRY = f"""
    SELECT fields ->> 'country', count(*) FROM contacts
    WHERE {SPAN} AND date_identified IS NOT NULL AND fields ->> 'country' <> '' GROUP BY 1 ORDER BY 2 DESC, 1
"""
BY_CREATOR = f"""
    SELECT created_by, max(created_by_user), count(*) FROM contacts
    WHERE {SPAN} AND date_identified IS NOT NULL AND created_by IS NOT NULL
    GROUP BY created_by ORDER BY 3 DESC, 1 LIMIT %(limit)s
"""
BY_OWNER = f"""
    SELECT owner_id, first_name, last_name, n FROM (
        SELECT owner_id, count(*) AS n FROM contacts WHERE {SPAN} AND owner_id IS NOT NULL GROUP BY owner_id
    ) AS counted JOIN users ON users.id = owner_id ORDER BY n DESC, owner_id LIMIT %(limit)s
"""
LATEST = f"""
    SELECT id, to_char(date_added AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), {NAME} FROM contacts
    WHERE {SPAN} ORDER BY id LIMIT %(limit)s
"""
# One pass: members and known members of each segment that is asked for, or of all contacts when none is.
LIFETIME = """
    SELECT s.id, s.name, count(c.id), count(c.date_identified)
    FROM segments s
    LEFT JOIN segment_contacts m ON m.segment_id = s.id AND NOT m.manually_removed
    LEFT JOIN contacts c ON c.id = m.contact_id AND c.date_added >= %(since)s AND c.date_added < %(until)s
        AND (%(mine)s::bigint IS NULL OR coalesce(c.owner_id, c.created_by) = %(mine)s)
    WHERE s.id = ANY(%(segments)s) GROUP BY s.id ORDER BY s.id
"""
BIGGEST = """
    SELECT segments.id, segments.name FROM segments WHERE is_published ORDER BY contact_count DESC NULLS LAST, id LIMIT %s
"""

ALL = Source("contacts", "date_added", MINE)
IDENTIFIED = Source("contacts", "date_added", f"{MINE} AND date_identified IS NOT NULL")
ANONYMOUS = Source("contacts", "date_added", f"{MINE} AND date_identified IS NULL")


def created_in_time(asked: Asked) -> Data:
    flag = asked.filters.get("flag")
    sources = {
        "identified": {"Identified": IDENTIFIED},
        "anonymous": {"Anonymous": ANONYMOUS},
        "identifiedVsAnonymous": {"Identified": IDENTIFIED, "Anonymous": ANONYMOUS},
    }.get(str(flag), {"All contacts": ALL})
    if flag in ("top", "topIdentifiedVsAnonymous"):
        sources = _of_biggest_segments(str(flag))
    return line(asked, {label: in_time(asked, source) for label, source in sources.items()})


def _of_biggest_segments(flag: str) -> dict[str, Source]:
    member = "id IN (SELECT contact_id FROM segment_contacts WHERE segment_id = %(segment)s AND NOT manually_removed)"
    sources = {}
    for number, name in rows(BIGGEST, (6 if flag == "top" else 3,)):
        params = {"segment": number}
        if flag == "top":
            sources[name] = Source("contacts", "date_added", f"{MINE} AND {member}", params=params)
        else:
            for label, known in (("identified", IDENTIFIED), ("anonymous", ANONYMOUS)):
                sources[f"{name} ({label})"] = Source(
                    "contacts", "date_added", f"{known.where} AND {member}", params=params
                )
    return sources or {"All contacts": ALL}


def anonymous_and_identified(asked: Asked) -> Data:
    return pie(asked, dict(zip(("Identified", "Anonymous"), totals(asked, (IDENTIFIED, ANONYMOUS)), strict=True)))


def lifetime(asked: Asked) -> Data:
    """For each segment asked for (`filter[flag]`), else all contacts: how many are identified."""
    wanted = [int(word) for word in asked.words("flag") if word.isdecimal() and len(word) < 10 and int(word)]
    found = rows(LIFETIME, {**asked.params, "segments": wanted}) if wanted else []
    if not wanted:
        found = [(0, "All Contacts", *totals(asked, (ALL, IDENTIFIED)))]
    names = [name for _, name, _, _ in found]
    charts = [pie(asked, {"Identified": known, "Anonymous": all_ - known}).shown for _, _, all_, known in found]
    shown = {
        "columnName": names,
        "value": [all_ for _, _, all_, _ in found],
        "link": [f"/s/segments/view/{number}" if number else "/s/contacts" for number, *_ in found],
        "chartType": "lifecycle",
        "chartHeight": asked.height,
        "chartItems": charts,
    }
    return Data(shown, shown)


def map_of_contacts(asked: Asked) -> Data:
    found = dict(rows(BY_COUNTRY, asked.params)) or []
    return Data({"height": asked.height, "data": found}, {"height": asked.height, "data": found})


def top_creators(asked: Asked) -> Data:
    raw = [{"created_by": str(i), "created_by_user": n, "leads": str(c)} for i, n, c in rows(BY_CREATOR, asked.params)]
    cells = [(Cell(r["created_by_user"], f"/s/users/edit/{r['created_by']}"), Cell(r["leads"])) for r in raw]
    return table(("mautic.user.account.permissions.editname", "mautic.lead.leads"), raw, cells)


def top_owners(asked: Asked) -> Data:
    raw = [
        {"owner_id": str(number), "first_name": first, "last_name": last, "leads": str(count)}
        for number, first, last, count in rows(BY_OWNER, asked.params)
    ]
    cells = [
        (Cell(f"{r['first_name']} {r['last_name']}", f"/s/users/edit/{r['owner_id']}"), Cell(r["leads"])) for r in raw
    ]
    return table(("mautic.user.account.permissions.editname", "mautic.lead.leads"), raw, cells)


def created_contacts(asked: Asked) -> Data:
    raw = [{"id": str(number), "date_added": at, "name": name} for number, at, name in rows(LATEST, asked.params)]
    shown = [[{"value": r["name"], "type": "link", "link": f"/s/contacts/view/{r['id']}"}] for r in raw]
    shown = shown or [[{"value": NO_DATA, "type": "text", "link": ""}]]
    return Data({"headItems": ["mautic.dashboard.label.title"], "bodyItems": shown}, raw or [{"name": NO_DATA}])


def _widget(type_: str, title: str, data: Callable[[Asked], Data]) -> Widget:
    return Widget(type=type_, title=title, group=GROUP, right=RIGHT, others="lead:leads:viewother", data=data)


IN_TIME = _widget("created.leads.in.time", "Created contacts in time", created_in_time)
ANONYMOUS_AND_IDENTIFIED = _widget(
    "anonymous.vs.identified.leads", "Anonymous vs identified contacts", anonymous_and_identified
)
LIFECYCLE = _widget("lead.lifetime", "Lifecycle", lifetime)
MAP = _widget("map.of.leads", "Map", map_of_contacts)
CREATORS = _widget("top.creators", "Top contact creators", top_creators)
OWNERS = _widget("top.owners", "Top contact owners", top_owners)
CREATED = _widget("created.leads", "Created contacts", created_contacts)
