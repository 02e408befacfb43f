"""Users and roles over REST (contract resource-users-roles)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.functions import Lower

from honeyguide.engine.access.permissions import SETS, UnknownPermission, allows
from honeyguide.engine.api.failures import Outside
from honeyguide.engine.fieldtypes import EMAIL
from honeyguide.engine.resource import Action, Invalid, Refused, Resource, Rights
from honeyguide.engine.resource.fields import Boolean, Field, ReadOnly, Stamp, Structure, Text, text_of
from honeyguide.engine.resource.given import LIST, OBJECT, Given
from honeyguide.engine.resource.references import KEEP, Reference, nested
from honeyguide.engine.resource.rendering import without_nulls
from honeyguide.engine.resource.store import ModelStore
from honeyguide.engine.sql import Clause
from honeyguide.features.users.models import Role, User
from honeyguide.features.users.services import is_timezone, name_taken, password_problem

ROLE_SHAPE = (
    ("id", "id"), ("name", "name"), ("description", "description"), ("isAdmin", "is_admin"),
    ("rawPermissions", "raw_permissions"),
)  # fmt: skip


def show_role(role: Role | None) -> dict[str, Any] | None:
    return nested(role, ROLE_SHAPE)


# --- roles ----------------------------------------------------------------------------------------------------------


def parse_permissions(raw: Any) -> Any:
    """A map of sets to levels. What is no map counts as none; an unknown level is refused."""
    if not isinstance(raw, dict) or not raw:
        return None
    for name, levels in raw.items():
        if not isinstance(levels, list) or not all(isinstance(level, str) for level in levels):
            raise ValueError(f"{name} must be a list of levels.")
        unknown = [level for level in levels if level not in SETS.get(name, ())]
        if unknown:
            raise ValueError(f"{unknown[0]} does not exist for {name}")
    return raw


class RoleStore(ModelStore):
    def delete(self, item: Role, call: Any) -> None:
        if item.users.exists():
            raise Outside(428)
        super().delete(item, call)


ROLES = Resource(
    name="roles",
    one="role",
    many="roles",
    label="Roles",
    example={"name": "Editors", "rawPermissions": {"email:emails": ["viewown", "create"]}},
    model=Role,
    refuses={428: "Users still have the role."},
    rights=Rights("user:roles", own=False, publish=False),
    fields=[
        ReadOnly("id"),
        Text("name", required="A name is required."),
        Text("description", html=True),
        Boolean("isAdmin"),
        Structure("rawPermissions", parse=parse_permissions, reset=KEEP),
    ],
    store=RoleStore,
    order=[("roles.name", "ASC")],
    search=["name", "description"],
    commands={
        "is:admin": lambda value, call: Clause("roles.is_admin"),
        "name": lambda value, call: Clause("roles.name ILIKE %s", (f"{value}%",)),
    },
)

# --- users ----------------------------------------------------------------------------------------------------------


def parse_email(raw: Any) -> str:
    text = text_of(raw).strip()
    if not EMAIL.fullmatch(text):
        raise ValueError("The email entered is invalid.")
    return text


def parse_timezone(raw: Any) -> str | None:
    text = text_of(raw).strip()
    if text and not is_timezone(text):
        raise ValueError("This value is not valid.")
    return text or None


class UserStore(ModelStore):
    """Presence of fields is checked first, then uniqueness, then the password (contract: "Checks run in order")."""

    def create(self, values: dict[str, Any], call: Any) -> tuple[Model, bool]:
        self._check_unique(values, besides=None)
        given = call_password(values.pop("plain_password", None))
        if problem := password_problem(*given):
            raise Invalid({"password": problem})
        item, created = super().create(values, call)
        item.set_password(given[0])
        return item, created

    def update(self, item: User, values: dict[str, Any], call: Any) -> User:
        values.pop("plain_password", None)
        if not (call.batch and call.method == "PUT"):
            values.pop("username", None)
        if call.method == "PUT":
            values.pop("role", None)
        self._check_unique(values, besides=item.pk)
        return super().update(item, values, call)

    def _check_unique(self, values: dict[str, Any], *, besides: int | None) -> None:
        errors = {}
        for name, text in (
            ("username", "Username is already in use. Please choose another."),
            ("email", "Email is already in use. Please choose another."),
        ):
            if values.get(name) and name_taken(values[name], besides=besides):
                errors[name] = text
        if errors:
            raise Invalid(errors)


def call_password(given: Any) -> tuple[str, str]:
    if not isinstance(given, dict):
        return "", ""
    return tuple(text if isinstance(text := given.get(part), str) else "" for part in ("password", "confirm"))


def show_self(call: Any) -> Any:
    """The caller, without envelope and nulls, publish details at every level."""
    user = call.user
    shown = {f.name: f.render(getattr(user, f.attribute)) for f in USERS.all_fields if not f.hidden}
    shown["role"] = {f.name: f.render(getattr(user.role, f.attribute)) for f in ROLES.all_fields}
    return without_nulls(shown)


def check_permissions(call: Any) -> Any:
    asked = call.params.get("permissions") if isinstance(call.params, dict) else None
    names = [asked] if isinstance(asked, str) and asked else asked
    if not names or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refused("At least one permission must be submitted.")
    user = User.objects.select_related("role").filter(pk=call.path["id"]).first() or call.user
    if any(name.count(":") != 2 for name in names):
        raise Outside(403)
    try:
        return {name: allows(user, name) for name in names}
    except UnknownPermission as error:
        raise Outside(403) from error


def list_roles(call: Any) -> Any:
    call.require("user:users:create", "user:users:edit")
    wanted = call.query.get("filter", "")
    found = Role.objects.filter(is_published=True).order_by(Lower("name"))
    if isinstance(wanted, str) and wanted:
        found = found.filter(name__istartswith=wanted)
    limit = call.query.get("limit", "")
    count = int(limit) if isinstance(limit, str) and limit.isdecimal() and len(limit) < 9 else 0
    return [{"id": role.pk, "name": role.name} for role in (found[:count] if count else found)]


def _starts(column: str):
    return lambda value, call: Clause(f"{column} ILIKE %s", (f"{value}%",))


ROLE_NAMED = "users.role_id IN (SELECT id FROM roles WHERE name ILIKE %s)"

USERS = Resource(
    name="users",
    one="user",
    many="users",
    label="Users",
    example={
        "username": "robin",
        "firstName": "Robin",
        "lastName": "Brown",
        "email": "robin@example.com",
        "role": 1,
        "plainPassword": {"password": "Tr1cky-enough", "confirm": "Tr1cky-enough"},
    },
    model=User,
    rights=Rights("user:users", own=False, publish=False),
    fields=[
        ReadOnly("id"),
        Text("username", required="Username is required.", reset=KEEP),
        Text("firstName", required="First name is required."),
        Text("lastName", required="Last name is required."),
        Field(name="email", parse=parse_email, required="The email entered is invalid.", max_length=191),
        Text("position"),
        Reference("role", "Role", show_role, required="A role must be chosen for this user.", reset=KEEP),
        Field(name="timezone", parse=parse_timezone),
        Text("locale"),
        Stamp("lastLogin"),
        Stamp("lastActive"),
        Text("signature", html=True),
        Structure("plainPassword", hidden=True),
    ],
    store=UserStore,
    order=[("users.last_name", "ASC"), ("users.first_name", "ASC"), ("users.username", "ASC")],
    search=["first_name", "last_name", "username", "email", "position"],
    commands={
        "is:admin": lambda value, call: Clause("users.role_id IN (SELECT id FROM roles WHERE is_admin)"),
        "name": lambda value, call: Clause("users.first_name || ' ' || users.last_name ILIKE %s", (f"%{value}%",)),
        "email": _starts("users.email"),
        "position": _starts("users.position"),
        "username": _starts("users.username"),
        "role": lambda value, call: Clause(ROLE_NAMED, (f"{value}%",)),
    },
    actions=[
        Action("GET", "self", show_self, "The calling user", gives=OBJECT),
        Action(
            "POST",
            "{id}/permissioncheck",
            check_permissions,
            "Which permissions a user has",
            takes=[
                Given(
                    name="permissions",
                    text="Names such as `lead:leads:viewown`.",
                    kind="list",
                    required=True,
                    example=["lead:leads:viewown", "email:emails:create"],
                )
            ],
            gives={"type": "object", "additionalProperties": {"type": "boolean"}},
        ),
        Action(
            "GET",
            "list/roles",
            list_roles,
            "Roles to choose from",
            takes=[
                Given(name="filter", text="How the name begins.", place="query", example="Adm"),
                Given(name="limit", text="How many at most.", place="query", kind="integer", example=10),
            ],
            gives=LIST,
        ),
    ],
)
