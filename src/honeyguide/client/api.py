"""The client: a server's resources by name."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import httpx

from honeyguide.client.connection import Connection
from honeyguide.client.errors import ApiError, HoneyguideError
from honeyguide.client.resources import Contacts, Emails, Forms, Reports, Resource, Segments, WithMembers


class Honeyguide:
    """A server of Honeyguide or Mautic at `site`, called with `auth`. `timeout` is in seconds. See `Connection` for retries.
    May be shared by threads."""

    def __init__(
        self,
        site: str,
        auth: httpx.Auth,
        *,
        retries: int = 3,
        retry_writes: bool = False,
        timeout: float = 30.0,
        verify: bool = True,
    ) -> None:
        headers = {"Accept": "application/json", "User-Agent": "honeyguide-client"}
        self._http = httpx.Client(
            base_url=site.rstrip("/") + "/", auth=auth, timeout=timeout, verify=verify, headers=headers
        )
        self.connection = connection = Connection(self._http, retries=retries, retry_writes=retry_writes)
        self.assets = Resource(connection, "assets", "asset", "assets")
        self.campaign_events = Resource(connection, "campaigns/events", "event", "events")
        self.campaigns = WithMembers(connection, "campaigns", "campaign", "campaigns")
        self.categories = Resource(connection, "categories", "category", "categories")
        self.companies = WithMembers(connection, "companies", "company", "companies")
        self.company_fields = Resource(connection, "fields/company", "field", "fields")
        self.contact_fields = Resource(connection, "fields/contact", "field", "fields")
        self.contacts = Contacts(connection, "contacts", "contact", "contacts")
        self.devices = Resource(connection, "devices", "device", "devices")
        self.dynamic_contents = Resource(connection, "dynamiccontents", "dynamicContent", "dynamicContents")
        self.emails = Emails(connection, "emails", "email", "emails")
        self.focus = Resource(connection, "focus", "focus", "focus")
        self.forms = Forms(connection, "forms", "form", "forms")
        self.messages = Resource(connection, "messages", "message", "messages")
        self.notes = Resource(connection, "notes", "note", "notes")
        self.notifications = Resource(connection, "notifications", "notification", "notifications")
        self.pages = Resource(connection, "pages", "page", "pages")
        self.point_groups = Resource(connection, "points/groups", "pointGroup", "pointGroups")
        self.point_triggers = Resource(connection, "points/triggers", "trigger", "triggers")
        self.points = Resource(connection, "points", "point", "points")
        self.reports = Reports(connection, "reports", "report", "reports")
        self.roles = Resource(connection, "roles", "role", "roles")
        self.segments = Segments(connection, "segments", "list", "lists")
        self.smses = Resource(connection, "smses", "sms", "smses")
        self.stages = WithMembers(connection, "stages", "stage", "stages")
        self.tags = Resource(connection, "tags", "tag", "tags")
        self.tweets = Resource(connection, "tweets", "tweet", "tweets")
        self.users = Resource(connection, "users", "user", "users")
        self.webhooks = Resource(connection, "hooks", "hook", "hooks")

    def __enter__(self) -> Honeyguide:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def call(self, method: str, path: str, *, query: dict[str, Any] | None = None, body: Any = None) -> Any:
        """The decoded answer of any call below `/api/`: files, themes, stats, dashboard data."""
        return self.connection.call(method, path, query=query, body=body)

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """Sends a file: `upload("files/images/new", "logo.png", content)`."""
        return self.connection.call("POST", path, files={"file": (name, content)})

    def me(self) -> dict[str, Any]:
        """The calling user."""
        found: dict[str, Any] = self.call("GET", "users/self")
        return found

    def get_mautic_version(self) -> str:
        """The version of the API that the server tells with its answers, as `5.1.1`."""
        if self.connection.version is None:
            try:
                self.me()
            except ApiError:  # a refusal tells the version as well
                if self.connection.version is None:
                    raise
        if self.connection.version is None:
            raise HoneyguideError(
                "The server does not tell its version; is this the address of a Honeyguide or Mautic?"
            )
        return self.connection.version
