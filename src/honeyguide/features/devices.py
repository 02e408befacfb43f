"""Devices that contacts were seen with."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import models, transaction
from django.utils import timezone

from honeyguide.engine.events import EventType, Read
from honeyguide.engine.resource import Resource, Rights
from honeyguide.engine.resource.fields import ReadOnly, Text
from honeyguide.engine.sql import NONE, Clause, one, rows, scalar
from honeyguide.engine.tracking.browsers import read_agent
from honeyguide.features.campaigns.parameters import Parameter
from honeyguide.features.campaigns.steps import Condition, Decision, Step
from honeyguide.features.contacts.belonging import BelongingStore, Owner
from honeyguide.features.contacts.render import ungrouped

TRACKING_ID_LENGTH = 25  # of 36 characters each: more than 128 random bits


class Device(models.Model):
    contact = models.ForeignKey("honeyguide.Contact", models.CASCADE, related_name="devices")
    date_added = models.DateTimeField()
    tracking_id = models.TextField(null=True, unique=True)
    client_info = models.JSONField(null=True)
    device = models.TextField(null=True)
    device_os_name = models.TextField(null=True)
    device_os_short_name = models.TextField(null=True)
    device_os_version = models.TextField(null=True)
    device_os_platform = models.TextField(null=True)
    device_brand = models.TextField(null=True)
    device_model = models.TextField(null=True)

    class Meta:
        app_label = "honeyguide"
        db_table = "devices"


@transaction.atomic
def note_device(contact_id: int, user_agent: str) -> int:
    """The contact's device with this User-Agent's kind, brand and model; made if it has none. Returns its id."""
    agent = read_agent(user_agent)
    found = one(
        "SELECT id FROM devices WHERE contact_id = %s AND device = %s AND device_brand IS NOT DISTINCT FROM %s "
        "AND device_model IS NOT DISTINCT FROM %s AND device_os_name IS NOT DISTINCT FROM %s ORDER BY id DESC LIMIT 1",
        (contact_id, agent.device, agent.brand, agent.model, agent.os_name),
    )
    if found:
        return found[0]
    return scalar(
        """
        INSERT INTO devices (contact_id, date_added, tracking_id, client_info, device, device_os_name, device_os_short_name,
                             device_os_version, device_os_platform, device_brand, device_model)
        VALUES (%s, now(), %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (
            contact_id, new_tracking_id(), orjson.dumps(agent.client).decode(), agent.device, agent.os_name,
            agent.os_short_name, agent.os_version, agent.os_platform, agent.brand, agent.model,
        ),
    )  # fmt: skip


def new_tracking_id() -> str:
    """What a visitor's cookie holds."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(TRACKING_ID_LENGTH))


def create_device(contact_id: int, values: dict[str, Any], *, by: Any = None) -> Device:
    """`values` by model attribute."""
    return Device.objects.create(contact_id=contact_id, date_added=timezone.now(), **values)


def update_device(device: Device, values: dict[str, Any], *, by: Any = None) -> Device:
    for name, value in values.items():
        setattr(device, name, value)
    device.save()
    return device


def show_device(device: Device, lead: Any) -> dict[str, Any]:
    """A device in an answer; `lead` is how its contact is shown there."""
    return {
        "id": device.pk,
        "lead": lead,
        "clientInfo": device.client_info or [],
        "device": device.device,
        "deviceBrand": device.device_brand,
        "deviceModel": device.device_model,
        "deviceOsName": device.device_os_name,
        "deviceOsShortName": device.device_os_short_name,
        "deviceOsVersion": device.device_os_version,
        "deviceOsPlatform": device.device_os_platform,
    }


class DeviceStore(BelongingStore):
    """Who may see and change a device is decided by the contact."""

    mandatory = "contact ID is mandatory"
    write_new, write_changes = create_device, update_device
    show_item, show_contact = show_device, ungrouped

    def create_from(self, params: Any, call: Any) -> tuple[Device, bool]:
        return super().create_from(_with_lead(params), call)

    def update_from(self, item: Device, params: Any, call: Any) -> Device:
        return super().update_from(item, _with_lead(params), call)

    def allowed(self, action: str, item: Device, call: Any) -> bool:
        owner = self._row(item).permission_owner
        mine = owner is not None and owner == call.user.pk
        return call.may(self.resource.rights.level(action, mine=mine))

    def own_only(self, call: Any) -> Clause:
        mine = "SELECT id FROM contacts WHERE coalesce(owner_id, created_by) = %s"
        return Clause(f"devices.contact_id IN ({mine})", (call.user.pk,))


def _with_lead(params: Any) -> Any:
    """The contact may be named `contact` too."""
    return {"lead": params["contact"], **params} if isinstance(params, dict) and "contact" in params else params


DEVICES = Resource(
    name="devices",
    one="device",
    many="devices",
    label="Devices",
    example={"lead": 1, "device": "desktop", "deviceOsName": "Ubuntu"},
    model=Device,
    rights=Rights("lead:leads", publish=False),
    stamps=False,
    fields=[
        ReadOnly("id"),
        Owner(),
        Text("device"),
        Text("deviceBrand"),
        Text("deviceModel"),
        Text("deviceOsName"),
        Text("deviceOsShortName"),
        Text("deviceOsVersion"),
        Text("deviceOsPlatform"),
    ],
    store=DeviceStore,
    standard_commands=False,
)


# --- in campaigns -----------------------------------------------------------------------------------------------------

DEVICE_KINDS = (("desktop", "computer"), ("smartphone", "phone"), ("tablet", "tablet"), ("tv", "television"))
CRITERIA = {"device_type": "device", "device_brand": "device_brand", "device_os": "device_os_name"}


def _asked(step: Step) -> tuple[str, list[str]] | None:
    """A column and the values it may have: of the criteria, the last that asks for something."""
    asked = [(column, step.texts(name)) for name, column in CRITERIA.items() if step.texts(name)]
    return asked[-1] if asked else None


def has_device(step: Step) -> Clause:
    """Was seen with such a device."""
    asked = _asked(step)
    if asked is None:
        return NONE
    column, values = asked
    text = f"EXISTS (SELECT FROM devices d WHERE d.contact_id = contacts.id AND d.{column} = ANY(%s::text[]))"
    return Clause(text, (values,))


def visited_with(step: Step, parent: Step | None, events: Sequence[Read]) -> dict[int, datetime]:
    """A visit with such a device; with any, when nothing is asked."""
    visits = [event for event in events if event.contact_id and not (event.payload or {}).get("bot")]
    asked = _asked(step)
    if asked is None:
        return {event.contact_id: event.at for event in visits}
    column, values = asked
    names = list({str((event.payload or {}).get("device") or "") for event in visits})
    fitting = f"SELECT tracking_id FROM devices WHERE tracking_id = ANY(%s::text[]) AND {column} = ANY(%s::text[])"
    wanted = {name for (name,) in rows(fitting, (names, values))}
    return {event.contact_id: event.at for event in visits if (event.payload or {}).get("device") in wanted}


PARAMETERS = [
    Parameter(name="device_type", label="Kind", choices=DEVICE_KINDS, several=True),
    Parameter(name="device_brand", label="Brand", several=True, help="One per line."),
    Parameter(
        name="device_os",
        label="System",
        several=True,
        help="One per line; the last of the three that asks for something counts.",
    ),
]
HAS_DEVICE = Condition("lead.device", has_device, label="Has a device", parameters=PARAMETERS)
VISITED_WITH = Decision(
    "page.devicehit",
    frozenset({EventType.PAGE_HIT}),
    visited_with,
    label="Visits with a device",
    parameters=PARAMETERS,
)
