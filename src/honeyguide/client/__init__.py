"""A client of the REST API, for Honeyguide and for Mautic. Needs httpx and oauthlib, and nothing of the server.

from honeyguide.client import Basic, Honeyguide

with Honeyguide("https://marketing.example.com", Basic("ada", "secret")) as api:
    for contact in api.contacts.iterate(search="email:%@example.com"):
        print(contact["id"], contact["fields"]["all"]["email"])
"""

from honeyguide.client.api import Honeyguide
from honeyguide.client.auth import Basic, Bearer, OAuth1, OAuth2, Token
from honeyguide.client.batch import BatchItem, BatchResult
from honeyguide.client.errors import (
    ApiError,
    ConnectionFailed,
    HoneyguideError,
    Invalid,
    NotFound,
    RateLimited,
    Refused,
    ServerError,
)
from honeyguide.client.resources import Item, Page

__all__ = [
    "ApiError",
    "Basic",
    "BatchItem",
    "BatchResult",
    "Bearer",
    "ConnectionFailed",
    "Honeyguide",
    "HoneyguideError",
    "Invalid",
    "Item",
    "NotFound",
    "OAuth1",
    "OAuth2",
    "Page",
    "RateLimited",
    "Refused",
    "ServerError",
    "Token",
]
