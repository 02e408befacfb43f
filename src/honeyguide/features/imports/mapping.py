"""Which column of a file goes where: the targets there are, suggestions from headers, and the checked plan of an import."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from honeyguide.engine import config
from honeyguide.engine.resource.errors import Invalid
from honeyguide.features.fields.definitions import Definition, definitions
from honeyguide.features.imports.layout import Column, Layout

STAMPS = {
    "dateAdded": "Date added",
    "createdByUser": "Created by (user name or e-mail)",
    "dateModified": "Date modified",
    "modifiedByUser": "Modified by (user name or e-mail)",
}
# What a column can be besides a field, by the kind of thing imported.
SPECIALS: dict[str, dict[str, str]] = {
    "lead": {
        "id": "Contact ID",
        **STAMPS,
        "lastActive": "Last active",
        "dateIdentified": "Date identified",
        "ip": "IP addresses (separated by commas)",
        "stage": "Stage",
        "doNotEmail": "Do not e-mail",
        "ownerusername": "Owner (user name or e-mail)",
        "tags": "Tags (separated by |)",
    },
    "company": {"id": "Company ID", **STAMPS, "ownerusername": "Owner (user name or e-mail)"},
}
# Contact fields that are columns of their own table, not values of `fields`.
OWN_COLUMNS = {"points": "points", "last_active": "lastActive"}
SYNONYMS = {
    "email": ("e_mail", "mail", "email_address", "e_mail_address", "emailaddress", "contact_email", "e_mail_adresse"),
    "firstname": ("first_name", "first", "given_name", "givenname", "forename", "vorname", "prenom"),
    "lastname": ("last_name", "last", "surname", "family_name", "familyname", "nachname", "nom"),
    "company": ("company_name", "organization", "organisation", "employer", "firma"),
    "phone": ("phone_number", "telephone", "tel", "telefon", "work_phone"),
    "mobile": ("mobile_phone", "cell", "cell_phone", "cellphone", "mobile_number", "handy"),
    "address1": ("address", "street", "street_address", "address_line_1", "address_1", "strasse"),
    "address2": ("address_line_2", "address_2"),
    "zipcode": ("zip", "zip_code", "postal_code", "postcode", "plz"),
    "city": ("town", "ort", "stadt"),
    "state": ("region", "province", "county"),
    "country": ("land",),
    "position": ("job_title", "jobtitle", "role"),
    "website": ("web", "url", "homepage", "web_site"),
    "title": ("salutation", "prefix"),
    "timezone": ("time_zone",),
    "preferred_locale": ("locale", "language"),
    "tags": ("tag", "labels"),
    "ip": ("ip_address", "ipaddress"),
    "id": ("contact_id", "company_id"),
    "dateAdded": ("date_added", "created_at", "created"),
    "dateModified": ("date_modified", "updated_at"),
    "lastActive": ("lastactive", "last_activity"),
    "ownerusername": ("owner", "owner_username", "owner_email"),
    "doNotEmail": ("do_not_email", "unsubscribed", "opt_out", "optout"),
}


# Who has one of these, or a social field, is no anonymous visitor.
NAMING = {"firstname", "lastname", "company", "email"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does, checked and ready to run."""

    layout: Layout
    definitions: Mapping[str, Definition]
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def object(self) -> str:
        return self.layout.object

    @property
    def required(self) -> tuple[Definition, ...]:
        """The fields without which nothing new is made, unless they have a default."""
        return tuple(d for d in self.definitions.values() if d.is_required and d.default_value in (None, ""))

    @property
    def makes_companies(self) -> bool:
        return self.object == "lead" and any(c.place == "company" or c.target == "company" for c in self.layout.columns)


def identifiers(object: str) -> tuple[str, ...]:
    return tuple(alias for alias, d in definitions(object).items() if d.is_unique_identifier)


def identifiers_operator(object: str) -> str:
    """OR: one identifier that matches makes it the same; AND: all that are given must match."""
    return config.get(f"{'contact' if object == 'lead' else 'company'}_unique_identifiers_operator")


def naming(object: str) -> frozenset[str]:
    """The fields of which one suffices to know who a contact is."""
    if object != "lead":
        return frozenset()
    return frozenset(NAMING | {alias for alias, d in definitions(object).items() if d.group == "social"})


def targets(object: str) -> dict[str, dict[str, str]]:
    """Everything a column can be mapped to: {group: {target: label}}, for pages and messages."""
    own = {alias: d.label for alias, d in definitions(object).items()}
    groups = {"Contact fields" if object == "lead" else "Company fields": own}
    if object == "lead":
        groups["Company fields"] = {a: d.label for a, d in definitions("company").items() if a not in own}
    return {**groups, "Special": {name: label for name, label in SPECIALS[object].items() if name not in own}}


def suggest_mapping(headers: Sequence[str], *, object: str = "lead") -> dict[str, str]:
    """{header: target} for the headers whose name tells; every target is suggested once, for the first header it fits."""
    known = {target: label for group in targets(object).values() for target, label in group.items()}
    by_name: dict[str, str] = {}
    for target in known:
        for name in SYNONYMS.get(target, ()):
            by_name.setdefault(name, target)
    by_name |= {slug(label): target for target, label in reversed(known.items())}
    by_name |= {slug(target): target for target in reversed(known)}
    by_name |= {target: target for target in known}
    mapping: dict[str, str] = {}
    for header in headers:
        target = by_name.get(header) or by_name.get(slug(header))
        if target and target not in mapping.values():
            mapping[header] = target
    return mapping


def slug(text: str) -> str:
    """`E-Mail Adresse` -> `e_mail_adresse`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def plan(object: str, headers: Sequence[str], mapping: Mapping[str, str], options: Mapping[str, Any]) -> Plan:
    """The checked plan. Raises `Invalid` for unknown columns and targets, targets given twice and required fields left out."""
    if object not in SPECIALS:
        raise Invalid({"object": "This value is not valid."})
    own = definitions(object)
    companies = definitions("company") if object == "lead" else {}
    errors: list[str] = []
    columns: list[Column] = []
    for header, target in mapping.items():
        if header not in headers:
            errors.append(f"The file has no column {header!r}.")
        elif target in SPECIALS[object] or (target in OWN_COLUMNS and object == "lead" and target in own):
            label = own[target].label if target in own else target
            columns.append(Column(list(headers).index(header), OWN_COLUMNS.get(target, target), "special", label))
        elif target in own:
            columns.append(_column(list(headers).index(header), object, own[target]))
        elif target in companies:
            columns.append(_column(list(headers).index(header), "company", companies[target]))
        else:
            errors.append(f"There is no field {target!r} to take the column {header!r}.")
    errors += [f"The field {t!r} is mapped more than once." for t in _repeated(c.target for c in columns)]
    mapped = {c.target for c in columns}
    has_company = any(c.place == "company" for c in columns)
    needed = [*own.values(), *(companies.values() if has_company else ())]
    errors += [
        f"The required field {d.alias!r} is not mapped." for d in needed if d.is_required and d.alias not in mapped
    ]
    if not columns and not errors:
        errors.append("No column is mapped.")
    if errors:
        raise Invalid({"mapping": errors})
    layout = Layout(object, len(headers), tuple(columns), identifiers(object), naming(object))
    return Plan(layout, own, options)


def _column(index: int, place: str, definition: Definition) -> Column:
    return Column(
        index,
        definition.alias,
        place,
        definition.label,
        definition.type,
        definition.char_length_limit,
        dict(definition.properties or {}),
    )


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})
