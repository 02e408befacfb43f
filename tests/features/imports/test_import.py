"""What an import makes of the rows of a file."""

import pytest
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.events import EventType
from honeyguide.engine.events.models import Event
from honeyguide.features.companies.models import Company, CompanyContact
from honeyguide.features.contacts.models import Contact, ContactIpAddress, ContactMerge, DoNotContact
from honeyguide.features.fields import definitions as field_definitions
from honeyguide.features.fields.models import FieldDefinition
from honeyguide.features.imports import services
from honeyguide.features.imports.models import ImportFailure
from honeyguide.features.segments.models import Segment, SegmentContact
from honeyguide.features.stages import Stage
from honeyguide.features.tags import ContactTag
from people import ada

pytestmark = pytest.mark.django_db
IMPORTED, FAILED, STOPPED = 3, 4, 5


def contact(email: str) -> Contact:
    return Contact.objects.get(fields__email__iexact=email)


def failures(imported) -> list[tuple[int, str]]:
    return list(ImportFailure.objects.filter(imported=imported).order_by("id").values_list("line", "error"))


def test_it_works(imported, counts):
    done = imported("First Name,Last Name,E-Mail,City\nJo,Doe,jo@x.com,Rome\nAl,Ray,al@x.com,\n", by=ada())
    assert counts(done) == (IMPORTED, 2, 0, 0)
    jo = contact("jo@x.com")
    assert jo.fields == {"firstname": "Jo", "lastname": "Doe", "email": "jo@x.com", "city": "Rome"}
    assert (jo.created_by, jo.created_by_user, jo.points) == (ada().pk, "Ada Admin", 0)
    assert jo.is_published
    assert jo.date_added
    assert jo.date_identified
    assert "city" not in contact("al@x.com").fields
    told = (
        Event.objects.filter(type=EventType.CONTACT_IMPORTED)
        .order_by("id")
        .values_list("contact_id", "object_id", "payload")
    )
    assert next(iter(told)) == (jo.pk, done.pk, {"action": "inserted"})
    assert done.line_count == 2
    assert done.date_ended


def test_a_contact_that_exists_is_updated_whatever_the_case(imported, counts):
    imported("email,city,phone\nJo@X.com,Rome,1\n")
    done = imported("email,city,phone\njo@x.com,Oslo,\n")
    assert counts(done) == (IMPORTED, 0, 1, 0)
    assert contact("jo@x.com").fields == {"email": "jo@x.com", "city": "Oslo", "phone": "1"}
    assert Event.objects.filter(type=EventType.CONTACT_IMPORTED, payload={"action": "updated"}).count() == 1


def test_an_unchanged_contact_keeps_its_date(imported):
    imported("email,city\njo@x.com,Rome\n")
    imported("email,city\njo@x.com,Rome\n")
    assert contact("jo@x.com").date_modified is None


def test_null_clears_and_blank_does_not(imported):
    imported("email,city,phone,attribution\njo@x.com,Rome,1,5\n")
    imported("email,city,phone,attribution\njo@x.com,NULL,,NULL\n")
    assert contact("jo@x.com").fields == {"email": "jo@x.com", "phone": "1"}


def test_skip_if_exists_fills_only_what_is_empty(imported):
    imported("email,city\njo@x.com,Rome\n")
    imported("email,city,phone\njo@x.com,Oslo,1\n", skip_if_exists=True)
    assert contact("jo@x.com").fields == {"email": "jo@x.com", "city": "Rome", "phone": "1"}


def test_repeated_rows_of_a_file_are_one_contact_in_their_order(imported, counts):
    done = imported("email,city,phone\njo@x.com,Rome,1\nal@x.com,Bonn,\nJO@x.com,Oslo,\njo@x.com,,2\n")
    assert counts(done) == (IMPORTED, 2, 2, 0)
    assert contact("jo@x.com").fields == {"email": "jo@x.com", "city": "Oslo", "phone": "2"}


