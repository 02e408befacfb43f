"""For each resource with standard routes the least body that makes an item: `least("points/triggers")`."""

from collections.abc import Callable
from itertools import count
from typing import Any

from calls import created
from people import ada

_numbers = count(1)


def least(resource: str) -> dict[str, Any]:
    """A new body, with names that no other item has; what it refers to is made first."""
    number = next(_numbers)
    return BODIES[resource](number)


BODIES: dict[str, Callable[[int], dict[str, Any]]] = {
    "assets": lambda n: {"title": f"a{n}", "storageLocation": "remote", "file": f"https://x.test/{n}.pdf"},
    "campaigns": lambda n: {
        "name": f"c{n}",
        "lists": [{"id": _made("segments", "list")}],
        "events": [{"id": "new_1", "name": "e", "type": "lead.changepoints", "eventType": "action"}],
        "canvasSettings": {
            "nodes": [{"id": "new_1", "positionX": "1", "positionY": "2"}],
            "connections": [
                {"sourceId": "lists", "targetId": "new_1", "anchors": {"source": "leadsource", "target": "top"}}
            ],
        },
    },
    "categories": lambda n: {"title": f"c{n}", "bundle": "global"},
    "companies": lambda n: {"companyname": f"c{n}"},
    "contacts": lambda n: {"email": f"c{n}@example.com"},
    "devices": lambda n: {"device": "desktop", "lead": _made("contacts", "contact")},
    "dynamiccontents": lambda n: {"name": f"d{n}", "content": "x", "isCampaignBased": 1},
    "emails": lambda n: {"name": f"e{n}", "subject": "s", "customHtml": "<p>x</p>", "emailType": "template"},
    "fields/contact": lambda n: {"label": f"f{n}", "alias": f"f{n}", "type": "text"},
    "fields/company": lambda n: {"label": f"g{n}", "alias": f"g{n}", "type": "text"},
    "focus": lambda n: {"name": f"f{n}", "type": "notice", "style": "bar"},
    "forms": lambda n: {"name": f"f{n}", "fields": [{"label": "l", "type": "text"}]},
    "hooks": lambda n: {
        "name": f"h{n}",
        "webhookUrl": "https://example.com/in",
        "triggers": ["mautic.lead_post_save_new"],
    },
    "messages": lambda n: {"name": f"m{n}"},
    "notes": lambda n: {"text": f"n{n}", "lead": _made("contacts", "contact")},
    "notifications": lambda n: {"name": f"n{n}", "heading": "h", "message": "m"},
    "pages": lambda n: {"title": f"p{n}"},
    "points": lambda n: {"name": f"p{n}", "type": "page.hit", "delta": 1},
    "points/groups": lambda n: {"name": f"g{n}"},
    "points/triggers": lambda n: {"name": f"t{n}", "points": 1},
    "reports": lambda n: {"name": f"r{n}", "source": "leads", "columns": ["l.id"]},
    "roles": lambda n: {"name": f"r{n}"},
    "segments": lambda n: {"name": f"s{n}"},
    "smses": lambda n: {"name": f"s{n}", "message": "m"},
    "stages": lambda n: {"name": f"s{n}"},
    "tags": lambda n: {"tag": f"t{n}"},
    "tweets": lambda n: {"name": f"t{n}", "text": "t"},
    "users": lambda n: {
        "username": f"u{n}",
        "firstName": "U",
        "lastName": "N",
        "email": f"u{n}@example.com",
        "plainPassword": {"password": "Tr1cky-enough", "confirm": "Tr1cky-enough"},
        "role": ada().role_id,
    },
}


# What the examples of the API's document name by id: of these resources one each.
REFERRED = {"campaigns": "segments", "devices": "contacts", "notes": "contacts"}


def with_references(value: Any, number: int | None) -> Any:
    """An example in which ids are 1, with this number instead."""
    if isinstance(value, dict):
        return {k: number if k in ("id", "lead") and v == 1 else with_references(v, number) for k, v in value.items()}
    return [with_references(entry, number) for entry in value] if isinstance(value, list) else value


def _made(resource: str, one: str) -> int:
    return created(ada(), resource, one, least(resource))["id"]
