"""API credentials as a resource of the pages. There is no REST for them: who may call it could make callers."""

from __future__ import annotations

from typing import Any

from honeyguide.engine.oauth2.models import OAuthClient
from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.fields import Field, ReadOnly, Text
from honeyguide.engine.resource.store import ModelStore
from honeyguide.features.clients import services


class ClientStore(ModelStore):
    def save_new(self, values: dict[str, Any], call: Any) -> tuple[OAuthClient, bool]:
        client, secret = services.create_client(**values, by=call.user)
        client.new_secret = secret  # for the page that shows it, once
        return client, True

    def update(self, item: OAuthClient, values: dict[str, Any], call: Any) -> OAuthClient:
        services.require_reach(item, call.user)
        return super().update(item, values, call)

    def delete(self, item: OAuthClient, call: Any) -> None:
        services.require_reach(item, call.user)
        super().delete(item, call)


CREDENTIALS = Resource(
    name="credentials",
    one="client",
    many="clients",
    label="API credentials",
    model=OAuthClient,
    rights=Rights("api:clients", own=False, publish=False),
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Field(
            name="redirectUris",
            attribute="redirect_text",
            parse=services.parse_redirect_uris,
            required="A redirect URI is required.",
        ),
    ],
    store=ClientStore,
    order=[("oauth2_clients.name", "ASC")],
    search=["name"],
)
