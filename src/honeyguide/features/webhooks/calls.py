"""Calls to other systems about one contact, that campaigns make (engine campaigns.md, `campaign.sendwebhook`): what is called, as
the step's properties and the contact's values say, and what the answer means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from honeyguide.engine.channels.channel import Claimed, Outcome, Outgoing, Said, Verdict
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.tokens import Part, Place, fill, in_url, parse
from honeyguide.engine.outbound import Answer, Client, Unreachable
from honeyguide.engine.sql import execute, rows
from honeyguide.features.emails.services import surroundings
from honeyguide.features.webhooks import queries

METHODS = ("get", "post", "put", "patch", "delete")
IN_QUERY = ("get", "delete")  # what the data goes into; else the body
DONE = (200, 201)
BUSY = (429, 503)
USUAL_SECONDS, MOST_SECONDS = 10, 60
JSON = "application/json"
Pairs = list[tuple[str, list[Part]]]


@dataclass(frozen=True)
class Request:
    """A call ready to be made, and the step of the contact that makes it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    seconds: int
    step: int
    contact: int | None
    rotation: int


@dataclass(frozen=True)
class Template:
    """What a step calls, with holes for the contact's values."""

    method: str
    url: list[Part]
    headers: Pairs
    data: Pairs
    seconds: int

    def filled(self, person: Recipient, row: Claimed) -> Request:
        headers = {name: _line(fill(parts, person)) for name, parts in self.headers}
        data = {name: fill(parts, person) for name, parts in self.data}
        url, body = fill(self.url, person).strip(), b""
        if self.method in IN_QUERY:
            url += f"{'&' if urlsplit(url).query else '?'}{urlencode(data)}" if data else ""
        elif JSON in {name.lower(): value for name, value in headers.items()}.get("content-type", ""):
            body = orjson.dumps(data)
        else:
            body = urlencode(data).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        rotation = int(row.occasion.rpartition(":")[2])
        return Request(self.method.upper(), url, headers, body, self.seconds, row.item_id, row.contact_id, rotation)


def template(properties: Mapping[str, Any]) -> Template:
    """What the properties of a step ask for."""
    place = Place(surroundings(), html=False, more={"ipaddress": lambda _: lambda person: person.tokens["{ip}"]})
    method = str(properties.get("method") or "").lower()
    timeout = str(properties.get("timeout") or "")
    seconds = int(timeout) if timeout.isdecimal() and len(timeout) < 5 else USUAL_SECONDS
    return Template(
        method=method if method in METHODS else "get",
        url=in_url(str(properties.get("url") or "")),
        headers=[(name, parse(value, place)) for name, value in _pairs(properties.get("headers"))],
        data=[(name, parse(value, place)) for name, value in _pairs(properties.get("additional_data"))],
        seconds=min(max(seconds, 1), MOST_SECONDS),
    )


def _pairs(listed: Any) -> Iterator[tuple[str, str]]:
    """`{"list": [{"label": name, "value": value}]}`, or a map of names and values."""
    entries = listed.get("list", listed) if isinstance(listed, Mapping) else listed
    if isinstance(entries, Mapping):
        entries = [{"label": name, "value": value} for name, value in entries.items()]
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and (name := _line(str(entry.get("label") or "")).strip()):
            yield name, str(entry.get("value") or "")


def _line(text: str) -> str:
    """What may stand in a header: no line ends in it."""
    return " ".join(text.replace("\x00", "").split())


def prepare(claimed: Sequence[Claimed]) -> list[Outgoing | Outcome]:
    """The call of each row, unless its step or contact is gone."""
    steps = rows(queries.STEPS, (sorted({row.item_id for row in claimed}),))
    templates = {number: template(orjson.loads(properties)) for number, properties in steps}
    contacts = [row.contact_id for row in claimed if row.contact_id]
    people = {
        contact_id: Recipient("", {**orjson.loads(fields), "points": points}, tokens={"{ip}": addresses or ""})
        for contact_id, fields, points, addresses in rows(queries.CALLED_ABOUT, (contacts,))
    }
    return [_prepared(row, templates.get(row.item_id), people.get(row.contact_id or 0)) for row in claimed]


def _prepared(row: Claimed, what: Template | None, person: Recipient | None) -> Outgoing | Outcome:
    if what is None or person is None:
        reason = "The step was deleted." if what is None else "The contact was deleted."
        return Outcome(row.id, State.CANCELLED, reason, counted=False)
    request = what.filled(person, row)
    return Outgoing(row.id, row.attempts, request.url, request.body.decode(), request)


async def call(client: Client, message: Outgoing) -> Verdict:
    """Makes one call. What surely did not arrive is tried again, anything else is not: nobody knows what it did there."""
    request: Request = message.data
    try:
        answer = await client.send(
            request.method, request.url, body=request.body, headers=request.headers, seconds=request.seconds
        )
    except Unreachable as error:
        return Verdict(Said.REFUSED if error.sent else Said.BUSY, str(error))
    return _verdict(answer)


def _verdict(answer: Answer) -> Verdict:
    told = f"It answered {answer.status}."
    if answer.status in DONE:
        return Verdict(Said.ACCEPTED, told)
    asked = answer.headers.get("retry-after", "")
    delay = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    return Verdict(Said.BUSY if answer.status in BUSY else Said.REFUSED, told, delay=delay)


def note_answers(answers: Iterable[tuple[Outgoing, Verdict]]) -> None:
    """Tells the audit of each contact's step what came of its call."""
    told = [(message.data, verdict.reason) for message, verdict in answers]
    if told:
        names = {
            "steps": [request.step for request, _ in told],
            "contacts": [request.contact for request, _ in told],
            "rotations": [request.rotation for request, _ in told],
            "notes": [reason for _, reason in told],
        }
        execute(queries.NOTE_ANSWERS, names)
