"""The fields that contacts and companies have from the start, and the administrators' role."""

from django.db import migrations

VERSION_TABLE = """
    -- One row: moves with every change to a field definition, so that processes know when to read them again.
    CREATE TABLE field_versions (version bigint NOT NULL);
    INSERT INTO field_versions VALUES (1);
"""

# (alias, label, type, group, fixed, further values)
CONTACT_FIELDS = [
    ("title", "Title", "lookup", "core", True, {"properties": {"list": ["Mr", "Mrs", "Miss"]}}),
    ("firstname", "First Name", "text", "core", True, {"is_short_visible": True}),
    ("lastname", "Last Name", "text", "core", True, {"is_short_visible": True}),
    ("company", "Primary company", "text", "core", True, {}),
    ("position", "Position", "text", "core", True, {}),
    (
        "email",
        "Email",
        "email",
        "core",
        True,
        {"is_short_visible": True, "is_unique_identifier": True, "is_index": True},
    ),
    ("mobile", "Mobile", "tel", "core", True, {}),
    ("phone", "Phone", "tel", "core", True, {}),
    ("points", "Points", "number", "core", True, {"default_value": "0"}),
    ("fax", "Fax", "tel", "core", False, {}),
    ("address1", "Address Line 1", "text", "core", True, {}),
    ("address2", "Address Line 2", "text", "core", True, {}),
    ("city", "City", "text", "core", True, {}),
    ("state", "State", "region", "core", True, {}),
    ("zipcode", "Zip Code", "text", "core", True, {}),
    ("country", "Country", "country", "core", True, {}),
    ("preferred_locale", "Preferred Locale", "locale", "core", True, {}),
    ("timezone", "Preferred Timezone", "timezone", "core", True, {}),
    ("last_active", "Date Last Active", "datetime", "core", True, {}),
    ("attribution_date", "Attribution Date", "datetime", "core", True, {}),
    ("attribution", "Attribution", "number", "core", True, {"properties": {"roundmode": 4, "scale": 2}}),
    ("website", "Website", "url", "core", False, {}),
    ("facebook", "Facebook", "text", "social", False, {}),
    ("foursquare", "Foursquare", "text", "social", False, {}),
    ("instagram", "Instagram", "text", "social", False, {}),
    # The reference shows this untranslated key, and clients see it.
    ("linkedin", "mautic.lead.field.linkedin", "text", "social", False, {}),
    ("skype", "Skype", "text", "social", False, {}),
    ("twitter", "Twitter", "text", "social", False, {}),
]
INDUSTRIES = (
    "Aerospace & Defense|Agriculture|Apparel|Automotive & Assembly|Banking|Biotechnology|Chemicals|Communications|"
    "Construction|Consumer Packaged Goods|Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|"
    "Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Metals & Mining|"
    "Not for Profit|Oil & Gas|Packaging & Paper|Private Equity & Principal Investors|Recreation|Real Estate|Retail|"
    "Semiconductors|Shipping|Social Sector|Technology|Telecommunications|Transportation|Utilities|Other"
)
INDUSTRY_LIST = [{"label": name, "value": name} for name in INDUSTRIES.split("|")]
WHOLE = {"roundmode": 4, "scale": 0}
MONEY = {"roundmode": 4, "scale": 2}
COMPANY_FIELDS = [
    ("companyaddress1", "Address 1", "text", "core", True, {}),
    ("companyaddress2", "Address 2", "text", "core", True, {}),
    ("companyemail", "Company Email", "email", "core", True, {}),
    ("companyphone", "Phone", "tel", "core", True, {}),
    ("companycity", "City", "text", "core", True, {}),
    ("companystate", "State", "region", "core", True, {}),
    ("companyzipcode", "Zip Code", "text", "core", True, {}),
    ("companycountry", "Country", "country", "core", True, {}),
    (
        "companyname",
        "Company Name",
        "text",
        "core",
        True,
        {"is_required": True, "is_unique_identifier": True, "is_index": True},
    ),
    ("companywebsite", "Website", "url", "core", True, {}),
    ("companynumber_of_employees", "Number of Employees", "number", "professional", False, {"properties": WHOLE}),
    ("companyfax", "Fax", "tel", "professional", False, {}),
    ("companyannual_revenue", "Annual Revenue", "number", "professional", False, {"properties": MONEY}),
    ("companyindustry", "Industry", "select", "professional", True, {"properties": {"list": INDUSTRY_LIST}}),
    ("companydescription", "Description", "text", "professional", True, {"char_length_limit": None}),
]
ROLE = {"name": "Administrator", "description": "Full system access", "is_admin": True}


def add_defaults(apps, schema_editor):
    field, role = apps.get_model("honeyguide", "FieldDefinition"), apps.get_model("honeyguide", "Role")
    field.objects.bulk_create(
        field(
            object=name, order=order, alias=alias, label=label, type=type_, group=group, is_fixed=fixed,
            **{"is_short_visible": False, "char_length_limit": 191, **further},
        )
        for name, declared in (("lead", CONTACT_FIELDS), ("company", COMPANY_FIELDS))
        for order, (alias, label, type_, group, fixed, further) in enumerate(declared, 1)
    )  # fmt: skip
    role.objects.create(**ROLE)


class Migration(migrations.Migration):
    dependencies = [("honeyguide", "0002_event_log_and_indexes")]
    operations = [
        migrations.RunSQL(VERSION_TABLE, "DROP TABLE field_versions"),
        migrations.RunPython(add_defaults, migrations.RunPython.noop),
    ]