def test_the_newest_of_several_twins_wins(imported):
    newer, older = (
        Contact.objects.create(fields={"email": "jo@x.com"}, date_added=f"{year}-01-01T00:00:00Z")
        for year in (2024, 2020)
    )
    imported("email,city\njo@x.com,Rome\n")
    newer.refresh_from_db()
    older.refresh_from_db()
    assert (newer.fields.get("city"), older.fields.get("city")) == ("Rome", None)


@pytest.mark.parametrize(("operator", "expected"), [("OR", (0, 2)), ("AND", (1, 1))])
def test_several_identifiers(imported, operator, expected):
    FieldDefinition.objects.filter(object="lead", alias="mobile").update(is_unique_identifier=True)
    field_definitions.changed()
    config.set_value("contact_unique_identifiers_operator", operator)
    Contact.objects.create(fields={"email": "jo@x.com", "mobile": "1"}, date_added=timezone.now())
    done = imported("email,mobile,city\njo@x.com,1,Rome\nother@x.com,1,Oslo\n")
    assert (done.inserted_count, done.updated_count) == expected
    field_definitions.forget()


def test_an_identifier_changed_by_an_earlier_row_counts(imported):
    """Row 1 gives the contact a new address by its id; row 2 means the new address, row 3 the old one."""
    jo = Contact.objects.create(fields={"email": "old@x.com"}, date_added=timezone.now())
    done = imported(f"id,email,city\n{jo.pk},new@x.com,\n,new@x.com,Rome\n,old@x.com,Oslo\n")
    assert (done.inserted_count, done.updated_count) == (1, 2)
    assert contact("new@x.com").pk == jo.pk
    assert contact("new@x.com").fields["city"] == "Rome"


def test_ids_are_followed_through_merges_and_unknown_ones_fall_back_to_the_address(imported):
    jo = Contact.objects.create(fields={"email": "jo@x.com"}, date_added=timezone.now())
    ContactMerge.objects.create(merged_id=999_001, contact=jo, date_added=timezone.now())
    done = imported("id,email,city\n999001,,Rome\n999002,jo@x.com,Oslo\n")
    assert (done.inserted_count, done.updated_count) == (0, 2)
    assert contact("jo@x.com").fields["city"] == "Oslo"


def test_bad_rows_are_listed_and_the_others_go_on(imported, counts):
    done = imported(
        'email,city\nnonsense,Rome\n\na@x.com,Rome,extra\nb@x.com\n,,\n,\nc@x.com,"open\nd@x.com,ok\nx%y@x.com,a\n'
    )
    assert counts(done)[:2] == (IMPORTED, 2)
    assert failures(done) == [
        (2, "Email: nonsense is invalid."),
        (3, "The line is empty."),
        (4, "The row has 3 values, but there are 2 columns."),
        (6, "The row has 3 values, but there are 2 columns."),
        (7, "The line is empty."),
        (8, "A quote is opened on this line and never closed."),
        (10, "Email: x%y@x.com has characters not allowed in email addresses."),
    ]
    assert done.ignored_count == 7


def test_failed_rows_come_back_as_a_file(imported):
    done = imported('email,city\nnonsense,"Rome, IT"\n=1+1@,x\na@x.com,b,c\n')
    text = b"".join(services.failed_rows_csv(done)).decode()
    assert text.splitlines() == [
        "email,city,line,error",
        'nonsense,"Rome, IT",2,Email: nonsense is invalid.',
        "'=1+1@,x,3,Email: =1+1@ is invalid.",
        'a@x.com,b,c,4,"The row has 3 values, but there are 2 columns."',
    ]


def test_guarded_cells_come_back_as_they_were(imported):
    imported("email,phone,city\njo@x.com,'+49 30 1,'s-Hertogenbosch\n")
    fields = contact("jo@x.com").fields
    assert (fields["phone"], fields["city"]) == ("+49 30 1", "'s-Hertogenbosch")


