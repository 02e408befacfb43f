"""The ten routes that every resource has (contract conventions 1), for one item or a list."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.api.call import Answer, Call, Page
from honeyguide.engine.api.listing import read_listing, selection
from honeyguide.engine.resource.errors import Denied, NotFound
from honeyguide.engine.resource.resource import Resource


def list_items(resource: Resource, call: Call) -> Any:
    listing = read_listing(call, resource)
    limit = max(listing.limit, 0)
    total, items = resource.store.page(listing.where, listing.order, listing.start, limit)
    if listing.limit < 0:
        items = []
    call.page = Page(listing.start, limit, total)
    return resource.store.list_answer(total, items, listing, call)


def get_item(resource: Resource, call: Call) -> Any:
    item = find(resource, call.path["id"], call)
    check(resource, call, "view", item)
    return {resource.one: show(resource, item, call)}


def show(resource: Resource, item: Any, call: Call, *, created: bool = False) -> Any:
    """The item as the answer to a read or a write."""
    select = selection(call) if call.method == "GET" else None
    return resource.store.render(item, call, created=created, select=select)


def find(resource: Resource, item_id: int, call: Call) -> Any:
    item = resource.store.get(item_id)
    if item is None:
        raise NotFound()
    return item


def check(resource: Resource, call: Call, action: str, item: Any) -> None:
    if not resource.store.allowed(action, item, call):
        raise Denied()


def new_item(resource: Resource, call: Call) -> Answer:
    call.require(resource.rights.level("create"))
    item, created = create(resource, call.params, call)
    return written(resource, item, call, created=created)


def create(resource: Resource, params: Any, call: Call) -> tuple[Any, bool]:
    """Stores a new item from parameters; returns it and whether it is new."""
    return resource.store.create_from(without_id(params), call)


def edit_item(resource: Resource, call: Call) -> Answer:
    """PATCH and PUT of one item. A PUT of an unknown id creates, with an id of its own."""
    item = resource.store.get(call.path["id"])
    if item is None:
        if call.method != "PUT":
            raise NotFound()
        require_to_put(resource, call)
        return new_item(resource, call)
    check(resource, call, "edit", item)
    item = update(resource, item, call.params, call)
    return written(resource, item, call, created=False)


def require_to_put(resource: Resource, call: Call) -> None:
    """What a PUT needs to make an item: to create it, and to edit what nobody owns yet."""
    call.require(resource.rights.level("create"))
    call.require(resource.rights.level("edit", mine=False))


def update(resource: Resource, item: Any, params: Any, call: Call) -> Any:
    return resource.store.update_from(item, without_id(params), call)


def without_id(params: Any) -> Any:
    """An id in the body of a single write is ignored."""
    return {k: v for k, v in params.items() if k != "id"} if isinstance(params, dict) else {}


def written(resource: Resource, item: Any, call: Call, *, created: bool, status: int | None = None) -> Answer:
    body = {resource.one: show(resource, item, call, created=created)}
    code = status or (201 if created else 200)
    headers = {"Location": location(resource, item, call)} if code in (201, 202) else {}
    return Answer(body, status=code, headers=headers)


def location(resource: Resource, item: Any, call: Call) -> str:
    path = resource.name
    for name in resource.path_parameters:
        path = path.replace(f"{{{name}}}", str(call.path[name]))
    return f"/api/{path}/{item.pk}"


def delete_item(resource: Resource, call: Call) -> Any:
    """The answer shows the item as it was, with `id` null."""
    item = find(resource, call.path["id"], call)
    check(resource, call, "delete", item)
    shown = show(resource, item, call)
    resource.store.delete(item, call)
    return {resource.one: resource.store.render_deleted(item, call, shown)}
