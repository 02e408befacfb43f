"""E-mails as the compiler takes them, and recipients as their holes do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from honeyguide.engine.delivery import links
from honeyguide.engine.delivery.compile import (
    Attachment,
    Compiled,
    DynamicContent,
    Source,
    Variation,
    compile_email,
    link_targets,
)
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.surroundings import Surroundings, current
from honeyguide.engine.sql import rows
from honeyguide.features.assets.services import attachments
from honeyguide.features.contacts.reaching import Reached
from honeyguide.features.emails import queries
from honeyguide.features.emails.models import Email
from honeyguide.features.fields.services import Definitions, definitions
from honeyguide.features.pages.addresses import with_addresses

CHANNEL = "email"
UTM_NAMES = {
    "utmSource": "utm_source",
    "utmMedium": "utm_medium",
    "utmCampaign": "utm_campaign",
    "utmContent": "utm_content",
}


def surroundings() -> Surroundings:
    """The installation's texts, address and fields, as of now."""
    types, labels = _fields(definitions("lead"), definitions("company"))
    return current(field_types=types, labels=labels)


@lru_cache(maxsize=4)
def _fields(contact: Definitions, company: Definitions) -> tuple[tuple, tuple]:
    every = {**company, **contact}.values()  # a contact's field wins over a company's of the same alias
    return tuple((d.alias, d.type) for d in every), tuple((d.alias, d.label) for d in every)


def source_of(email: Email, *, options: Mapping[str, Any] | None = None, labels: bool = False) -> Source:
    """What an e-mail says. `options` are those of a single send: `tokens`, `subject`, `html`, `transactional`,
    `files`."""
    options = options or {}
    html = options.get("html")
    return Source(
        subject=options.get("subject") or email.subject or "",
        html=with_addresses(email.custom_html or "" if html is None else html),
        plain_text=with_addresses(email.plain_text or "") if html is None else "",
        email_id=email.pk,
        from_address=options.get("from_address") or email.from_address,
        from_name=options.get("from_name") or email.from_name,
        reply_to=options.get("reply_to") or email.reply_to_address,
        bcc=tuple(_addresses(email.bcc_address)),
        send_as_owner=bool(email.use_owner_as_mailer),
        headers=tuple(_headers(email.headers)),
        utm_tags=tuple(_utm_tags(email.utm_tags)),
        dynamic_content=tuple(_dynamic(email.dynamic_content)),
        bulk=email.email_type == "list" and not options.get("transactional"),
        transactional=bool(options.get("transactional")),
        custom_tokens=frozenset(options.get("tokens") or ()),
        labels=labels,
        attachments=(*attachments(email.asset_attachments), *_files(options)),
    )


def _files(options: Mapping[str, Any]) -> Iterable[Attachment]:
    """Files that go with a message of its own, as whoever queued it named them."""
    for file in options.get("files") or ():
        path = Path(file["path"])
        yield Attachment(file["name"], file["mime"], path, path.stat().st_mtime)


def _addresses(text: str | None) -> Iterable[str]:
    return filter(None, (part.strip() for part in (text or "").split(",")))


def _headers(given: Any) -> Iterable[tuple[str, str]]:
    return ((str(name), str(value or "")) for name, value in given.items()) if isinstance(given, dict) else ()


def _utm_tags(given: Any) -> Iterable[tuple[str, str]]:
    given = given if isinstance(given, dict) else {}
    return ((name, str(given[key])) for key, name in UTM_NAMES.items() if given.get(key))


def _dynamic(given: Any) -> Iterable[DynamicContent]:
    for item in given if isinstance(given, list) else ():
        if isinstance(item, dict) and item.get("tokenName"):
            variations = (v for v in item.get("filters") or () if isinstance(v, dict) and v.get("filters"))
            yield DynamicContent(
                str(item["tokenName"]),
                str(item.get("content") or ""),
                tuple(Variation(str(v.get("content") or ""), orjson.dumps(v["filters"]).decode()) for v in variations),
            )


def compiled(source: Source, around: Surroundings, *, tracked: bool = True) -> Compiled:
    """The compiled e-mail; the same one for as long as neither its text nor its surroundings change. Its links are stored
    before anyone can click on them."""
    if source.attachments and not source.email_id:
        return compile_email(source, around)  # a message of its own: what is kept would hold its files in memory
    tokens = None
    if tracked and source.email_id:
        tokens = tuple(links.store(CHANNEL, source.email_id, _targets(source)).items())
    return _compiled(source, around, tokens)


@lru_cache(maxsize=64)
def _targets(source: Source) -> list[str]:
    return link_targets(source)


@lru_cache(maxsize=64)
def _compiled(source: Source, around: Surroundings, tokens: tuple[tuple[str, str], ...] | None) -> Compiled:
    return compile_email(source, around, None if tokens is None else dict(tokens))


NO_EMAIL = Email(name="", subject="", custom_html="")  # what a message of its own is made from: only its options count


def emails_of(ids: Iterable[int]) -> dict[int, Email]:
    return {email.pk: email for email in Email.objects.filter(pk__in=set(ids))}


class Person(Reached):
    """A claimed row's contact."""

    __slots__ = ()

    @property
    def address(self) -> str:
        return str(self.values.get("email") or "").strip()

    def recipient(self, outbox_id: int | None = None, *, tokens: Mapping[str, str] | None = None) -> Recipient:
        return Recipient(self.address, self.values, outbox_id=outbox_id, owner=self.owner, tokens=tokens or {})


def people(outbox_ids: Sequence[int], limits: Mapping[str, Any]) -> dict[int, Person]:
    """The contacts of outbox rows, by row id; rows whose contact is gone are missing."""
    return {row[0]: Person(row[1:]) for row in rows(queries.RECIPIENTS, {**limits, "ids": list(outbox_ids)})}


def reader(contact_id: int | None) -> Recipient:
    """A contact as the recipient of a preview, or nobody in particular."""
    return readers([contact_id]).get(contact_id, Recipient("")) if contact_id else Recipient("")


def readers(contact_ids: Sequence[int]) -> dict[int, Recipient]:
    """Contacts as who a text speaks of, by id; those that are gone are missing."""
    found = rows(queries.CONTACTS, (list(contact_ids),))
    return {contact_id: Person((*person, None, None)).recipient() for contact_id, *person in found}


def web_view(email: Email, outbox_id: int, options: str | None) -> str | None:
    """A sent message's HTML: as it was, but its opening is counted once, not by its pixel too."""
    given = orjson.loads(options) if options else {}
    return web_views({outbox_id: (email, given)}).get(outbox_id)


def web_views(messages: Mapping[int, tuple[Email, Mapping[str, Any]]]) -> dict[int, str]:
    """The HTML of sent messages, given as (e-mail, options), by outbox row; those whose contact is gone are missing."""
    found = people(list(messages), {"frequency_number": 0, "frequency_time": "DAY"})
    around = replace(surroundings(), append_pixel=False)
    return {
        number: compiled(source_of(email, options=given), around).html(
            found[number].recipient(number, tokens=given.get("tokens"))
        )
        for number, (email, given) in messages.items()
        if number in found
    }