def test_every_special_column(imported):
    user = ada()
    head = "email,points,stage,tags,ip,doNotEmail,ownerusername,dateAdded,lastActive,dateIdentified,createdByUser"
    done = imported(
        f'{head}\njo@x.com,7,Hot,new|vip,"1.2.3.4,::1",yes,ADA,2020-01-02 03:04:05,2021-01-01,2022-01-01,ada@example.com\n'
        "al@x.com,,,,,,nobody,,,,\n"
    )
    assert done.inserted_count == 2
    jo = contact("jo@x.com")
    assert (jo.points, jo.stage.name, jo.owner_id, jo.created_by_user) == (7, "Hot", user.pk, "Ada Admin")
    assert (jo.date_added.year, jo.last_active.year, jo.date_identified.year) == (2020, 2021, 2022)
    assert sorted(ContactTag.objects.filter(contact=jo).values_list("tag__tag", flat=True)) == ["new", "vip"]
    assert sorted(ContactIpAddress.objects.filter(contact=jo).values_list("ip_address__ip_address", flat=True)) == [
        "1.2.3.4",
        "::1",
    ]
    assert DoNotContact.objects.get(contact=jo).reason == 3
    assert Event.objects.filter(contact_id=jo.pk, type=EventType.POINTS_CHANGED).get().payload["delta"] == 7
    assert Event.objects.filter(contact_id=jo.pk, type=EventType.DO_NOT_CONTACT_CHANGED).get().payload["new"] == 3
    assert contact("al@x.com").owner_id is None


def test_later_imports_do_not_give_points_but_tags_stages_and_do_not_contact(imported):
    imported("email,points,tags,doNotEmail,stage\njo@x.com,7,a,1,Hot\n")
    imported("email,points,tags,doNotEmail,stage\njo@x.com,9,b|-a,0,hot\n")
    jo = contact("jo@x.com")
    assert jo.points == 7
    assert list(ContactTag.objects.filter(contact=jo).values_list("tag__tag", flat=True)) == ["b"]
    assert not DoNotContact.objects.filter(contact=jo).exists()
    assert Stage.objects.count() == 1


def test_an_unsubscription_is_not_overwritten(imported):
    imported("email\njo@x.com\n")
    DoNotContact.objects.create(contact=contact("jo@x.com"), channel="email", reason=1, date_added=timezone.now())
    imported("email,doNotEmail\njo@x.com,1\n")
    assert DoNotContact.objects.get().reason == 1


def test_options_for_all_rows(imported):
    segment = Segment.objects.create(name="In", public_name="In", alias="in")
    imported("email\njo@x.com\n", list=segment.pk, tags=["fair"], owner=ada().pk)
    imported("email\njo@x.com\n", list=segment.pk)
    jo = contact("jo@x.com")
    assert jo.owner_id == ada().pk
    assert SegmentContact.objects.get(contact=jo).manually_added
    assert ContactTag.objects.get(contact=jo).tag.tag == "fair"
    assert Event.objects.filter(type=EventType.SEGMENT_JOINED).count() == 1


def test_company_columns_make_the_primary_company(imported):
    imported("email,companyname,companycity\na@x.com,Acme,Rome\nb@x.com,ACME,\n")
    company = Company.objects.get()
    assert company.fields["companycity"] == "Rome"
    assert CompanyContact.objects.filter(company=company, is_primary=True).count() == 2
    assert contact("a@x.com").fields["company"] == "Acme"
    imported("email,company\na@x.com,Globex\n")
    assert Company.objects.count() == 2
    links = CompanyContact.objects.filter(contact=contact("a@x.com")).order_by("company_id")
    assert [link.is_primary for link in links] == [False, True]


def test_companies_can_be_imported(imported, counts):
    text = "companyname,companycity,companynumber_of_employees\nAcme,Rome,12\nacme,Oslo,\n,Bonn,\n"
    done = imported(text, object="company")
    assert counts(done) == (IMPORTED, 1, 1, 1)
    assert Company.objects.get().fields["companycity"] == "Oslo"
    assert failures(done)[0][0] == 4


def test_defaults_are_for_new_contacts(imported):
    FieldDefinition.objects.filter(object="lead", alias="country").update(default_value="Italy")
    field_definitions.changed()
    Contact.objects.create(fields={"email": "old@x.com"}, date_added=timezone.now())
    imported("email,country\nnew@x.com,\nold@x.com,\nother@x.com,Spain\n")
    assert contact("new@x.com").fields["country"] == "Italy"
    assert "country" not in contact("old@x.com").fields
    assert contact("other@x.com").fields["country"] == "Spain"
    field_definitions.forget()


