"""Files that visitors send."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from calls import call, created
from honeyguide.engine.sql import one, scalar
from honeyguide.features.forms import uploads
from people import ada, cy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "forms"


def form(**properties):
    field = {"label": "CV", "type": "file", "alias": "cv", "isRequired": True, "properties": properties}
    made = created(
        ada(), "forms", "form", {"name": "Jobs", "postAction": "message", "postActionProperty": "x", "fields": [field]}
    )
    return made["id"]


def send(number, name="my cv.pdf", body=b"%PDF"):
    data = {"mauticform[formId]": number}
    if name:
        data["mauticform[cv]"] = SimpleUploadedFile(name, body)
    return Client().post(f"/form/submit?ajax=1&formId={number}", data)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_and_only_who_may_see_results_gets_it(folder):
    number = form()
    assert send(number).json()["success"] == 1
    (path,) = files(folder)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"%PDF", 0o600)
    assert scalar("SELECT results ->> 'cv' FROM form_submissions") == path.name
    submission = scalar("SELECT id FROM form_submissions")
    admin, other = Client(), Client()
    admin.force_login(ada())
    other.force_login(cy())
    answer = admin.get(f"/s/forms/results/file/{submission}/cv")
    assert b"".join(answer.streaming_content) == b"%PDF"
    assert answer["Content-Disposition"] == 'attachment; filename="my_cv.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert "my_cv.pdf" in admin.get(f"/s/forms/results/{number}").content.decode()
    assert other.get(f"/s/forms/results/file/{submission}/cv").status_code == 403
    field = one("SELECT id FROM form_fields")[0]
    assert Client().get(f"/forms/results/file/{field}/filename/{path.name}").status_code == 404


def test_a_public_file_is_given_to_who_knows_its_name(folder):
    send(form(public=1))
    (path,) = files(folder)
    field = one("SELECT id FROM form_fields")[0]
    assert Client().get(f"/forms/results/file/{field}/filename/{path.name}").status_code == 200
    for name in ("..%2f..%2fsecret_key", "x", f"{path.name}x"):
        assert Client().get(f"/forms/results/file/{field}/filename/{name}").status_code == 404


@pytest.mark.parametrize(
    ("properties", "name", "body", "message"),
    [
        ({}, "x.PHP", b"<?php", "Files that end with .php are not taken."),
        ({"allowed_file_extensions": ["pdf"]}, "x.exe", b"x", "Files that end with .exe are not taken."),
        ({"allowed_file_extensions": "pdf"}, "x", b"x", "Files without an ending are not taken."),
        ({"allowed_file_size": 1}, "x.pdf", b"x" * 1_048_577, "This file is too big. It may have 1 MB."),
        ({}, "", b"", "'CV' is required."),
    ],
)
def test_files_that_are_not_wanted_are_refused(folder, properties, name, body, message):
    assert send(form(**properties), name, body).json()["validationErrors"] == {"cv": message}
    assert files(folder) == []


def test_more_than_a_form_takes_is_not_even_read():
    assert send(form(allowed_file_size=1), body=b"x" * (10 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\..\\b.pdf", "ünïcödé 😀.pdf", "." * 50, "x" * 400 + ".pdf"])
def test_no_name_leads_out_of_the_folder(folder, name):
    send(form(), name)
    (path,) = files(folder)
    assert path.resolve().is_relative_to(folder.resolve())
    assert uploads.NAME.fullmatch(path.name)


def test_files_go_with_their_submission_field_or_form(folder):
    number = form()
    admin = Client()
    admin.force_login(ada())
    send(number)
    admin.post(f"/s/forms/results/{number}/delete", {"ids": [scalar("SELECT id FROM form_submissions")]})
    assert files(folder) == []
    send(number)
    call(ada(), "DELETE", f"forms/{number}/fields/delete?fields[]={one('SELECT id FROM form_fields')[0]}")
    assert files(folder) == []
    again = form()
    send(again)
    call(ada(), "DELETE", f"forms/{again}/delete")
    assert files(folder) == []
