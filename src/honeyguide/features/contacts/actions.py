"""What can be done with a contact over REST beyond the ten standard routes (contract resource-contacts)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from honeyguide.engine import config
from honeyguide.engine.resource import Action, Denied, NotFound, Refused
from honeyguide.engine.resource.given import DONE, KEYED, LIST, NUMBER, OBJECT, PAGING, YES_NO, Given, having, item_of
from honeyguide.engine.sql import ALL, Clause
from honeyguide.features.contacts import render, services, sublists, timeline
from honeyguide.features.contacts.rows import Row
from honeyguide.features.contacts.search import own_only as own_contacts
from honeyguide.features.contacts.utm import touch

NOT_FOUND = "Contact not found."
OPERATORS = ("plus", "minus", "times", "divide")


def contact_of(call: Any, action: str = "view", *, name: str = "id", message: str | None = None) -> Row:
    """The contact of the path, when the caller may do `action` to it. Raises `NotFound` and `Denied`."""
    from honeyguide.features.contacts.resource import CONTACTS

    found = CONTACTS.store.get(call.path[name])
    if found is None:
        raise NotFound(message) if message else NotFound()
    if not CONTACTS.store.allowed(action, found, call):
        raise Denied()
    return found


def _params(call: Any) -> dict[str, Any]:
    return call.params if isinstance(call.params, dict) else {}


# --- do not contact, UTM tags, points -------------------------------------------------------------------------------


def add_do_not_contact(call: Any) -> Any:
    contact = contact_of(call, "edit")
    params = _params(call)
    reason = _whole(params.get("reason", services.MANUAL))
    if not reason:
        details = ["Reason code needs to be an integer and higher than 0."]
        raise Refused("Invalid reason code given", details=details)
    channel_id, comments = _whole(params.get("channelId")), params.get("comments")
    services.set_do_not_contact(
        contact.id,
        call.path["channel"],
        reason,
        by=call.user,
        channel_id=channel_id or None,
        comments=comments.replace("\x00", "") if isinstance(comments, str) else "",
    )
    touch(contact.id, by=call.user)
    return {"contact": _again(contact)}


def remove_do_not_contact(call: Any) -> Any:
    contact = contact_of(call, "edit")
    with transaction.atomic():
        removed = services.remove_do_not_contact(contact.id, call.path["channel"], by=call.user)
        touch(contact.id, by=call.user)
    return {"recordFound": bool(removed), "contact": _again(contact)}


def add_utm_tags(call: Any) -> Any:
    contact = contact_of(call, "edit")
    with transaction.atomic():
        services.add_utm_tags(contact.id, _params(call), by=call.user)
    return {"contact": _again(contact)}


def remove_utm_tags(call: Any) -> Any:
    contact = contact_of(call, "edit")
    with transaction.atomic():
        services.remove_utm_tag(contact.id, call.path["utm_id"], by=call.user)
    return {"recordFound": True, "contact": _again(contact)}


def _again(contact: Row) -> dict[str, Any]:
    return render.plain(services.read([contact.id])[contact.id])


def change_points(call: Any) -> Any:
    contact = contact_of(call, "edit", name="contact_id", message=NOT_FOUND)
    operator, delta = call.path["operator"], _whole(call.path["delta"])
    if operator not in OPERATORS:
        raise Refused("Invalid operator")
    params = _params(call)
    if delta:
        services.adjust_points(
            contact.id,
            operator,
            delta,
            event_name=_text(params.get("eventName")) or None,
            action_name=_text(params.get("actionName")) or "API",
            by=call.user,
        )
    return {"success": 1}


def _whole(raw: Any) -> int:
    """A whole number as the reference casts it: 0 for what is none."""
    text = str(raw).strip() if isinstance(raw, (int, str)) and not isinstance(raw, bool) else ""
    digits = text.lstrip("-")
    return int(text) if digits.isdecimal() and len(digits) < 10 and text.count("-") < 2 else 0


def _text(raw: Any) -> str:
    return raw.replace("\x00", "")[:191] if isinstance(raw, str) else ""


# --- lists ----------------------------------------------------------------------------------------------------------


def activity(call: Any) -> Any:
    return _activity(call, contact_of(call).id)


def all_activity(call: Any) -> Any:
    call.require("lead:leads:viewown", "lead:leads:viewother")
    return _activity(call, None, only=ALL if call.may("lead:leads:viewother") else own_contacts(call.user))


def _activity(call: Any, contact_id: int | None, *, only: Clause = ALL) -> Any:
    given = call.query.get("order")
    order = [_text(part) for part in given] if isinstance(given, list) else []
    return timeline.activity(
        contact_id,
        filters=timeline.read_filters(call.query.get("filters")),
        order=(order[0], order[1] if len(order) > 1 else "ASC") if order else ("timestamp", "DESC"),
        page=_whole(call.query.get("page", 1)) or 1,
        limit=_whole(call.query.get("limit", 25)) or 25,
        only=only,
        site_url=config.get("site_url"),
    )


def segments(call: Any) -> Any:
    return sublists.segments_of(contact_of(call).id)


def campaigns(call: Any) -> Any:
    contact = contact_of(call)
    others = call.may("campaign:campaigns:viewother")
    return sublists.campaigns_of(contact.id, created_by=None if others else call.user.pk)


def companies(call: Any) -> Any:
    return sublists.companies_of(contact_of(call).id)


def notes(call: Any) -> Any:
    return sublists.notes_of(contact_of(call).id, **_paging(call))


def devices(call: Any) -> Any:
    return sublists.devices_of(contact_of(call).id, **_paging(call))


def _paging(call: Any) -> dict[str, Any]:
    """The parameters that were given, under the names of the sub-lists' functions."""
    names = {"search": "search", "orderBy": "order", "orderByDir": "direction"}
    given = {names[name]: _text(call.query[name]) for name in names if name in call.query}
    counts = {name: max(_whole(call.query[name]), 0) for name in ("start", "limit") if name in call.query}
    return given | counts