def test_anonymous_rows_are_not_identified(imported):
    imported("email,city\n,Rome\n")
    assert Contact.objects.get().date_identified is None


def test_values_are_stored_in_the_shape_of_their_type(imported):
    for alias, kind in (("b", "boolean"), ("d", "date"), ("dt", "datetime"), ("n", "number"), ("m", "multiselect")):
        FieldDefinition.objects.create(alias=f"f_{alias}", label=alias, type=kind, object="lead")
    field_definitions.changed()
    imported("email,f_b,f_d,f_dt,f_n,f_m\njo@x.com,Yes,03 May 2024,2024-05-03T10:00:00,1.50,a|b\n")
    fields = contact("jo@x.com").fields
    assert [fields[f"f_{x}"] for x in ("b", "d", "dt", "n", "m")] == [
        True,
        "2024-05-03",
        "2024-05-03 10:00:00",
        1.5,
        "a|b",
    ]
    field_definitions.forget()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(imported, encoding):
    done = imported("email,city\njo@x.com,Köln\n".encode(encoding))
    assert contact("jo@x.com").fields["city"] == "Köln"
    assert (done.status_info is None) == encoding.startswith("utf-8")


def test_a_stray_line_in_another_encoding_is_reported(imported):
    text = "email,city\n" + "".join(f"a{i}@x.com,Köln\n" for i in range(30_000))
    done = imported(text.encode() + "jo@x.com,Köln\n".encode("cp1252"))
    assert contact("jo@x.com").fields["city"] == "Köln"
    assert done.status_info == "Line 30002, maybe others too, is not UTF-8; it was read as Windows-1252."
    assert done.inserted_count == 30_001


def test_nul_bytes_emoji_and_too_long_values(imported, counts):
    done = imported(b"email,city\nj\x00o@x.com,Ro\x00me\na@x.com," + b"x" * 100_000 + "\nb@x.com,😀\n".encode())
    assert counts(done) == (IMPORTED, 2, 0, 1)
    assert contact("jo@x.com").fields["city"] == "Rome"
    assert failures(done)[0][1].startswith("City: The value is longer than")


def test_a_header_alone_is_an_empty_import(imported, counts):
    assert counts(imported("email,city\n")) == (IMPORTED, 0, 0, 0)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"email": "nothing"}, "There is no field 'nothing'"),
        ({"colour": "email"}, "The file has no column 'colour'"),
        ({"email": "email", "mail": "email"}, "mapped more than once"),
        ({}, "No column is mapped"),
    ],
)
def test_wrong_mappings_are_refused(tmp_path, mapping, message):
    path = tmp_path / "f.csv"
    path.write_text("email,mail\na@x.com,b\n")
    with pytest.raises(services.Invalid, match=message):
        services.create_import(path, original_file="f.csv", mapping=mapping)


def test_required_fields_must_be_mapped(tmp_path, imported):
    FieldDefinition.objects.filter(object="lead", alias="lastname").update(is_required=True)
    field_definitions.changed()
    with pytest.raises(services.Invalid, match="required field 'lastname'"):
        imported("email\na@x.com\n")
    done = imported("email,lastname\na@x.com,\nb@x.com,Doe\n")
    assert (done.inserted_count, failures(done)) == (1, [(2, "Last Name: This field is required.")])
    field_definitions.forget()


@pytest.mark.parametrize("options", [{"owner": 10**6}, {"list": "x"}, {"tags": "a"}, {"list": True, "owner": -1}])
def test_wrong_options_are_refused(tmp_path, options):
    path = tmp_path / "f.csv"
    path.write_text("email\na@x.com\n")
    with pytest.raises(services.Invalid):
        services.create_import(path, original_file="f.csv", mapping={"email": "email"}, options=options)


def test_suggestions():
    headers = ["E-mail Address", "Vorname", "Surname", "Zip", "tags", "Mystery", "email"]
    assert services.suggest_mapping(headers) == {
        "E-mail Address": "email", "Vorname": "firstname", "Surname": "lastname", "Zip": "zipcode", "tags": "tags"
    }  # fmt: skip
