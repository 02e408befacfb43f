"""Changes to contacts: the only writers (contract resource-contacts, engine contacts.md). One door to this package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where a change comes from, told in the event log: ("lead", "api-single"), ("lead", "import", 7), ("form", "submission", 3)."""

    bundle: str
    object: str
    object_id: int | None = None
    description: str = ""


API = Source("lead", "api-single")
API_BATCH = Source("lead", "api-batch")
PAGE = Source("user", "contact")


@dataclass
class Saved:
    """A saved contact. `created` is false when the values led to an existing one. `render.saved` shows it."""

    id: int
    created: bool


def create_contact(
    values: Mapping[str, Any],
    *,
    by: Any,
    source: Source = API,
    overwrite_with_blank: bool = False,
    ip: str | None = None,
) -> Saved:
    """Saves a contact from raw values by alias and the special keys of resource-contacts "Create". Raises `Invalid`."""
    raise NotImplementedError


def create_contacts(
    records: Sequence[Mapping[str, Any]], *, by: Any, source: Source = API_BATCH, check: Any = None
) -> list[Saved | Exception]:
    """The same for many in bulk statements; one outcome per record, an exception where one is refused."""
    raise NotImplementedError


def update_contact(
    contact_id: int,
    values: Mapping[str, Any],
    *,
    by: Any,
    source: Source = API,
    clear_missing: bool = False,
    overwrite_with_blank: bool = False,
) -> Saved:
    """PATCH, or PUT with `clear_missing`. Raises `Invalid` and `NotFound`."""
    raise NotImplementedError


def delete_contacts(contact_ids: Iterable[int], *, by: Any) -> int:
    raise NotImplementedError


def merge_contacts(winner_id: int, loser_id: int, *, by: Any) -> None:
    raise NotImplementedError


def resolve(contact_id: int) -> int | None:
    """The id of the living contact: itself, or the one it was merged into; None when there is none."""
    raise NotImplementedError


def set_do_not_contact(
    contact_ids: int | Iterable[int],
    channel: str,
    reason: int,
    *,
    by: Any = None,
    channel_id: int | None = None,
    comments: str = "",
    override_unsubscribed: bool = False,
) -> int:
    """Reasons: 1 unsubscribed, 2 bounced, 3 manual. Returns how many changed."""
    raise NotImplementedError


def remove_do_not_contact(
    contact_ids: int | Iterable[int], channel: str, *, by: Any = None, reason: int | None = None
) -> int:
    raise NotImplementedError


def modify_tags(contact_ids: int | Iterable[int], tags: Any, *, by: Any = None) -> None:
    """`tags` is a list or a comma string; a leading `-` removes."""
    raise NotImplementedError


def set_frequency_rules(contact_id: int, rules: Mapping[str, Mapping[str, Any]], *, by: Any = None) -> None:
    raise NotImplementedError


def add_utm_tags(contact_id: int, values: Mapping[str, Any], *, by: Any = None) -> int:
    raise NotImplementedError


def remove_utm_tag(contact_id: int, utm_id: int, *, by: Any = None) -> bool:
    raise NotImplementedError


def adjust_points(
    contact_ids: int | Iterable[int],
    operator: str,
    delta: int,
    *,
    event_name: str | None = None,
    action_name: str = "API",
    kind: str = "API",
    by: Any = None,
) -> int:
    raise NotImplementedError


def set_owner(contact_ids: int | Iterable[int], owner_id: int | None, *, by: Any = None) -> int:
    raise NotImplementedError


def set_stage(contact_ids: int | Iterable[int], stage_id: int | None, *, by: Any = None) -> int:
    raise NotImplementedError
