"""What a user may do, by the role's levels.

A permission is asked for as `bundle:object:level` (contract conventions 11). Sets and their levels are declared here once;
`full` holds every level of its set. Own/other names map onto plain sets and back.
"""

from __future__ import annotations

from typing import Any

STANDARD = ("view", "edit", "create", "delete", "full")
PUBLISHED = (*STANDARD, "publish")
OWN = ("viewown", "viewother", "editown", "editother", "create", "deleteown", "deleteother", "full")
OWN_PUBLISHED = (*OWN, "publishown", "publishother")
ENABLE = ("enable",)

SETS: dict[str, tuple[str, ...]] = {
    "api:access": ("full",),
    "api:clients": STANDARD,
    "asset:assets": OWN_PUBLISHED,
    "asset:categories": PUBLISHED,
    "campaign:campaigns": OWN_PUBLISHED,
    "campaign:categories": PUBLISHED,
    "campaign:imports": STANDARD,
    "campaign:export": ENABLE,
    "category:categories": PUBLISHED,
    "channel:messages": OWN_PUBLISHED,
    "channel:categories": PUBLISHED,
    "core:themes": PUBLISHED,
    "dynamiccontent:dynamiccontents": OWN_PUBLISHED,
    "dynamiccontent:categories": PUBLISHED,
    "email:emails": OWN_PUBLISHED,
    "email:categories": PUBLISHED,
    "focus:items": OWN_PUBLISHED,
    "focus:categories": PUBLISHED,
    "form:forms": OWN_PUBLISHED,
    "form:categories": PUBLISHED,
    "form:export": ENABLE,
    "lead:leads": OWN,
    "lead:lists": OWN,
    "lead:fields": ("view", "full"),
    "lead:imports": PUBLISHED,
    "lead:export": ENABLE,
    "lead:notes": OWN,
    "mauticSocial:monitoring": PUBLISHED,
    "mauticSocial:tweets": OWN_PUBLISHED,
    "mauticSocial:categories": PUBLISHED,
    "notification:notifications": OWN_PUBLISHED,
    "notification:mobile_notifications": OWN_PUBLISHED,
    "notification:categories": PUBLISHED,
    "page:pages": OWN_PUBLISHED,
    "page:preference_center": OWN_PUBLISHED,
    "page:categories": PUBLISHED,
    "plugin:plugins": ("manage",),
    "point:points": PUBLISHED,
    "point:triggers": PUBLISHED,
    "point:groups": PUBLISHED,
    "point:categories": PUBLISHED,
    "report:reports": OWN_PUBLISHED,
    "report:export": ENABLE,
    "sms:smses": OWN_PUBLISHED,
    "sms:categories": PUBLISHED,
    "stage:stages": PUBLISHED,
    "stage:categories": PUBLISHED,
    "tagManager:tagManager": STANDARD,
    "user:users": STANDARD,
    "user:roles": STANDARD,
    "user:profile": ("editusername", "editemail", "editposition", "editname", "full"),
    "webhook:webhooks": OWN_PUBLISHED,
    "webhook:categories": PUBLISHED,
}


class UnknownPermission(Exception):
    """A permission name that no set declares."""

    def __init__(self, name: str):
        super().__init__(f"Permission not found. '{name}' given.")


def allows(user: Any, permission: str) -> bool:
    """Whether the user's role holds `bundle:object:level`. Admins hold all."""
    role = user.role
    if role.is_admin:
        return True
    name, _, level = permission.rpartition(":")
    levels = SETS.get(name)
    if levels is None:
        raise UnknownPermission(permission)
    granted = expand(name, (role.raw_permissions or {}).get(name, ()))
    if "full" in granted and (level in levels or _mapped(level, levels)):
        return True
    if level not in levels:
        level = _mapped(level, levels) or level
    if level not in levels:
        raise UnknownPermission(permission)
    return level in granted


def known(permission: str) -> bool:
    name, _, level = permission.rpartition(":")
    levels = SETS.get(name, ())
    return level in levels or _mapped(level, levels) is not None


def _mapped(level: str, levels: tuple[str, ...]) -> str | None:
    """`viewother` of a plain set is its `view`; `view` of an own/other set is its `viewown`."""
    plain = level.removesuffix("own").removesuffix("other")
    if plain in levels:
        return plain
    return f"{level}own" if f"{level}own" in levels else None


def expand(name: str, granted: Any) -> frozenset[str]:
    """The levels that a granted list brings with it: editing implies viewing, others' implies one's own."""
    found = set(granted) if isinstance(granted, (list, tuple)) else set()
    for verb in ("edit", "delete", "publish", "create"):
        for reach in ("", "own", "other"):
            if verb + reach in found and (verb != "create" or not reach):
                found.add("view" + reach if verb != "create" or "view" in SETS.get(name, ()) else "viewown")
    if "viewother" in found:
        found.add("viewown")
    return frozenset(found)
