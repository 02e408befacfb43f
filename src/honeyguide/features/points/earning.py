"""Points for what contacts do (engine points-stages 1): the published actions look at what happened, a batch of events at a
time. What machines did, and visits of pages that were closed, earns nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from honeyguide.engine.events import EventType, Read
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.sql import ALL, Clause, named, rows, wildcards
from honeyguide.features.contacts.services import adjust_points
from honeyguide.features.points.models import PointAction
from honeyguide.features.points.properties import number, numbers, of
from honeyguide.features.points.scores import add_to_scores

SEEN = 200  # what was answered otherwise was not seen
DONE = """
    unnest(%(ids)s::bigint[], %(contacts)s::bigint[], %(objects)s::bigint[], %(ats)s::timestamptz[], %(urls)s::text[])
        AS done (id, contact_id, object_id, at, url)
"""
# One pass: the contacts that are rewarded for the first time.
LOG_ONCE = """
    INSERT INTO point_action_log (action_id, contact_id, date_fired)
    SELECT %(action)s, id, now() FROM contacts WHERE id = ANY(%(contacts)s::bigint[]) ORDER BY id
    ON CONFLICT DO NOTHING RETURNING contact_id
"""
# What a visitor did on addresses like the one given, up to and with the visit that is looked at. How long they stayed is told
# by their next visit.
PAST = f"""
    CROSS JOIN LATERAL (
        SELECT count(*) AS hits, max(visit.at) FILTER (WHERE visit.id <> done.id) AS before, sum(visit.stayed) AS stayed
        FROM (
            SELECT e.id, e.at, e.payload ->> 'url' AS url, lead(e.at) OVER (ORDER BY e.at, e.id) - e.at AS stayed
            FROM events e
            WHERE e.contact_id = done.contact_id AND e.type = {EventType.PAGE_HIT:d} AND (e.at, e.id) <= (done.at, done.id)
              AND NOT coalesce((e.payload ->> 'bot')::boolean, false)
        ) visit WHERE visit.url LIKE %(url)s
    ) past
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an action of one type looks for. `meant` makes the condition on `done`, and on what `joined` brings, from the
    properties; None when they can never be met."""

    happened: EventType
    meant: Callable[[Mapping[str, Any]], Clause | None]
    joined: str = ""


def among(name: str, column: str) -> Callable[[Mapping[str, Any]], Clause]:
    """The ids that the property lists; none means any."""

    def condition(properties: Mapping[str, Any]) -> Clause:
        ids = numbers(properties.get(name))
        return Clause(f"{column} = ANY(%s::bigint[])", (ids,)) if ids else ALL

    return condition


def _opened(properties: Mapping[str, Any]) -> Clause:
    wanted = among("emails", "outbox.email_id")(properties)
    if categories := numbers(properties.get("categories")):
        wanted &= Clause(
            "outbox.email_id IN (SELECT id FROM emails WHERE category_id = ANY(%s::bigint[]))", (categories,)
        )
    return wanted


def _landing_page(properties: Mapping[str, Any]) -> Clause:
    """A variant counts as the page it is a variant of."""
    return Clause("pages.id IS NOT NULL") & among("pages", "coalesce(pages.variant_parent_id, pages.id)")(properties)


def _address(properties: Mapping[str, Any]) -> Clause | None:
    if not _pattern(properties):
        return None
    condition = Clause("done.url LIKE %s", (wildcards(_pattern(properties)),))
    if hits := number(properties.get("page_hits")):
        condition &= Clause("past.hits >= %s", (hits,))
    if str(properties.get("first_time") or "").lower() in ("1", "true", "yes"):
        condition &= Clause("past.before IS NULL")
    for name, text in (
        ("returns_within", "past.before >= done.at - make_interval(secs => %s)"),
        ("returns_after", "past.before <= done.at - make_interval(secs => %s)"),
        ("accumulative_time", "past.stayed >= make_interval(secs => %s)"),
    ):
        if seconds := number(properties.get(name)):
            condition &= Clause(text, (seconds,))
    return condition


def _pattern(properties: Mapping[str, Any]) -> str:
    return str(properties.get("page_url") or "").strip()


MESSAGE = "JOIN outbox ON outbox.id = done.object_id"
KINDS = {
    "asset.download": Kind(EventType.ASSET_DOWNLOADED, among("assets", "done.object_id")),
    "email.open": Kind(EventType.EMAIL_OPENED, _opened, MESSAGE),
    "email.send": Kind(EventType.EMAIL_SENT, among("emails", "outbox.email_id"), MESSAGE),
    "form.submit": Kind(EventType.FORM_SUBMITTED, among("forms", "done.object_id")),
    "page.hit": Kind(EventType.PAGE_HIT, _landing_page, "LEFT JOIN pages ON pages.id = done.object_id"),
    "url.hit": Kind(EventType.PAGE_HIT, _address, PAST),
}


def wanted() -> set[EventType]:
    """The events that the published actions give points for."""
    return {
        KINDS[type_].happened for type_ in PointAction.objects.filter(is_published=True).values_list("type", flat=True)
    }


def reward(events: Sequence[Read]) -> None:
    """Gives the points of every published action for what the batch tells."""
    real = [event for event in events if event.contact_id and _counts(event.payload or {})]
    if not real:
        return
    for action in filter(is_live, PointAction.objects.filter(is_published=True).order_by("pk")):
        kind = KINDS[action.type]
        if done := [event for event in real if event.type == kind.happened]:
            _give(action, Counter(_who(action, kind, done)))


def _counts(payload: Mapping[str, Any]) -> bool:
    return not payload.get("bot") and payload.get("code", SEEN) == SEEN


def _who(action: PointAction, kind: Kind, done: Sequence[Read]) -> Iterable[int]:
    """The contacts that did what the action is for, each as often as they did it."""
    properties = of(action)
    meant = kind.meant(properties)
    if meant is None:
        return []
    given = {
        "ids": [event.id for event in done],
        "contacts": [event.contact_id for event in done],
        "objects": [event.object_id for event in done],
        "ats": [event.at for event in done],
        "url": wildcards(_pattern(properties)),
        "urls": [(event.payload or {}).get("url") for event in done],
    }
    source = named(f"SELECT done.contact_id FROM {DONE} {kind.joined}", given)
    found = rows(f"{source.text} WHERE {meant.text}", source.params + meant.params)
    return [contact_id for (contact_id,) in found]


def _give(action: PointAction, times: Counter[int]) -> None:
    if not action.repeatable:
        fresh = rows(LOG_ONCE, {"action": action.pk, "contacts": sorted(times)})
        times = Counter(contact_id for (contact_id,) in fresh)
    kind, _, name = action.type.partition(".")
    told = {"event_name": f"{action.pk}: {action.name}", "action_name": name, "kind": kind}
    while action.delta and times:
        if action.group_id:
            add_to_scores(times, action.group_id, action.delta, **told)
        else:
            adjust_points(times, "plus", action.delta, **told)
        times = times - Counter(times.keys())
