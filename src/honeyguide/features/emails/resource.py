"""E-mails over REST (contract resource-emails)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from honeyguide.engine.api.call import Answer
from honeyguide.engine.api.standard import check
from honeyguide.engine.resource import Action, Denied, NotFound, Resource, Rights
from honeyguide.engine.resource.content_fields import HtmlPage, Language, UtmTags, speaks
from honeyguide.engine.resource.fields import Boolean, Choice, DateTime, Integer, ReadOnly, Stamp, Structure, Text
from honeyguide.engine.resource.given import DONE, LIST, NUMBER, YES_NO, Given, having
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.resource.references import Category, Reference, References, nested, show_category
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.assets.services import chosen
from honeyguide.features.emails import services
from honeyguide.features.emails.models import Email

SEGMENT_SHAPE = (
    ("id", "id"), ("name", "name"), ("publicName", "public_name"), ("alias", "alias"), ("description", "description"),
    ("category", lambda segment: show_category(segment.category)),
)  # fmt: skip
FILTER_KEYS = ("glue", "field", "object", "type", "operator", "display", "filter")
# What the reference shows for the one filter of a variation that has none.
NO_FILTER = dict.fromkeys(FILTER_KEYS) | {"type": "Symfony\\Component\\Form\\Extension\\Core\\Type\\TextType"}


def show_dynamic_content(stored: Any) -> list[Any]:
    if stored == services.DEFAULT_DYNAMIC_CONTENT:
        return [{**stored[0], "filters": [{"content": None, "filters": [NO_FILTER]}]}]
    return stored or []


def parse_dynamic_content(raw: Any) -> Any:
    """Tokens with a default and variations, each variation's filters with all their keys."""
    if raw in (None, "", []):
        return services.DEFAULT_DYNAMIC_CONTENT
    tokens = list(raw.values()) if isinstance(raw, dict) else raw
    if not isinstance(tokens, list) or not all(isinstance(token, dict) for token in tokens):
        raise ValueError("This value is not valid.")
    return [
        {
            "tokenName": _text(token.get("tokenName")),
            "content": _text(token.get("content")),
            "filters": [_variation(entry) for entry in _entries(token.get("filters"))],
        }
        for token in tokens
    ]


def _variation(entry: dict[str, Any]) -> dict[str, Any]:
    filters = [{key: item.get(key) for key in FILTER_KEYS} for item in _entries(entry.get("filters"))]
    for item in filters:
        if item["operator"] in ("empty", "!empty"):
            item["filter"] = None
    return {"content": _text(entry.get("content")), "filters": filters}


def _entries(raw: Any) -> list[dict[str, Any]]:
    listed = list(raw.values()) if isinstance(raw, dict) else raw if isinstance(raw, list) else []
    return [entry for entry in listed if isinstance(entry, dict)]


def _text(raw: Any) -> str | None:
    return str(raw).replace("\x00", "") if isinstance(raw, (str, int, float)) and raw != "" else None


def hide_parent(email: Email | None) -> None:
    """The reference never shows the parent of a translation or variant, only its children."""


def show_relative(email: Email | None) -> dict[str, Any] | None:
    """A translation or variant."""
    return nested(email, (("id", "id"), ("name", "name"), ("subject", "subject"), ("language", "language")))


def show_relatives(related: Any) -> list[Any]:
    return [show_relative(email) for email in related.all()]


def show_assets(ids: Any) -> list[Any]:
    """The assets that go with an e-mail, as they are named elsewhere."""
    shape = (("id", "id"), ("title", "title"), ("alias", "alias"), ("language", "language"))
    return [nested(asset, shape) for asset in chosen(ids)]


class EmailStore(ModelStore):
    """The services check and write. A new e-mail counts as modified when it is made, as in the reference."""

    def save_new(self, values: dict[str, Any], call: Any) -> tuple[Email, bool]:
        if not values.get("dynamic_content"):
            values.pop("dynamic_content", None)  # the service gives the usual one
        return services.create_email({**values, "date_modified": timezone.now()}, by=call.user), True

    def update(self, item: Email, values: dict[str, Any], call: Any) -> Email:
        return services.update_email(item, values, by=call.user)

    def delete(self, item: Email, call: Any) -> None:
        services.delete_email(item, by=call.user)


# --- sending --------------------------------------------------------------------------------------------------------


def send_to_segments(call: Any) -> Any:
    """Queues the e-mail for its segments. What is told as sent is what was queued: the worker sends it within moments, and
    the outbox accounts for each."""
    email = EMAILS.store.get(call.path["id"])
    if email is None or not is_live(email):
        raise NotFound()
    check(EMAILS, call, "view", email)
    raw = call.params.get("limit") if isinstance(call.params, dict) else None
    limit = int(raw) if isinstance(raw, (int, str)) and str(raw).isdecimal() and len(str(raw)) < 10 else 0
    return {
        "success": 1,
        "sentCount": services.send_to_segments(email, limit=limit or None, by=call.user),
        "failedRecipients": 0,
    }


