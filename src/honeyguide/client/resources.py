"""What can be done with the items of a resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from honeyguide.client import batch
from honeyguide.client.batch import BatchResult
from honeyguide.client.connection import Connection
from honeyguide.client.errors import ServerError

Item = dict[str, Any]
Items = list[Item]  # named, because `list` is also a call of every resource
Condition = Mapping[str, Any]
BATCH_SIZE = 200  # what a server takes unless configured otherwise


@dataclass(frozen=True)
class Page:
    """A part of a list, and how many there are in all."""

    total: int
    items: list[Item]


class Resource:
    """The calls that every resource has. `one` and `many` are the names of an item and of a list in answers."""

    def __init__(self, connection: Connection, path: str, one: str, many: str) -> None:
        self._connection = connection
        self.path, self.one, self.many = path, one, many

    def get(self, id: int, *, select: Sequence[str] | None = None) -> Item:
        """Raises `NotFound`."""
        return self._item("GET", f"{id}", query={"select": select})

    def list(
        self,
        *,
        search: str | None = None,
        where: Sequence[Condition] | None = None,
        start: int | None = None,
        limit: int | None = None,
        order_by: str | None = None,
        descending: bool = False,
        select: Sequence[str] | None = None,
        published: bool | None = None,
        minimal: bool | None = None,
    ) -> Page:
        """One page. A condition is `{"col": "id", "expr": "gt", "val": 5}`; `limit=0` asks for everything."""
        query = {
            "search": search,
            "where": where,
            "start": start,
            "limit": limit,
            "orderBy": order_by,
            "orderByDir": "DESC" if descending else None,
            "select": select,
            "published": published,
            "minimal": minimal,
        }
        body = self._connection.call("GET", self.path, query=query)
        collection = body.get(self.many) or []
        items = list_of(collection)
        return Page(total=int(body.get("total", len(items))), items=items)

    def iterate(
        self,
        *,
        search: str | None = None,
        where: Sequence[Condition] = (),
        minimal: bool | None = None,
        size: int = 100,
    ) -> Iterator[Item]:
        """All items by rising id, `size` a call. Goes on by id and not by position: as fast at the end as at the beginning, and
        items that come or go meanwhile make none appear twice or be left out."""
        last = 0
        while True:
            beyond = {"col": "id", "expr": "gt", "val": last}
            page = self.list(search=search, where=[*where, beyond], minimal=minimal, limit=size, order_by="id")
            yield from page.items
            if len(page.items) < size:
                return
            last = page.items[-1]["id"]

    def create(self, values: Mapping[str, Any]) -> Item:
        """Raises `Invalid`, whose `details` tell the fields."""
        return self._item("POST", "new", body=values)

    def edit(self, id: int, values: Mapping[str, Any]) -> Item:
        """Changes what is named and keeps the rest. Raises `NotFound`."""
        return self._item("PATCH", f"{id}/edit", body=values)

    def replace(self, id: int, values: Mapping[str, Any]) -> Item:
        """Sets what is named and empties the rest. An unknown id makes a new item, with an id of its own."""
        return self._item("PUT", f"{id}/edit", body=values)

    def delete(self, id: int) -> Item:
        """The item as it was, without its id. Raises `NotFound`."""
        return self._item("DELETE", f"{id}/delete")

    def create_many(self, items: Iterable[Mapping[str, Any]], *, size: int = BATCH_SIZE) -> BatchResult:
        """Creates all, `size` a call. Entries that fail leave the others alone; see the result's `failed`."""
        return self._many("POST", "batch/new", items, size, 201)

    def edit_many(self, items: Iterable[Mapping[str, Any]], *, size: int = BATCH_SIZE) -> BatchResult:
        """As `edit`, for entries with their `id`."""
        return self._many("PATCH", "batch/edit", items, size, 200)

    def delete_many(self, ids: Iterable[int], *, size: int = BATCH_SIZE) -> Items:
        """Deletes all; the items as they were. Unknown ids are skipped."""
        gone: Items = []
        for some in batch.chunks(ids, size):
            query = {"ids": ",".join(map(str, some))}
            body = self._connection.call("DELETE", f"{self.path}/batch/delete", query=query)
            gone += list_of(body.get(self.many) or [])
        return gone

    def call(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """The decoded answer of any other call below this resource."""
        return self._connection.call(method, f"{self.path}/{path}".rstrip("/"), query=query, body=body)

    def _item(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Item:
        answer = self.call(method, path, query=query, body=body)
        if not isinstance(answer, dict) or not isinstance(answer.get(self.one), dict):
            raise ServerError(200, [{"message": f"The answer has no {self.one}."}])
        found: Item = answer[self.one]
        return found

    def _many(
        self, method: str, path: str, items: Iterable[Mapping[str, Any]], size: int, default_status: int
    ) -> BatchResult:
        result = BatchResult()
        for some in batch.chunks(items, size):
            body = self.call(method, path, body=some)
            result.items += batch.read(
                body, self.many, count=len(some), offset=len(result.items), default_status=default_status
            )
        return result


def list_of(collection: Any) -> Items:
    """The items of a list, which servers send as a list or as an object by id."""
    return [*collection.values()] if isinstance(collection, dict) else [*collection]


class Contacts(Resource):
    def activity(
        self, id: int, *, include: Sequence[str] = (), exclude: Sequence[str] = (), limit: int = 25, page: int = 1
    ) -> dict[str, Any]:
        """The timeline: `events`, `total`, `page`, `maxPages`, newest first."""
        query = {"filters": {"includeEvents": include, "excludeEvents": exclude}, "limit": limit, "page": page}
        found: dict[str, Any] = self.call("GET", f"{id}/activity", query=query)
        return found

    def add_do_not_contact(self, id: int, channel: str = "email", *, reason: int = 3, comments: str = "") -> Item:
        """Reason 1 is unsubscribed, 2 bounced, 3 set by hand."""
        body = {"reason": reason, "comments": comments}
        return self._item("POST", f"{id}/dnc/{channel}/add", body=body)

    def remove_do_not_contact(self, id: int, channel: str = "email") -> Item:
        return self._item("POST", f"{id}/dnc/{channel}/remove")

    def add_points(self, id: int, points: int) -> None:
        """Negative points are taken away."""
        self.call("POST", f"{id}/points/{'plus' if points >= 0 else 'minus'}/{abs(points)}")

    def segments(self, id: int) -> Items:
        return list_of(self.call("GET", f"{id}/segments").get("lists") or [])

    def companies(self, id: int) -> Items:
        return list_of(self.call("GET", f"{id}/companies").get("companies") or [])

    def campaigns(self, id: int) -> Items:
        return list_of(self.call("GET", f"{id}/campaigns").get("campaigns") or [])

    def add_utm_tags(self, id: int, tags: Mapping[str, Any]) -> Item:
        return self._item("POST", f"{id}/utm/add", body=tags)

    def remove_utm_tags(self, id: int, utm_id: int) -> Item:
        return self._item("POST", f"{id}/utm/{utm_id}/remove")


class WithMembers(Resource):
    """Resources that contacts belong to: companies, segments, campaigns, stages."""

    def add_contact(self, id: int, contact_id: int) -> None:
        self.call("POST", f"{id}/contact/{contact_id}/add")

    def remove_contact(self, id: int, contact_id: int) -> None:
        self.call("POST", f"{id}/contact/{contact_id}/remove")


class Segments(WithMembers):
    def add_contacts(self, id: int, contact_ids: Sequence[int]) -> dict[str, Any]:
        """What became of each contact, by its id."""
        answer = self.call("POST", f"{id}/contacts/add", body={"ids": list(contact_ids)})
        found: dict[str, Any] = answer.get("details", {})
        return found


class Emails(Resource):
    def send(self, id: int) -> dict[str, Any]:
        """Sends a segment e-mail; `sentCount` and `failedRecipients`."""
        found: dict[str, Any] = self.call("POST", f"{id}/send")
        return found

    def send_to_contact(self, id: int, contact_id: int, *, tokens: Mapping[str, str] | None = None) -> None:
        """Tokens are replaced in the e-mail, written as `{name}` or `name`."""
        self.call("POST", f"{id}/contact/{contact_id}/send", body={"tokens": dict(tokens or {})})


class Forms(Resource):
    def submissions(self, id: int, *, start: int = 0, limit: int = 30) -> Page:
        answer = self.call("GET", f"{id}/submissions", query={"start": start, "limit": limit})
        items = list_of(answer.get("submissions") or [])
        return Page(total=int(answer.get("total", len(items))), items=items)


class Reports(Resource):
    def data(
        self, id: int, *, date_from: Any = None, date_to: Any = None, page: int = 1, limit: int = 100
    ) -> dict[str, Any]:
        """`report`, `data`, `totalResults`, `dataColumns`; dates bound the report's own date."""
        query = {"dateFrom": date_from, "dateTo": date_to, "page": page, "limit": limit}
        found: dict[str, Any] = self.call("GET", f"{id}", query=query)
        return found
