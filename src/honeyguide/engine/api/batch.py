"""Calls on many items at once: each gets its own status, one item's error does not stop the others (conventions 7)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import DataError, transaction

from honeyguide.engine import config
from honeyguide.engine.api.call import Answer, Call
from honeyguide.engine.api.envelopes import keyed_like
from honeyguide.engine.api.failures import batch_entry
from honeyguide.engine.api.standard import check, create, require_to_put, show, update
from honeyguide.engine.resource.errors import Denied, Invalid, NotFound, Refused
from honeyguide.engine.resource.races import after_races
from honeyguide.engine.resource.resource import Resource


class Results:
    """What became of each item, under the request's keys."""

    def __init__(self, resource: Resource, keys: list[Any]):
        self.resource, self.keys = resource, keys
        self.shown: dict[Any, Any] = {}
        self.codes: dict[Any, int] = {}
        self.errors: dict[Any, Any] = {}

    def done(self, key: Any, shown: Any, code: int) -> None:
        self.shown[key] = shown
        self.codes[key] = code

    def failed(self, key: Any, error: Invalid | Refused | DataError) -> None:
        if isinstance(error, DataError):  # a value no column can hold
            error = Refused()
        self.errors[key] = batch_entry(error)
        self.codes[key] = error.code

    def answer(self, status: int) -> Answer:
        body = {
            self.resource.many: keyed_like(self.keys, self.shown),
            "statusCodes": keyed_like(self.keys, self.codes),
        }
        if self.errors:
            body["errors"] = keyed_like(self.keys, self.errors)
        return Answer(body, status=status)


@transaction.atomic
def new_items(resource: Resource, call: Call) -> Answer:
    call.require(resource.rights.level("create"))
    entries = read_entries(call)
    call = replace(call, batch=True)
    results = Results(resource, list(entries))
    if hasattr(resource.store, "create_many"):
        outcomes = resource.store.create_many(list(entries.values()), call)
        for key, outcome in zip(entries, outcomes, strict=True):
            if isinstance(outcome, Exception):
                results.failed(key, outcome)
            else:
                shown, created = outcome
                results.done(key, shown, 201 if created else 200)
        return results.answer(201)
    for key, params in entries.items():
        try:
            after_races(partial(_create, resource, key, params, call, results))
        except (Invalid, Refused, DataError) as error:
            results.failed(key, error)
    return results.answer(201)


@transaction.atomic
def _create(resource: Resource, key: Any, params: Any, call: Call, results: Results) -> None:
    item, created = create(resource, params, call)
    results.done(key, show(resource, item, call, created=created), 201 if created else 200)


@transaction.atomic
def edit_items(resource: Resource, call: Call) -> Answer:
    entries = read_entries(call)
    call = replace(call, batch=True)
    results = Results(resource, list(entries))
    wanted = {key: _id(entry) for key, entry in entries.items()}
    times = Counter(number for number in wanted.values() if number is not None)
    found = resource.store.get_many(list(times))
    for key, params in entries.items():
        number = wanted[key]
        if times[number] > 1:  # another entry with this id may have changed it, or failed to
            found |= resource.store.get_many([number])
        try:
            after_races(partial(_edit, resource, key, params, found.get(number), call, results))
        except (Invalid, Refused, DataError) as error:
            results.failed(key, error)
    return results.answer(200)


@transaction.atomic
def _edit(resource: Resource, key: Any, params: Any, item: Any, call: Call, results: Results) -> None:
    if item is None:
        if call.method == "PATCH":
            raise NotFound()
        require_to_put(resource, call)
        _create(resource, key, params, call, results)
        return
    check(resource, call, "edit", item)
    try:
        item = update(resource, item, params, call)
    except Invalid as error:
        if error.partial is None:
            raise
        resource.store.assign(item, error.partial)
        results.done(key, show(resource, item, call), 200)  # as it would have become; nothing is stored
        results.failed(key, error)
        return
    results.done(key, show(resource, item, call), 200)


@transaction.atomic
def delete_items(resource: Resource, call: Call) -> Answer:
    """Ids come in the query string only. Unknown ones are skipped; forbidden ones stay and are told in `errors`. When one
    cannot be deleted for another reason, none is."""
    ids = read_ids(call.query)
    found = resource.store.get_many(ids)
    shown, errors = [], []
    call = replace(call, batch=True)
    for item in [found[i] for i in ids if i in found]:
        shown.append(show(resource, item, call))
        try:
            check(resource, call, "delete", item)
        except Denied as error:
            errors.append(batch_entry(error))
        else:
            resource.store.delete(item, call)
    body: dict[str, Any] = {resource.many: shown}
    if errors:
        body["errors"] = errors
    return Answer(body)


def read_entries(call: Call) -> dict[Any, Any]:
    """The items of the body under their keys. 400 for what is no list of items."""
    body = call.params
    if isinstance(body, list):
        entries: dict[Any, Any] = dict(enumerate(body))
    elif isinstance(body, dict):
        entries = dict(body)
    else:
        raise Refused("A batch call takes a list of items.")
    if not all(isinstance(entry, (dict, list)) for entry in entries.values()):
        raise Refused("Each item of a batch call must be an object.")
    _within_limit(len(entries))
    return entries


def _within_limit(count: int) -> None:
    limit = config.get("api_batch_max_limit")
    if count > limit:
        raise Refused(f"A max of {limit} entities are supported at a time.", code=500)


def read_ids(query: dict[str, Any]) -> list[int]:
    """`ids=1,2`, `ids[]=1`, `0=1&1=2` or `0[id]=1`, without repeats."""
    given = query.get("ids")
    if given is None:
        given = [value for key, value in query.items() if key.isdecimal()]
    if isinstance(given, str):
        given = given.split(",")
    if isinstance(given, dict):
        given = list(given.values())
    ids = [_id({"id": entry}) if not isinstance(entry, dict) else _id(entry) for entry in given]
    return list(dict.fromkeys(i for i in ids if i is not None))


def _id(entry: Any) -> int | None:
    raw = entry.get("id") if isinstance(entry, dict) else None
    text = str(raw).strip() if isinstance(raw, (int, str)) and not isinstance(raw, bool) else ""
    return int(text) if text.isdecimal() and len(text) < 19 else None
