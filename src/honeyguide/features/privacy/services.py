"""Counting, exporting and erasing what is held about a contact, and proving that it was erased."""

from __future__ import annotations

import hashlib
import hmac
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from django.db import transaction

from honeyguide.engine.audit import Actor, current, record
from honeyguide.engine.events import EventType, New, append
from honeyguide.engine.resource.errors import NotFound
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.contacts.deleting import remove_rows
from honeyguide.features.forms.services import files_of_contact
from honeyguide.features.forms.uploads import remove
from honeyguide.features.privacy.models import Erasure
from honeyguide.features.privacy.registry import REGISTRY, Holding
from honeyguide.features.webhooks.services import tell_of_deleted_contacts

WHO = "SELECT lower(coalesce(fields ->> 'email', '')) FROM contacts WHERE id = %s"
REFUSED = "SELECT EXISTS (SELECT FROM do_not_contact WHERE contact_id = %s AND channel = 'email')"
LOCK = 0x_E8A5E  # erasures are signed one after the other
LONGEST_REASON = 500


def _names(contact_id: int) -> dict[str, Any]:
    return {"contacts": [contact_id], "email": scalar(WHO, (contact_id,)) or ""}


def held(contact_id: int) -> list[tuple[Holding, int]]:
    """How many rows each table holds of the contact, where there are any."""
    names = _names(contact_id)
    counted = (
        (holding, scalar(f"SELECT count(*) FROM {holding.table} WHERE {holding.whose}", names)) for holding in REGISTRY
    )
    return [(holding, count) for holding, count in counted if count]


def export(contact_id: int, out: IO[bytes], *, by: Any) -> None:
    """Writes a zip: `data.json` with the rows of each table, and the files that the contact sent. Raises `NotFound`."""
    names = _names(contact_id)
    tables: dict[str, list[Any]] = {}
    for holding in REGISTRY:
        if holding.exported:
            found = rows(f"SELECT to_jsonb(t)::text FROM {holding.table} t WHERE {_aliased(holding)}", names)
            tables.setdefault(holding.table, []).extend(orjson.loads(text) for (text,) in found)
    tables = {table: found for table, found in tables.items() if found}
    if not tables:
        raise NotFound()
    made = datetime.now(UTC).isoformat(timespec="seconds")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        told = {"contact": contact_id, "exported": made, "data": tables}
        archive.writestr("data.json", orjson.dumps(told, option=orjson.OPT_INDENT_2))
        for path in files_of_contact(contact_id):
            archive.write(path, f"files/{path.name}")
    record("lead", "lead", contact_id, "export", {}, by=by)


def _aliased(holding: Holding) -> str:
    """The condition with the table under the name `t`."""
    return holding.whose.replace(f"{holding.table}.", "t.")


@transaction.atomic
def erase(contact_id: int, *, reason: str = "", by: Any = None) -> Erasure:
    """Erases the contact from every table, and signs a record of it. Webhooks are told that it is deleted. Raises `NotFound`
    when nothing is held of it."""
    rows("SELECT 1 FROM contacts WHERE id = %s FOR UPDATE", (contact_id,))
    names = _names(contact_id)
    keeps_out = scalar(REFUSED, (contact_id,))
    files = list(files_of_contact(contact_id))
    tell_of_deleted_contacts([contact_id])
    counts = _erased(names, REGISTRY)
    if not counts:
        raise NotFound()
    actor = current(by)
    append(
        New(
            EventType.CONTACT_DELETED,
            None,
            contact_id,
            {"id": contact_id, "name": "", "email": "", "by": actor.as_list()},
        )
    )
    transaction.on_commit(lambda: _remove_files(files))
    return _signed(counts, actor, reason, contact_id, digest=digest(names["email"]), keeps_out=keeps_out)


@transaction.atomic
def erase_many(contact_ids: Sequence[int], *, reason: str, is_recorded: bool = True) -> dict[str, int]:
    """Erases contacts that have been quiet for long, in one statement per table; returns how many rows of which. One record tells
    of all of them."""
    files = [path for contact_id in contact_ids for path in files_of_contact(contact_id)] if is_recorded else []
    if is_recorded:
        tell_of_deleted_contacts(contact_ids)
    counts = _erased({"contacts": list(contact_ids)}, [holding for holding in REGISTRY if not holding.by_address])
    transaction.on_commit(lambda: _remove_files(files))
    if is_recorded:
        _signed(counts, current(), reason, 0)
    return counts


def _erased(names: Mapping[str, Any], registry: Iterable[Holding]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for holding in registry:
        counts[holding.table] = counts.get(holding.table, 0) + execute(holding.erasing, names)
    remove_rows(names["contacts"])
    return {table: count for table, count in counts.items() if count}


def _remove_files(files: list[Path]) -> None:
    remove(files)


# --- the record -------------------------------------------------------------------------------------------------------


def _key(purpose: str) -> str:
    return hashlib.sha256(f"erasure {purpose}:{settings.SECRET_KEY}".encode()).hexdigest()


def digest(address: str) -> str:
    """What stands for an address in the record; blank for none."""
    text = address.strip().lower()
    return hashlib.sha256(f"{address_key()}{text}".encode()).hexdigest() if text else ""


def address_key() -> str:
    """The secret that is put before an address before it is hashed."""
    return _key("address")


def _signed(
    counts: dict[str, int], actor: Actor, reason: str, contact_id: int, *, digest: str = "", keeps_out: bool = False
) -> Erasure:
    execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    before = scalar("SELECT signature FROM erasures ORDER BY id DESC LIMIT 1") or ""
    erasure = Erasure(
        date_added=datetime.now(UTC),
        contact_id=contact_id,
        digest=digest,
        keeps_out=keeps_out,
        counts=counts,
        reason=reason.replace("\x00", "").strip()[:LONGEST_REASON],
        by_id=actor.id,
        by_name=actor.name,
    )
    erasure.signature = _signature(erasure, before)
    erasure.save()
    return erasure


def _signature(erasure: Erasure, before: str) -> str:
    told = [
        before, erasure.date_added.astimezone(UTC).isoformat(), erasure.contact_id, erasure.digest, erasure.keeps_out,
        erasure.counts, erasure.reason, erasure.by_id, erasure.by_name,
    ]  # fmt: skip
    return hmac.new(_key("record").encode(), orjson.dumps(told, option=orjson.OPT_SORT_KEYS), "sha256").hexdigest()


def broken() -> list[int]:
    """The records that are not as they were signed, or follow one that is missing."""
    return [erasure.pk for erasure, is_sound in verified() if not is_sound]


def verified() -> Iterator[tuple[Erasure, bool]]:
    """Every record, oldest first, and whether it and its place are as they were signed."""
    before = ""
    for erasure in Erasure.objects.order_by("pk").iterator():
        yield erasure, hmac.compare_digest(erasure.signature, _signature(erasure, before))
        before = erasure.signature


def erased(address: str) -> Erasure | None:
    """The newest record of somebody with this e-mail address."""
    found = digest(address)
    return Erasure.objects.filter(digest=found).order_by("-pk").first() if found else None
