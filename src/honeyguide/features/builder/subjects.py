"""What can be built: e-mails and landing pages, and what the builder has to know of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from honeyguide.engine.documents import email, page
from honeyguide.engine.documents.blocks import Medium
from honeyguide.engine.documents.models import Version
from honeyguide.engine.resource import Resource
from honeyguide.features.dynamiccontents.models import DynamicContent
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.models import Email, EmailVersion
from honeyguide.features.emails.resource import EMAILS
from honeyguide.features.emails.screens import TOKENS as EMAIL_TOKENS
from honeyguide.features.pages import choosing, rendering
from honeyguide.features.pages.models import Page, PageVersion
from honeyguide.features.pages.resource import PAGES
from honeyguide.features.pages.screens import TOKENS as PAGE_TOKENS

MAX_SLOTS = 1000
PREFERENCES = (
    ("{segmentlist}", "Segments to choose from"), ("{categorylist}", "Categories to choose from"),
    ("{channelfrequency}", "Channels and how often"), ("{preferredchannel}", "Preferred channel"),
    ("{saveprefsbutton}", "Button that saves"),
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """`slug` is the part of its addresses, `many` what its list is called; `html` draws a document of it, `shown` is its item's
    HTML as a contact gets it (or with labels), `slots` are the dynamic contents and `tokens` the values that it may show."""

    slug: str
    many: str
    medium: Medium
    resource: Resource
    versions: type[Version]
    html: Callable[[dict[str, Any]], str]
    name: Callable[[Any], str]
    shown: Callable[[Any, int | None], str]
    slots: Callable[[Any], list[str]]
    tokens: Callable[[Any], tuple[tuple[str, str], ...]]

    def path(self, item: Any, what: str) -> str:
        return f"/s/{self.slug}/{what}/{item.pk}"


def _shown_email(item: Email, contact_id: int | None) -> str:
    return emails.preview(item, contact_id).html


def _shown_page(item: Page, contact_id: int | None) -> str:
    family = choosing.translations(item)
    return rendering.rendered(item, emails.reader(contact_id), labels=contact_id is None, family=family)


def _slots_of_email(item: Email) -> list[str]:
    given = item.dynamic_content if isinstance(item.dynamic_content, list) else []
    return [str(one["tokenName"]) for one in given if isinstance(one, dict) and one.get("tokenName")]


def _slots_of_pages(item: Page) -> list[str]:
    named = DynamicContent.objects.filter(is_published=True).exclude(slot_name__in=("", None))
    return list(named.order_by("slot_name").values_list("slot_name", flat=True).distinct()[:MAX_SLOTS])


def _tokens_of_page(item: Page) -> tuple[tuple[str, str], ...]:
    return (*(PREFERENCES if item.is_preference_center else ()), *PAGE_TOKENS)


SUBJECTS = (
    Subject(
        "emails", "E-mails", "email", EMAILS, EmailVersion, email.html, lambda item: item.name, _shown_email, _slots_of_email,
        lambda item: EMAIL_TOKENS,
    ),
    Subject(
        "pages", "Landing pages", "page", PAGES, PageVersion, page.html, lambda item: item.title, _shown_page, _slots_of_pages,
        _tokens_of_page,
    ),
)  # fmt: skip
