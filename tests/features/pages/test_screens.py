"""The admin pages of landing pages and assets: written, previewed, uploaded, counted, decided."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from honeyguide.engine import config
from honeyguide.engine.sql import execute, scalar
from honeyguide.features.assets.models import Asset
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.pages import services, viewing
from honeyguide.features.pages.models import Page
from people import ada, cy

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    client = Client()
    client.force_login(ada())
    return client


@pytest.fixture
def files(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "media" / "files"


FORM = {
    "title": "Autumn sale",
    "customHtml": "<p>{contactfield=firstname|you}</p>",
    "isPublished": "1",
    "language": "en",
}


def test_a_page_is_written(admin):
    answer = admin.post("/s/pages/new", {**FORM, "headScript": "<script>1</script>", "weight": ""})
    page = Page.objects.get()
    assert answer["Location"] == f"/s/pages/view/{page.pk}"
    assert (page.alias, page.head_script, page.created_by_user) == ("autumn-sale", "<script>1</script>", "Ada Admin")
    edited = admin.post(f"/s/pages/edit/{page.pk}", {**FORM, "title": "Winter", "alias": "winter", "headScript": ""})
    assert edited.status_code == 302
    page.refresh_from_db()
    assert (page.title, page.alias, page.revision, page.head_script) == ("Winter", "winter", 2, None)
    for path in ("", f"/view/{page.pk}", f"/edit/{page.pk}", "/new", f"/clone/{page.pk}"):
        assert admin.get(f"/s/pages{path}").status_code == 200


def test_a_variant_is_written(admin):
    parent = Page.objects.create(title="A", alias="a")
    for weight in ("x", "101", "-1", "9" * 50):
        answer = admin.post("/s/pages/new", {**FORM, "variantParent": parent.pk, "weight": weight})
        assert (answer.status_code, b"from 0 to 100" in answer.content) == (422, True), weight
    assert admin.post("/s/pages/new", {**FORM, "variantParent": parent.pk, "weight": "30"}).status_code == 302
    variant = Page.objects.get(variant_parent=parent)
    assert variant.variant_settings == {"weight": "30"}
    assert b"30 %" in admin.get(f"/s/pages/view/{parent.pk}").content
    own = admin.post(f"/s/pages/edit/{parent.pk}", {**FORM, "variantParent": parent.pk})
    assert b"cannot be its own relative" in own.content


def test_hostile_input_stays_on_the_form(admin):
    for body in (
        {"title": "\x00"},
        {**FORM, "title": "x" * 100_000},
        {**FORM, "redirectType": "301"},
        {**FORM, "language": "??"},
    ):
        assert admin.post("/s/pages/new", body).status_code == 422, body.get("title", "")[:10]
    assert Page.objects.count() == 0


def test_previews_run_nothing_and_show_contacts(admin):
    page = Page.objects.create(
        title="A", alias="a", custom_html="<script>1</script>{contactfield=firstname}", is_published=False
    )
    contact = create_contact({"firstname": "Eve"}, by=None).id
    for answer in (admin.get(f"/s/pages/frame/{page.pk}"), admin.post("/s/pages/preview", FORM)):
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "allow-scripts" not in answer["Content-Security-Policy"]
        assert b"[First Name]" in answer.content
    assert b"Eve" in admin.get(f"/s/pages/frame/{page.pk}?contact={contact}").content
    assert admin.get(f"/page/preview/{page.pk}")["Location"] == f"/s/pages/frame/{page.pk}"


def test_who_may_not_sees_nothing():
    page = Page.objects.create(title="A", alias="a")
    client = Client()
    client.force_login(cy())
    for path in ("pages", f"pages/view/{page.pk}", f"pages/frame/{page.pk}", "assets"):
        assert client.get(f"/s/{path}").status_code == 403
    assert client.post(f"/s/pages/winner/{page.pk}").status_code == 403


def test_the_winner_takes_it_all(admin):
    parent = Page.objects.create(title="A", alias="a", variant_start_date=timezone.now(), variant_hits=5)
    winner, loser = (
        Page.objects.create(title=t, alias=t, variant_parent=parent, variant_start_date=timezone.now()) for t in "bc"
    )
    assert admin.post(f"/s/pages/winner/{winner.pk}").status_code == 302
    for page in (parent, winner, loser):
        page.refresh_from_db()
    assert (winner.variant_parent, winner.is_published, winner.variant_start_date) == (None, True, None)
    assert [(p.variant_parent, p.is_published, p.variant_hits) for p in (parent, loser)] == [(winner, False, 0)] * 2


def test_a_parent_may_win_too():
    parent = Page.objects.create(title="A", alias="a", variant_start_date=timezone.now())
    other = Page.objects.create(title="B", alias="b", variant_parent=parent, variant_start_date=timezone.now())
    services.declare_winner(parent)
    for page in (parent, other):
        page.refresh_from_db()
    assert (parent.variant_parent, parent.is_published) == (None, True)
    assert (other.variant_parent, other.is_published) == (parent, False)


def test_how_pages_are_read():
    first, second = (Page.objects.create(title=t, alias=t).pk for t in "ab")
    start = datetime.now(UTC).replace(hour=10, minute=0) - timedelta(days=1)  # not around midnight
    people = [create_contact({"firstname": name}, by=None).id for name in "xyz"]
    for contact, page, minutes in (
        (people[0], first, 0), (people[0], second, 2), (people[0], first, 100),  # two minutes on the first, then back, and gone
        (people[1], first, 0),  # gone at once
        (people[2], second, 0), (people[2], first, 4),
    ):  # fmt: skip
        execute(
            "INSERT INTO events (type, at, contact_id, object_id, payload) VALUES (60, %s, %s, %s, %s::jsonb)",
            (start + timedelta(minutes=minutes), contact, page, '{"code": 200}'),
        )
    told = viewing.behaviour([first, second])
    assert told[first] == viewing.Behaviour(visits=4, entries=3, bounces=2, seconds=120.0)
    assert told[second] == viewing.Behaviour(visits=2, entries=1, bounces=0, seconds=240.0)
    assert told[first].stayed == "2:00"
    assert viewing.behaviour([9999]) == {}
    assert sum(viewing.chart([first]).totals.values()) == 4 + 3


# --- assets -----------------------------------------------------------------------------------------------------------

ASSET = {"title": "Prices", "language": "en", "isPublished": "1", "storageLocation": "local"}


def upload(name="prices.pdf", content=b"%PDF"):
    return {**ASSET, "upload": SimpleUploadedFile(name, content)}


def test_a_file_is_uploaded_and_replaced(admin, files):
    assert admin.post("/s/assets/new", upload()).status_code == 302
    asset = Asset.objects.get()
    assert (asset.size, asset.extension, asset.mime) == (4, "pdf", "application/pdf")
    assert b"".join(admin.get(f"/s/assets/file/{asset.pk}").streaming_content) == b"%PDF"
    for path in ("", f"/view/{asset.pk}", f"/edit/{asset.pk}", "/new"):
        assert admin.get(f"/s/assets{path}").status_code == 200
    assert admin.post(f"/s/assets/edit/{asset.pk}", upload("b.txt", b"other")).status_code == 302
    asset.refresh_from_db()
    assert (asset.size, asset.extension) == (5, "txt")
    assert admin.post(f"/s/assets/edit/{asset.pk}", {**ASSET, "title": "P"}).status_code == 302
    asset.refresh_from_db()
    assert (asset.title, asset.size) == ("P", 5)


@pytest.mark.parametrize(("body", "said"), [
    (upload("a.svg"), b"only these extensions"), (upload("a.html"), b"only these extensions"), (ASSET, b"is required"),
    ({**upload(), "title": ""}, b"is required"), (upload(content=b"x" * 1_100_000), b"too big"),
    ({**ASSET, "storageLocation": "remote", "remotePath": "javascript:1"}, b"valid URL"),
])  # fmt: skip
def test_what_is_refused_leaves_nothing(admin, files, body, said):
    config.set_value("max_size", 1)
    answer = admin.post("/s/assets/new", body)
    assert (answer.status_code, said in answer.content) == (422, True)
    assert Asset.objects.count() == 0
    assert not files.exists() or list(files.iterdir()) == []


def test_a_remote_one(admin, files):
    body = {**ASSET, "storageLocation": "remote", "remotePath": "https://x.test/a.zip"}
    assert admin.post("/s/assets/new", body).status_code == 302
    asset = Asset.objects.get()
    assert (asset.storage_location, asset.remote_path) == ("remote", "https://x.test/a.zip")
    assert admin.get(f"/s/assets/file/{asset.pk}").status_code == 404
    assert b"https://x.test/a.zip" in admin.get(f"/s/assets/edit/{asset.pk}").content


def test_visits_of_a_page_are_found_by_an_index():
    assert scalar("SELECT count(*) FROM pg_indexes WHERE indexname = 'events_object'") == 1
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'events_object'::regclass"
    assert scalar(valid) is True
