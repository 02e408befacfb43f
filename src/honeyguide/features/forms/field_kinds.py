"""What the form builder offers: kinds of fields and of actions, and what can be set for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A property by the name it is stored under; dots lead into maps. `kind`: text, long, number, flag, choices (lines of
    value|label), words (with commas), or the name of a list of things that one or, with `several`, some are chosen from."""

    name: str
    label: str
    kind: str = "text"
    several: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of field. `asks`: a visitor answers it; `mapped`: the answer can go to a field of a contact or company."""

    type: str
    label: str
    icon: str
    settings: Sequence[Setting] = ()
    asks: bool = True
    mapped: bool = True
    may_be_parent: bool = False


PLACEHOLDER = Setting("properties.placeholder", "Placeholder")
MULTIPLE = Setting("properties.multiple", "Several may be chosen", "flag")
SYNC = Setting("properties.syncList", "Take the choices of the mapped field", "flag")
TEXT = Setting("properties.text", "HTML", "long")

KINDS = (
    Kind("text", "Text", "forms", (PLACEHOLDER,)),
    Kind("email", "E-mail", "mail", (
        PLACEHOLDER, Setting("validation.donotsubmit", "Refuse addresses that the configuration names", "flag"),
        Setting("validation.donotsubmit_validationmsg", "Message for these"),
    )),
    Kind("textarea", "Long text", "file", (PLACEHOLDER,)),
    Kind("select", "List", "list", (Setting("properties.list.list", "Choices", "choices"), SYNC, MULTIPLE, PLACEHOLDER),
         may_be_parent=True),
    Kind("checkboxgrp", "Checkboxes", "checks", (Setting("properties.optionlist.list", "Choices", "choices"), SYNC),
         may_be_parent=True),
    Kind("radiogrp", "Radio buttons", "circle-check", (Setting("properties.optionlist.list", "Choices", "choices"), SYNC),
         may_be_parent=True),
    Kind("country", "Country", "world", (PLACEHOLDER, MULTIPLE), may_be_parent=True),
    Kind("number", "Number", "activity", (PLACEHOLDER,)),
    Kind("tel", "Phone", "device-mobile", (
        PLACEHOLDER, Setting("validation.international", "With the country's number", "flag"),
        Setting("validation.international_validationmsg", "Message when it is missing"),
    )),
    Kind("url", "Web address", "external-link", (PLACEHOLDER,)),
    Kind("date", "Date", "calendar"),
    Kind("datetime", "Date and time", "calendar-event"),
    Kind("file", "File", "file", (
        Setting("properties.allowed_file_size", "Most megabytes", "number"),
        Setting("properties.allowed_file_extensions", "Endings that are taken (empty: all)", "words"),
        Setting("properties.public", "Who knows the address gets it without signing in", "flag"),
    ), mapped=False),
    Kind("hidden", "Hidden value", "eye-off"),
    Kind("password", "Password", "lock", (PLACEHOLDER,), mapped=False),
    Kind("captcha", "Captcha", "shield-lock", (
        Setting("properties.captcha", "Answer (empty: a trap for machines)"), PLACEHOLDER,
        Setting("properties.errorMessage", "Message for a wrong answer"),
    ), mapped=False),
    Kind("freetext", "Text to read", "code", (TEXT,), asks=False, mapped=False),
    Kind("freehtml", "HTML", "code", (TEXT,), asks=False, mapped=False),
    Kind("pagebreak", "Page break", "arrow-down", (
        Setting("properties.prev_page_label", "Button back"), Setting("properties.next_page_label", "Button on"),
    ), asks=False, mapped=False),
    Kind("button", "Button", "send", asks=False, mapped=False),
)  # fmt: skip

# What can be set for the actions of a form, by their type.
ACTION_SETTINGS: dict[str, Sequence[Setting]] = {
    "asset.download": (Setting("asset", "Asset", "assets"), Setting("category", "Or the newest of the category", "categories")),
    "email.send.lead": (Setting("email", "E-mail", "emails"),),
    "email.send.user": (Setting("useremail.email", "E-mail", "emails"), Setting("user_id", "Users", "users", several=True)),
    "form.email": (
        Setting("subject", "Subject"), Setting("message", "Message (empty: all answers)", "long"), Setting("to", "To"),
        Setting("cc", "CC"), Setting("bcc", "BCC"), Setting("copy_lead", "A copy to the contact", "flag"),
        Setting("email_to_owner", "To the contact's owner", "flag"), Setting("set_replyto", "Answers go to the contact", "flag"),
    ),
    "form.repost": (
        Setting("post_url", "Address"), Setting("authorization_header", "Authorization header"),
        Setting("failure_email", "Tell this address of failures"),
    ),
    "lead.pointschange": (
        Setting("operator", "Operator", "operators"), Setting("points", "Points", "number"), Setting("group", "Group", "groups"),
    ),
    "lead.changelist": (
        Setting("addToLists", "Add to", "segments", several=True),
        Setting("removeFromLists", "Remove from", "segments", several=True),
    ),
    "lead.changetags": (Setting("add_tags", "Add", "words"), Setting("remove_tags", "Remove", "words")),
    "lead.scorecontactscompanies": (Setting("score", "Score to add", "number"),),
}  # fmt: skip
