"""One API call: who asks for what, with which parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest

from honeyguide.engine import config
from honeyguide.engine.access.permissions import allows
from honeyguide.engine.resource.errors import Denied

if TYPE_CHECKING:
    from honeyguide.engine.resource import Resource


@dataclass(frozen=True)
class Page:
    """`limit` rows from `start` of `total`; a limit of 0 is all."""

    start: int
    limit: int
    total: int


@dataclass
class Call:
    """`params` is the body, `query` the query string, both as nested structures; `path` the ids and words of the path."""

    request: HttpRequest
    method: str
    user: Any
    params: Any
    query: dict[str, Any]
    path: dict[str, Any] = field(default_factory=dict)
    resource: Resource | None = None
    batch: bool = False  # this is one item of a batch call
    page: Page | None = None  # which part of a list the answer holds, once it is known

    def may(self, permission: str) -> bool:
        return allows(self.user, permission)

    def require(self, *permissions: str) -> None:
        """Any one of the permissions will do; else 403."""
        if not any(self.may(p) for p in permissions):
            raise Denied()

    def may_touch(self, resource: Resource, action: str, item: Any) -> bool:
        """Whether the user may do `action` to this item: the own level for their own, the other level for the rest."""
        return self.may(resource.rights.level(action, mine=self.owns(resource, item)))

    def owns(self, resource: Resource, item: Any) -> bool:
        owner = getattr(item, resource.rights.owner, None)
        return owner is not None and owner == self.user.pk

    @property
    def site(self) -> str:
        """The address of this server as the caller reaches it, without a slash at the end."""
        return (settings.SITE_URL or config.get("site_url") or self.request.build_absolute_uri("/")).rstrip("/")

    @property
    def strict(self) -> bool:
        """Whether the client wants an error where the reference silently ignores (`Prefer: handling=strict`, RFC 7240)."""
        return "handling=strict" in self.request.META.get("HTTP_PREFER", "").replace(" ", "").lower()

    def parameter(self, name: str, default: Any = None) -> Any:
        """A query parameter, or one of the body."""
        if name in self.query:
            return self.query[name]
        return self.params.get(name, default) if isinstance(self.params, dict) else default


@dataclass(frozen=True)
class Answer:
    """An answer with more to say than data and 200. `data` may be JSON-able or ready bytes."""

    data: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
