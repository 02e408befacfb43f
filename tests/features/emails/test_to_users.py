"""E-mails to people who work here, about contacts."""

import pytest

from features.campaigns.journeys import campaign, contact, points, run, segment, step
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.services import create_email
from honeyguide.features.points.models import PointTrigger
from honeyguide.features.points.triggering import _do
from people import ada, bo

pytestmark = pytest.mark.django_db
COPIES = "SELECT address, options ->> 'subject', options ->> 'html' FROM outbox ORDER BY address, 2"


def mail(**values):
    content = {"subject": "New: {contactfield=firstname}", "custom_html": "<p>{contactfield=lastname|nobody}</p>"}
    return create_email({"name": "Alert", **content, **values})


def test_users_owners_and_addresses_are_told_of_each_contact():
    ann, bob = contact("ann", lastname="<b>Lee</b>"), contact("bob")
    execute("UPDATE contacts SET owner_id = %s WHERE id = %s", (bo().pk, ann))
    properties = {
        "useremail": {"email": mail().pk}, "user_id": [ada().pk], "to_owner": "1", "to": "sales@x.test, not one",
        "bcc": ada().email,
    }  # fmt: skip
    made = campaign(segment("s", ann, bob), is_published=True)
    points(made, after=step(made, "email.send.to.user", properties))
    run()
    lee = "<p>&lt;b&gt;Lee&lt;/b&gt;</p>"
    assert rows(COPIES) == sorted(
        [
            (ada().email, "New: Ann", lee),
            (ada().email, "New: Bob", "<p>nobody</p>"),
            (bo().email, "New: Ann", lee),
            ("sales@x.test", "New: Ann", lee),
            ("sales@x.test", "New: Bob", "<p>nobody</p>"),
        ]
    )
    assert scalar("SELECT sum(points) FROM contacts") == 2
    assert Email.objects.get().sent_count == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"to": ""}, "nobody to send"),
        ({"useremail": {"email": "x"}}, "not there"),
        ({"useremail": 999_999}, "not there"),
    ],
)
def test_why_nobody_is_told_is_noted(change, told):
    made = campaign(segment("s", contact("ann")), is_published=True)
    step(made, "email.send.to.user", {"useremail": {"email": mail().pk}, "to": "a@x.test"} | change)
    run()
    assert told in scalar("SELECT note FROM campaign_log")
    assert rows(COPIES) == []


def test_point_triggers_tell_users():
    ann = contact("ann")
    execute("UPDATE contacts SET points = 10 WHERE id = %s", (ann,))
    trigger = PointTrigger.objects.create(name="Hot", points=5)
    trigger.events.create(
        type="email.send_to_user", order=1, properties={"useremail": {"email": mail().pk}, "to": "a@x.test"}
    )
    _do(trigger, [ann])
    _do(trigger, [ann])
    assert rows(COPIES) == [("a@x.test", "New: Ann", "<p>nobody</p>")]