def send_to_contact(call: Any) -> Any:
    from honeyguide.features.contacts.actions import NOT_FOUND, contact_of

    email = EMAILS.store.get(call.path["id"])
    if email is None:
        raise NotFound()
    check(EMAILS, call, "view", email)
    try:
        contact = contact_of(call, "edit", name="contact_id", message=NOT_FOUND)
    except Denied:
        raise NotFound(NOT_FOUND) from None
    params = call.params if isinstance(call.params, dict) else {}
    tokens = params.get("tokens")
    queued = services.send_to_contact(
        email, contact.id, tokens=tokens if isinstance(tokens, dict) else {}, occasion="", by=call.user
    )
    if queued is None:
        return {"success": False, "failed": ["The contact has no e-mail address."]}
    return {"success": True}


def record_reply(call: Any) -> Answer:
    tracking_hash = call.path["tracking_hash"]
    if not services.record_reply(tracking_hash):
        raise NotFound(f"Email Stat with tracking hash {tracking_hash} was not found")
    return Answer({"success": True}, status=201)


EMAILS = Resource(
    name="emails",
    one="email",
    many="emails",
    label="E-mails",
    example={
        "name": "October news",
        "subject": "What is new in October",
        "customHtml": "<html><body><p>Good news.</p></body></html>",
        "emailType": "template",
    },
    model=Email,
    rights=Rights("email:emails"),
    only=Clause("emails.variant_parent_id IS NULL"),
    keyed=True,
    fields=[
        ReadOnly("id", kind="integer"),
        Text("name", required="A name is required."),
        Text("subject", required="A subject is required.", max_length=None),
        Language(),
        Category("email"),
        Text("fromAddress", brief=False),
        Text("fromName", brief=False),
        Text("replyToAddress", brief=False),
        Text("bccAddress", max_length=None, brief=False),
        Boolean("useOwnerAsMailer", default=None, reset=None, brief=False),
        UtmTags(brief=False),
        HtmlPage("customHtml", brief=False),
        Text("plainText", html=True, brief=False),
        Text("template", brief=False),
        Choice("emailType", ("template", "list"), default="template", reset="template", brief=False),
        DateTime("publishUp", brief=False),
        DateTime("publishDown", brief=False),
        Boolean("publicPreview", brief=False),
        ReadOnly("readCount", default=0, kind="integer", brief=False),
        ReadOnly("sentCount", default=0, kind="integer", brief=False),
        ReadOnly("revision", default=1, kind="integer", brief=False),
        Structure("assetAttachments", default=list, render=show_assets, brief=False),
        Stamp("variantStartDate", brief=False),
        ReadOnly("variantSentCount", default=0, kind="integer", brief=False),
        ReadOnly("variantReadCount", default=0, kind="integer", brief=False),
        Reference("variantParent", "Email", hide_parent, brief=False),
        ReadOnly("variantChildren", render=show_relatives, default=list, brief=False),
        Reference("translationParent", "Email", hide_parent, brief=False),
        ReadOnly("translationChildren", render=show_relatives, default=list, brief=False),
        Integer("unsubscribeForm", attribute="unsubscribe_form_id", brief=False),
        Structure(
            "dynamicContent",
            parse=parse_dynamic_content,
            render=show_dynamic_content,
            brief=False,
            default=list,
        ),
        References(
            "lists",
            "Segment",
            lambda segment: nested(segment, SEGMENT_SHAPE),
            unknown=services.NO_SEGMENT,
            brief=False,
            relation=True,
        ),
        Structure("headers", default=list, parse=lambda raw: raw, brief=False),
        References("excludedLists", "Segment", lambda segment: segment.pk, hidden=True),
        Integer("preferenceCenter", attribute="preference_center_id", hidden=True),
        Structure("variantSettings", default=dict, hidden=True),
    ],
    store=EmailStore,
    order=[("lower(emails.name)", "ASC")],
    search=["name", "subject"],
    commands={"lang": speaks("emails")},
    actions=[
        Action(
            "POST",
            "{id}/send",
            send_to_segments,
            "Send the e-mail to its segments",
            takes=[Given(name="limit", text="To how many contacts at most.", kind="integer", example=100)],
            gives=having(success=NUMBER, sentCount=NUMBER, failedRecipients=NUMBER),
        ),
        Action(
            "POST",
            "{id}/contact/{contact_id}/send",
            send_to_contact,
            "Send the e-mail to one contact",
            takes=[
                Given(
                    name="tokens", text="Texts for tokens of the e-mail.", kind="structure", example={"{offer}": "10 %"}
                )
            ],
            gives={"type": "object", "properties": {"success": YES_NO, "failed": LIST}, "required": ["success"]},
        ),
        Action(
            "POST",
            "reply/{tracking_hash}",
            record_reply,
            "Record that a message was replied to",
            takes=[Given(name="tracking_hash", text="The hash of the sent message.", place="path", example="5f0c4b")],
            gives=DONE,
            status=201,
        ),
    ],
)