def owners(call: Any) -> Any:
    call.require("lead:leads:create", "lead:leads:editown", "lead:leads:editother")
    paging = _paging(call)
    return sublists.owners(
        search=_text(call.query.get("filter")), start=paging.get("start", 0), limit=paging.get("limit", 0)
    )


def fields(call: Any) -> Any:
    call.require("lead:leads:editown", "lead:leads:editother")
    return sublists.fields()


def visible_segments(call: Any) -> Any:
    return sublists.segments(call.user)


CHANNEL = Given(name="channel", text="The channel, such as `email` or `sms`.", place="path", example="email")
HISTORY = (
    Given(name="page", text="The page, from 1.", place="query", kind="integer", example=1),
    Given(name="limit", text="Events on a page.", place="query", kind="integer", example=25),
    Given(name="filters[search]", text="Words that are looked for.", place="query"),
    Given(name="filters[includeEvents][]", text="A kind of event to include.", place="query", example="lead.create"),
)
UTM = tuple(
    Given(name=name, text=text, example=example)
    for name, text, example in (
        ("utm_campaign", "The campaign.", "autumn"),
        ("utm_source", "Where the visit came from.", "newsletter"),
        ("utm_medium", "By what.", "email"),
        ("utm_content", "Which link.", "top"),
        ("utm_term", "The words searched for.", "tea"),
        ("useragent", "The browser.", "curl/8"),
        ("url", "The page.", "https://example.com/tea"),
        ("referer", "The page before it.", "https://example.com/"),
        ("query", "The query of the page's address.", "a=b"),
        ("remotehost", "The visitor's host.", "example.com"),
    )
)
CONTACT = having(contact=item_of("contacts"))
FOUND = having(recordFound=YES_NO, contact=item_of("contacts"))


def _listed(name: str) -> dict[str, Any]:
    return having(total=NUMBER, **{name: KEYED})


ACTIONS = (
    Action(
        "POST",
        "{id}/dnc/{channel}/add",
        add_do_not_contact,
        "Mark a contact as do-not-contact on a channel",
        takes=[
            CHANNEL,
            Given(name="reason", text="1 unsubscribed, 2 bounced, 3 by hand.", kind="integer", example=3),
            Given(name="channelId", text="The id of the message that was answered.", kind="integer"),
            Given(name="comments", text="Why.", example="Asked by telephone."),
        ],
        gives=CONTACT,
    ),
    Action(
        "POST",
        "{id}/dnc/{channel}/remove",
        remove_do_not_contact,
        "Let a contact be reached on a channel again",
        takes=[CHANNEL],
        gives=FOUND,
    ),
    Action("GET", "activity", all_activity, "What happened, to all contacts", takes=HISTORY, gives=OBJECT),
    Action("GET", "{id}/activity", activity, "What happened to a contact", takes=HISTORY, gives=OBJECT),
    Action("GET", "{id}/notes", notes, "The notes on a contact", takes=PAGING, gives=_listed("notes")),
    Action("GET", "{id}/devices", devices, "The devices of a contact", takes=PAGING, gives=_listed("devices")),
    Action("GET", "{id}/campaigns", campaigns, "The campaigns a contact is in", gives=_listed("campaigns")),
    Action("GET", "{id}/segments", segments, "The segments a contact is in", gives=_listed("lists")),
    Action("GET", "{id}/companies", companies, "The companies of a contact", gives=_listed("companies")),
    Action("POST", "{id}/utm/add", add_utm_tags, "Record UTM tags", takes=UTM, gives=CONTACT),
    Action("POST", "{id}/utm/{utm_id}/remove", remove_utm_tags, "Remove recorded UTM tags", gives=FOUND),
    Action(
        "GET",
        "list/owners",
        owners,
        "Users who can own contacts",
        takes=[Given(name="filter", text="Words that are looked for.", place="query"), *PAGING[1:3]],
        gives=LIST,
    ),
    Action("GET", "list/fields", fields, "All contact and company fields", gives=OBJECT),
    Action("GET", "list/segments", visible_segments, "Segments the caller sees", gives=KEYED),
    Action(
        "POST",
        "{contact_id}/points/{operator}/{delta}",
        change_points,
        "Add, subtract, multiply or divide points",
        takes=[
            Given(name="operator", text="What to do.", place="path", choices=OPERATORS, example="plus"),
            Given(name="delta", text="By how much.", place="path", kind="integer", example=5),
            Given(name="eventName", text="What the points are for.", example="Visited our stand"),
            Given(name="actionName", text="What gave them.", example="Fair"),
        ],
        gives=DONE,
    ),
)
