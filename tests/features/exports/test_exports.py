"""Exports: what is in the files, and who may fetch them."""

import csv
import io
import zipfile

import openpyxl
import pytest
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.resource.errors import Denied, Invalid, NotFound
from honeyguide.engine.sql import ALL, Clause
from honeyguide.features.companies.models import Company
from honeyguide.features.contacts.models import Contact
from honeyguide.features.exports import jobs, services
from honeyguide.features.imports import services as imports
from honeyguide.features.stages import Stage
from honeyguide.features.tags import ContactTag, Tag
from people import ada, bo

pytestmark = pytest.mark.django_db


@pytest.fixture
def jo() -> Contact:
    contact = Contact.objects.create(
        fields={"email": "jo@x.com", "firstname": "=1+1", "phone": "+49 30", "city": "Köln, 'a' \"b\"\nc", "attribution": -5},
        points=-3, owner=ada(), stage=Stage.objects.create(name="Hot"), date_added="2024-05-01T10:00:00Z",
        date_identified="2024-05-01T10:00:00Z",
    )  # fmt: skip
    for name in ("vip", "fair"):
        ContactTag.objects.create(contact=contact, tag=Tag.objects.create(tag=name))
    return contact


def as_rows(data: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_a_csv_holds_every_column(jo):
    (row,) = as_rows(b"".join(services.export_contacts()))
    assert row["id"] == str(jo.pk)
    assert (row["city"], row["points"], row["stage"], row["owner"]) == ("Köln, 'a' \"b\"\nc", "-3", "Hot", "ada")
    assert (row["tags"], row["date_added"], row["lastname"]) == ("fair|vip", "2024-05-01 10:00:00", "")
    assert list(row) == services.columns()
    assert next(iter(row)) == "id"


def test_formulas_are_guarded_and_numbers_are_not(jo):
    (row,) = as_rows(b"".join(services.export_contacts()))
    assert (row["firstname"], row["phone"], row["attribution"]) == ("'=1+1", "'+49 30", "-5")
    config.set_value("csv_formula_guard", False)
    (row,) = as_rows(b"".join(services.export_contacts()))
    assert row["firstname"] == "=1+1"


@pytest.mark.parametrize("text", ["=x", "+x", "-x", "@x", "\tx", "\rx", "'=x"])
def test_every_beginning_of_a_formula(text):
    Contact.objects.create(fields={"email": "jo@x.com", "city": text})
    (row,) = as_rows(b"".join(services.export_contacts()))
    assert row["city"] == f"'{text}"


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(jo):
    names = ["id", "firstname", "points", "email", "attribution", "lastname"]
    data = b"".join(services.export_contacts(format="xlsx", columns=names))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert list(sheet.values) == [tuple(names), (jo.pk, "'=1+1", -3, "jo@x.com", -5, None)]
    assert sheet["B2"].data_type == "s"


def test_an_empty_workbook_has_its_headers():
    data = b"".join(services.export_contacts(format="xlsx", columns=["id", "email"]))
    assert list(openpyxl.load_workbook(io.BytesIO(data)).active.values) == [("id", "email")]


def test_only_what_meets_the_condition(jo):
    Contact.objects.create(fields={"email": "al@x.com"})
    found = as_rows(b"".join(services.export_contacts(Clause("contacts.points < %s", (0,)), columns=["email"])))
    assert found == [{"email": "jo@x.com"}]


def test_into_a_file(jo, tmp_path):
    with open(tmp_path / "f.csv", "wb") as file:
        size = services.export_contacts(columns=["email"], file=file)
    assert (tmp_path / "f.csv").read_bytes() == b"email\r\njo@x.com\r\n"
    assert size == 17


def test_what_does_not_exist_is_refused():
    with pytest.raises(Invalid, match="no column 'pass'"):
        services.export_contacts(columns=["id", "pass"])
    with pytest.raises(Invalid):
        services.export_contacts(format="exe")


def test_companies():
    Company.objects.create(fields={"companyname": "Acme"}, score=4)
    (row,) = as_rows(b"".join(services.export_companies()))
    assert (row["companyname"], row["score"]) == ("Acme", "4")


def test_what_was_exported_can_be_imported_and_changes_nothing(jo, tmp_path):
    before = Contact.objects.values().get()
    with open(tmp_path / "f.csv", "wb") as file:
        services.export_contacts(file=file)
    mapping = imports.suggest_mapping(imports.inspect(tmp_path / "f.csv").headers)
    made = imports.create_import(tmp_path / "f.csv", original_file="f.csv", mapping=mapping)
    done = imports.run(made.pk)
    assert (done.inserted_count, done.updated_count, done.ignored_count) == (0, 1, 0)
    assert {k: v for k, v in Contact.objects.values().get().items()} == before


def test_many_rows_are_read_in_batches():
    config.set_value("contact_export_batch_size", 7)
    Contact.objects.bulk_create(
        Contact(fields={"email": f"p{i}@x.com"}, date_added=timezone.now()) for i in range(2500)
    )
    pieces = list(services.export_contacts(columns=["email"]))
    assert len(pieces) == 3
    assert len(as_rows(b"".join(pieces))) == 2500


def test_a_file_made_in_the_background_is_for_the_user_who_asked(jo, monkeypatch):
    monkeypatch.setattr(services, "_found", lambda export: ALL)
    export = services.request_export(by=ada())
    assert jobs.run_due() == 1
    assert jobs.run_due() == 0
    export.refresh_from_db()
    assert export.status == services.DONE
    token = services.download_token(export)
    file, name = services.open_download(token, user=ada())
    with file, zipfile.ZipFile(file) as archive:
        (inside,) = archive.namelist()
        assert len(as_rows(archive.read(inside))) == 1
    assert name.startswith("contacts_export_")
    with pytest.raises(Denied):
        services.open_download(token, user=bo())
    with pytest.raises(NotFound):
        services.open_download(token + "x", user=ada())
