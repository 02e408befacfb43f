"""What contacts do earns them points, once or each time, in total or in a group."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from honeyguide.engine.delivery import outbox
from honeyguide.engine.events import EventType, New, append, consume
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.engine.tracking.hits import writer
from honeyguide.features.assets.models import Asset
from honeyguide.features.categories import Category
from honeyguide.features.contacts.services import create_contact, merge_contacts
from honeyguide.features.emails import services as emails
from honeyguide.features.pages.models import Page
from honeyguide.features.points.jobs import ACTIONS
from honeyguide.features.points.models import PointAction, PointGroup

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_to_read():
    while consume(ACTIONS):
        pass


def person(name="ann"):
    return create_contact({"email": f"{name}@x.test"}, by=None).id


def action(kind, delta=5, *, repeatable=False, **values):
    properties = {
        name: values.pop(name) for name in list(values) if name not in ("group", "is_published", "publish_down")
    }
    return PointAction.objects.create(
        name="A", type=kind, delta=delta, repeatable=repeatable, properties=properties, **values
    )


def points(contact):
    while consume(ACTIONS):
        pass
    return scalar("SELECT points FROM contacts WHERE id = %s", (contact,))


def hit(contact, url="https://x.test/a", *, at=NOON, page=None, **payload):
    execute(
        "INSERT INTO events (type, at, contact_id, object_id, payload) VALUES (60, %s, %s, %s, "
        "jsonb_build_object('url', %s::text) || %s::jsonb)",
        (at, contact, page, url, json.dumps(payload)),
    )


def test_it_works(client):
    """A visitor comes by the pixel and is rewarded once."""
    made = action("url.hit", 7, page_url="https://shop.test/*")
    for path in ("a", "b"):
        client.get(
            "/mtracking.gif", {"page_url": f"https://shop.test/{path}"}, HTTP_USER_AGENT="Mozilla/5.0 Chrome/120.0"
        )
    writer.close()
    visitor = scalar("SELECT contact_id FROM events WHERE type = 60 LIMIT 1")
    assert points(visitor) == 7
    told = scalar("SELECT payload - 'points' - 'by' FROM events WHERE type = 7")
    assert json.loads(told) == {"type": "url", "event": f"{made.pk}: A", "action": "hit", "delta": 7}
    assert rows("SELECT action_id, contact_id FROM point_action_log") == [(made.pk, visitor)]


def test_what_may_be_repeated_counts_each_time():
    action("url.hit", 2, repeatable=True, page_url="*")
    ann, bob = person("ann"), person("bob")
    for _ in range(3):
        hit(ann)
    hit(bob)
    assert (points(ann), points(bob)) == (6, 2)
    hit(ann)
    assert points(ann) == 8
    assert scalar("SELECT count(*) FROM events WHERE type = 7") == 5


@pytest.mark.parametrize(
    "what",
    [
        {"is_published": False},
        {"publish_down": NOON},
        {"page_url": ""},
        {"page_url": "https://x.test/b"},
        {"page_url": "%"},
        {"page_url": ["https://x.test/a"]},
    ],
)
def test_what_earns_nothing(what):
    action("url.hit", **{"page_url": "*", **what})
    ann = person()
    hit(ann)
    assert points(ann) == 0


def test_machines_and_visits_of_closed_pages_earn_nothing():
    action("url.hit", page_url="*", repeatable=True)
    ann = person()
    hit(ann, bot=True)
    hit(ann, code=401)
    assert points(ann) == 0


def minutes(*numbers, **criteria):
    """The points of who visits after so many minutes, when all the criteria must hold."""
    action("url.hit", 1, repeatable=True, page_url="*/a", **criteria)
    ann = person()
    for number in numbers:
        hit(ann, at=NOON + timedelta(minutes=number))
    return points(ann)


def test_visits_of_an_address():
    assert minutes(0, 1, 2, page_hits="3") == 1


def test_the_first_visit():
    assert minutes(0, 1, 2, first_time="1") == 1


def test_who_comes_back_soon():
    assert minutes(0, 5, 30, returns_within="600") == 1


def test_who_comes_back_late():
    assert minutes(0, 5, 30, returns_after=600) == 1


def test_who_stays():
    assert minutes(0, 5, 30, accumulative_time=1800) == 1


def test_visits_of_other_addresses_do_not_count():
    action("url.hit", 1, page_url="*/a", page_hits=2)
    ann = person()
    hit(ann, "https://x.test/b")
    hit(ann, "https://x.test/a", at=NOON + timedelta(minutes=1))
    assert points(ann) == 0


def message(contact, **email):
    made = emails.create_email({"name": "E", "subject": "E", "custom_html": "<p>x</p>", **email})
    return made, outbox.enqueue_one(email_id=made.pk, contact_id=contact)


def test_emails_opened_and_sent():
    ann = person()
    news = Category.objects.create(title="News", alias="news", bundle="email")
    first, sent = message(ann, category=news)
    _, other = message(ann)
    action("email.open", 1, emails=[str(first.pk)], repeatable=True)
    action("email.open", 10, repeatable=True)
    action("email.open", 100, repeatable=True, categories=[news.pk])
    action("email.send", 1000, emails={"0": first.pk})
    append(*(New(EventType.EMAIL_OPENED, ann, number) for number in (sent, other, sent)))
    append(*(New(EventType.EMAIL_SENT, ann, number) for number in (sent, other)))
    assert points(ann) == 2 * 1 + 3 * 10 + 2 * 100 + 1000


def test_landing_pages_forms_and_assets():
    ann = person()
    page = Page.objects.create(title="P", alias="p")
    variant = Page.objects.create(title="V", alias="v", variant_parent=page)
    asset = Asset.objects.create(title="A", alias="a", storage_location="local")
    action("page.hit", 1, pages=[page.pk], repeatable=True)
    action("page.hit", 10, repeatable=True)
    action("form.submit", 100, forms=[3])
    action("asset.download", 1000, assets=[asset.pk, asset.pk])
    for number in (page.pk, variant.pk, None):
        hit(ann, page=number)
    append(New(EventType.FORM_SUBMITTED, ann, 3), New(EventType.FORM_SUBMITTED, ann, 4))
    append(New(EventType.ASSET_DOWNLOADED, ann, asset.pk), New(EventType.ASSET_DOWNLOADED, None, asset.pk))
    assert points(ann) == 2 * 1 + 2 * 10 + 100 + 1000


def test_points_of_a_group():
    group = PointGroup.objects.create(name="G")
    action("url.hit", -4, repeatable=True, page_url="*", group=group)
    ann = person()
    hit(ann)
    hit(ann)
    assert points(ann) == 0
    assert rows("SELECT contact_id, score FROM point_group_scores") == [(ann, -8)]


def test_who_was_merged_is_not_rewarded_again():
    action("url.hit", page_url="*")
    ann, bob = person("ann"), person("bob")
    hit(bob)
    assert points(bob) == 5
    merge_contacts(ann, bob, by=None)
    hit(ann)
    assert points(ann) == 5


def test_one_batch_asks_few_statements_whoever_is_in_it(django_assert_max_num_queries):
    action("url.hit", page_url="*")
    people = [person(f"p{number}") for number in range(50)]
    while consume(ACTIONS):
        pass
    for contact in people:
        hit(contact)
    with django_assert_max_num_queries(25):
        assert consume(ACTIONS) == 50
    assert scalar("SELECT count(*) FROM contacts WHERE points = 5") == 50


@pytest.mark.parametrize("junk", [None, "x", -1, [], {}, ["a", None, 10**20], True, 1.5])
def test_properties_that_make_no_sense_stop_nothing(junk):
    names = ("emails", "categories", "pages", "forms", "assets", "page_hits", "first_time", "returns_after")
    for kind in ("email.open", "page.hit", "form.submit", "asset.download", "url.hit"):
        action(kind, page_url="*", **dict.fromkeys(names, junk))
    ann = person()
    hit(ann)
    assert points(ann) >= 0
