"""Telling what happened: of each kind of event a label and details, with what is known of its object, read once per kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from honeyguide.engine.events import EventType
from honeyguide.engine.resource.fields import iso
from honeyguide.engine.sql import rows
from honeyguide.features.contacts.render import without_nulls
from honeyguide.features.contacts.timeline.reading import TYPES, Happened

DNC_REASONS = {
    1: "Contact unsubscribed from this channel.",
    2: "Sending to this contact bounced on this channel.",
    3: "Contact was manually set as do not contact for this channel.",
}
# One pass: what is known of text messages: of which one, what was said, when.
TEXT_MESSAGES = """
    SELECT d.id, d.item_id, s.name, d.content, d.sent_at, d.segment_id
    FROM dispatches d LEFT JOIN smses s ON s.id = d.item_id WHERE d.id = ANY(%s)
"""


def told(happened: Sequence[Happened], site_url: str) -> list[dict[str, Any]]:
    """The events with what is known of their objects, which is read once per kind."""
    known = {
        kind: LOADERS[kind]([h for h in happened if h.kind == kind]) for kind in {h.kind for h in happened} & {*LOADERS}
    }
    events = []
    for event in happened:
        label, details, number = TELLERS[event.kind](event, known.get(event.kind, {}), site_url)
        events.append(
            {
                "event": event.kind,
                "eventId": f"{event.kind}{number or event.id}",
                "eventLabel": label,
                "eventType": TYPES[event.kind],
                "timestamp": iso(event.at),
                "contactId": str(event.contact_id),
                "details": without_nulls(details),
            }
        )
    return events


def _point(event: Happened, known: Any, site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    told = event.payload
    log = {
        "eventName": told["event"], "actionName": told.get("action"), "dateAdded": iso(event.at), "type": told.get("type"),
        "delta": str(told.get("delta")), "id": str(event.id), "lead_id": str(event.contact_id),
    }  # fmt: skip
    return f"{told['event']} / {told.get('delta')}", {"log": log}, None


def _stage(event: Happened, known: Any, site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    name = event.payload.get("name", "")
    log = {
        "id": str(event.id), "reference": str(event.object_id), "eventName": name,
        "actionName": event.payload.get("action"), "dateAdded": iso(event.at), "lead_id": str(event.contact_id),
    }  # fmt: skip
    return _link(name, f"{site_url}/s/stages/edit/{event.object_id}"), {"log": log}, None


def _link(label: str, href: str) -> dict[str, Any]:
    return {"label": label, "href": href, "isExternal": False}


def _do_not_contact(event: Happened, known: Any, site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    told = event.payload
    entry = {
        "id": str(event.object_id), "channel": told["channel"], "date_added": iso(event.at),
        "reason": DNC_REASONS.get(told["new"], ""), "comments": told.get("comments", ""),
    }  # fmt: skip
    return told["channel"].capitalize(), {"dnc": entry}, event.object_id


def _utm(
    event: Happened, known: dict[int, dict[str, Any]], site_url: str
) -> tuple[Any, dict[str, Any], int | str | None]:
    entry = {"id": str(event.object_id), "lead_id": str(event.contact_id), "date_added": iso(event.at)}
    entry |= known.get(event.object_id or 0, {})
    return TYPES[event.kind], {"utmtags": entry}, event.object_id


def _text_message(
    event: Happened, known: dict[int, tuple], site_url: str
) -> tuple[Any, dict[str, Any], int | str | None]:
    item, name, content, at, segment = known.get(event.object_id or 0, (None, None, None, None, None))
    stat = {
        "id": str(event.object_id), "sms_id": item and str(item), "sms_name": name, "dateSent": iso(at or event.at),
        "isFailed": "1" if event.kind == "sms.failed" else "0", "list_id": segment and str(segment), "message": content,
        "details": {"failed": event.payload["answer"]} if event.payload.get("answer") else [],
    }  # fmt: skip
    label = _link(name, f"{site_url}/s/sms/view/{item}") if name else TYPES[event.kind]
    return label, {"stat": stat, "type": event.kind}, event.object_id


def _reply(event: Happened, known: Any, site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    return TYPES[event.kind], {"message": event.payload.get("message", "")}, event.object_id


def _source(verb: str) -> Callable[[Happened, Any, str], tuple[Any, dict[str, Any], int | str | None]]:
    def told(event: Happened, known: Any, site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
        source = event.payload.get("source") or {}
        description = source.get("description") or source.get("object") or ""
        return f"Contact was {verb} by {description}", {"objectDescription": description}, None

    return told


def _segment(event: Happened, known: dict[int, str], site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    name = known.get(event.object_id or 0, "")
    verb = "added to" if event.type == EventType.SEGMENT_JOINED else "removed from"
    label = _link(f"Contact {verb} segment, {name}", f"{site_url}/s/segments/view/{event.object_id}")
    return label, {"objectDescription": name}, None


def _campaign(event: Happened, known: dict[int, str], site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    name = known.get(event.object_id or 0, "")
    verb = "added to" if event.type == EventType.CAMPAIGN_JOINED else "removed from"
    label = _link(f"Contact {verb} campaign, {name}", f"{site_url}/s/campaigns/view/{event.object_id}")
    return label, {"objectDescription": name}, None


def _step(event: Happened, known: Any, site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    """A step of a campaign that was done, or is planned for that time."""
    step = event.payload
    is_planned = event.kind == "campaign.event.scheduled"
    failed = {"failed": 1, "reason": step["note"]} if step["failed"] and not is_planned else None
    log = {
        "event_id": str(event.id), "campaign_id": str(event.object_id), "lead_id": str(event.contact_id),
        "event_name": step["step"], "type": step["step_type"], "campaign_name": step["campaign"],
        "dateTriggered": None if is_planned else iso(event.at), "isScheduled": "1" if is_planned else "0",
        "triggerDate": iso(event.at) if is_planned else None, "rotation": str(step["rotation"]),
        "nonActionPathTaken": "1" if step["taken"] is False else "0", "metadata": failed or [],
    }  # fmt: skip
    way = f"{site_url}/s/campaigns/view/{event.object_id}/contacts/{event.contact_id}"
    label = _link(f"{step['step']} / {step['campaign']}", way)
    return label, {"log": log}, f"{event.id}-{step['rotation']}"


def _imported(event: Happened, known: dict[int, str], site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    name = known.get(event.object_id or 0, "")
    label = _link(
        f"Contact {event.payload.get('action', 'imported')} from {name}",
        f"{site_url}/s/contacts/import/view/{event.object_id}",
    )
    return label, {"file": name, "action": event.payload.get("action")}, None


def _email(
    event: Happened, known: dict[int, dict[str, Any]], site_url: str
) -> tuple[Any, dict[str, Any], int | str | None]:
    stat = known.get(event.object_id or 0, {})
    label = _link(stat.get("email_name") or "", f"{site_url}/s/emails/view/{stat.get('email_id')}")
    kind = event.kind.removeprefix("email.")
    if event.payload:
        stat = {**stat, "event": event.payload}
    return label, {"stat": stat, "type": kind}, None


def _hit(event: Happened, known: dict[int, str], site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    url = event.payload.get("url") or known.get(event.payload.get("link") or 0) or ""
    hit = {
        "url": url,
        "dateHit": iso(event.at),
        "userAgent": event.payload.get("agent"),
        "leadId": str(event.contact_id),
    }
    return {"label": url, "href": url, "isExternal": True}, {"hit": hit}, None


def _shown(one: str) -> Callable[[Happened, Any, str], tuple[Any, dict[str, Any], int | str | None]]:
    def told(event: Happened, known: dict[int, str], site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
        name = known.get(event.object_id or 0, "")
        stat = {"id": str(event.id), f"{one}_id": event.object_id, "name": name, "dateSent": iso(event.at)}
        return name, {"stat": stat | {key: event.payload[key] for key in ("slot", "url") if key in event.payload}}, None

    return told


def _download(event: Happened, known: dict[int, str], site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    title = known.get(event.object_id or 0, "")
    download = {
        "id": str(event.id),
        "asset": event.object_id,
        "title": title,
        "dateDownload": iso(event.at),
        **event.payload,
    }
    return _link(title, f"{site_url}/s/assets/view/{event.object_id}"), {"download": download}, None


def _submitted(event: Happened, known: dict[int, Any], site_url: str) -> tuple[Any, dict[str, Any], int | str | None]:
    number = event.payload.get("submission")
    form, submission, page = known.get(number or 0, ({}, {}, None))
    label = {"label": form.get("name", ""), "href": f"{site_url}/s/forms/view/{event.object_id}"}
    return label, {"submission": submission, "form": form, "page": page or {}}, number


TELLERS: dict[str, Callable[[Happened, Any, str], tuple[Any, dict[str, Any], int | str | None]]] = {
    "asset.download": _download,
    "dynamic.content.sent": _shown("dynamic_content"),
    "focus.on_click": _shown("focus"),
    "focus.on_view": _shown("focus"),
    "lead.source.created": _source("created"),
    "lead.source.identified": _source("identified"),
    "lead.donotcontact": _do_not_contact,
    "email.failed": _email,
    "email.read": _email,
    "email.replied": _email,
    "email.sent": _email,
    "form.submitted": _submitted,
    "lead.imported": _imported,
    "page.hit": _hit,
    "point.gained": _point,
    "campaign.event": _step,
    "campaign.event.scheduled": _step,
    "campaign_membership": _campaign,
    "segment_membership": _segment,
    "sms.sent": _text_message,
    "sms.failed": _text_message,
    "sms_reply": _reply,
    "stage.changed": _stage,
    "lead.utmtagsadded": _utm,
}


def _objects(found: Sequence[Happened]) -> list[int]:
    return [event.object_id for event in found if event.object_id]


def _load_utm(found: Sequence[Happened]) -> dict[int, dict[str, Any]]:
    names = ("query", "referer", "remote_host", "url", "user_agent", "utm_campaign", "utm_content", "utm_medium",
             "utm_source", "utm_term")  # fmt: skip
    loaded = rows(f"SELECT id, {', '.join(names)} FROM utm_tags WHERE id = ANY(%s)", (_objects(found),))
    return {
        row[0]: {
            name: orjson.loads(value) if name == "query" and isinstance(value, str) else value
            for name, value in zip(names, row[1:], strict=True)
        }
        for row in loaded
    }


def _load_segments(found: Sequence[Happened]) -> dict[int, str]:
    return dict(rows("SELECT id, name FROM segments WHERE id = ANY(%s)", (_objects(found),)))


def _load_contents(found: Sequence[Happened]) -> dict[int, str]:
    return dict(rows("SELECT id, name FROM dynamic_contents WHERE id = ANY(%s)", (_objects(found),)))


def _load_focus_items(found: Sequence[Happened]) -> dict[int, str]:
    return dict(rows("SELECT id, name FROM focus_items WHERE id = ANY(%s)", (_objects(found),)))


def _load_assets(found: Sequence[Happened]) -> dict[int, str]:
    return dict(rows("SELECT id, title FROM assets WHERE id = ANY(%s)", (_objects(found),)))


def _load_campaigns(found: Sequence[Happened]) -> dict[int, str]:
    return dict(rows("SELECT id, name FROM campaigns WHERE id = ANY(%s)", (_objects(found),)))


def _load_imports(found: Sequence[Happened]) -> dict[int, str]:
    return dict(rows("SELECT id, original_file FROM imports WHERE id = ANY(%s)", (_objects(found),)))


def _load_links(found: Sequence[Happened]) -> dict[int, str]:
    wanted = [event.payload["link"] for event in found if event.payload.get("link")]
    return dict(rows("SELECT id, url FROM links WHERE id = ANY(%s)", (wanted,))) if wanted else {}


def _load_emails(found: Sequence[Happened]) -> dict[int, dict[str, Any]]:
    """What the outbox knows of each message."""
    from honeyguide.engine.delivery.sealed import seal

    loaded = rows(
        """
        SELECT o.id, o.email_id, o.sent_at, o.read_at, e.subject, e.name, o.state, o.viewed_in_browser, o.attempts,
               o.segment_id, s.name
        FROM outbox o LEFT JOIN emails e ON e.id = o.email_id LEFT JOIN segments s ON s.id = o.segment_id
        WHERE o.id = ANY(%s)
        """,
        (_objects(found),),
    )
    return {row[0]: _stat(row, seal(row[0])) for row in loaded}


def _stat(row: tuple, sealed: str) -> dict[str, Any]:
    number, email_id, sent, read, subject, name, state, viewed, attempts, segment_id, segment = row
    delay = read - sent if read and sent else None
    return {
        "email_id": str(email_id) if email_id else None,
        "id": str(number),
        "dateRead": iso(read),
        "dateSent": iso(sent),
        "subject": subject,
        "email_name": name,
        "isRead": "1" if read else "0",
        "isFailed": "1" if state == 4 else "0",
        "viewedInBrowser": "1" if viewed else "0",
        "retryCount": str(attempts),
        "list_id": str(segment_id) if segment_id else None,
        "list_name": segment,
        "idHash": sealed,
        "openDetails": [],
        "timeToRead": f"PT{int(delay.total_seconds())}S" if delay else False,
    }


def _load_text_messages(found: Sequence[Happened]) -> dict[int, tuple]:
    return {row[0]: row[1:] for row in rows(TEXT_MESSAGES, (_objects(found),))}


def _load_submissions(found: Sequence[Happened]) -> dict[int, Any]:
    """Form, submission and landing page, by the submission's id."""
    from honeyguide.features.forms.submissions import told

    return told([event.payload["submission"] for event in found if event.payload.get("submission")])


LOADERS: dict[str, Callable[[Sequence[Happened]], dict[int, Any]]] = {
    "asset.download": _load_assets,
    "dynamic.content.sent": _load_contents,
    "focus.on_click": _load_focus_items,
    "focus.on_view": _load_focus_items,
    "lead.utmtagsadded": _load_utm,
    "campaign_membership": _load_campaigns,
    "segment_membership": _load_segments,
    "form.submitted": _load_submissions,
    "lead.imported": _load_imports,
    "page.hit": _load_links,
    "sms.sent": _load_text_messages,
    "sms.failed": _load_text_messages,
    "email.failed": _load_emails,
    "email.read": _load_emails,
    "email.replied": _load_emails,
    "email.sent": _load_emails,
}
