"""What forms do when they are sent."""

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from calls import created
from honeyguide.engine import config
from honeyguide.engine.sql import one, rows, scalar
from honeyguide.features.assets.models import Asset
from honeyguide.features.contacts.services import create_contact, set_do_not_contact
from http_receiver import Receiver, status
from people import ada

pytestmark = pytest.mark.django_db
EMAIL = {"label": "E-mail", "type": "email", "alias": "email", "mappedObject": "contact", "mappedField": "email"}
COLOUR = {"label": "Colour", "type": "select", "alias": "colour",
          "properties": {"list": {"list": [{"value": "r", "label": "Red {x}"}]}}}  # fmt: skip
REFERER = "https://shop.example/a?utm_source=news&utm_campaign=autumn"


def send(*actions, fields=(EMAIL, COLOUR), referer=REFERER, answers=None, **values):
    """Sends a form with these actions; what a script is answered."""
    form = created(ada(), "forms", "form", {"name": "Sign up", "postAction": "message", "postActionProperty": "Thanks",
                   "fields": list(fields), "actions": [{"name": "Act", **action} for action in actions], **values})  # fmt: skip
    data = {"mauticform[formId]": form["id"], "mauticform[email]": "eve@example.com", "mauticform[colour]": "r"}
    data |= {f"mauticform[{alias}]": value for alias, value in (answers or {}).items()}
    return Client(HTTP_REFERER=referer).post("/form/submit?ajax=1", data).json()


def action(type_, **properties):
    return {"type": type_, "properties": properties}


def contact():
    return scalar("SELECT contact_id FROM form_submissions ORDER BY id DESC LIMIT 1")


def mails():
    return [
        (address, orjson.loads(options))
        for address, options in rows("SELECT address, options::text FROM outbox ORDER BY id")
    ]


def test_points_are_given_in_all_or_in_a_group():
    group = created(ada(), "points/groups", "pointGroup", {"name": "G"})["id"]
    send(
        action("lead.pointschange", operator="plus", points=7),
        action("lead.pointschange", operator="minus", points=2, group=group),
    )
    assert scalar("SELECT points FROM contacts WHERE id = %s", (contact(),)) == 7
    assert scalar("SELECT score FROM point_group_scores WHERE group_id = %s", (group,)) == -2
    told = orjson.loads(one("SELECT payload::text FROM events WHERE type = 7 AND object_id IS NULL")[0])
    assert (told["type"], told["action"]) == ("form", "Act")
    assert told["event"].endswith(":Sign up")


def test_segments_and_tags_change_and_utm_tags_are_noted():
    to, off = (created(ada(), "segments", "list", {"name": name})["id"] for name in ("To", "Off"))
    send(
        action("lead.changelist", addToLists=[to], removeFromLists=[off]),
        action("lead.changetags", add_tags=["hot"], remove_tags=["cold"]),
        action("lead.addutmtags"),
    )
    members = rows("SELECT segment_id, manually_added FROM segment_contacts WHERE NOT manually_removed")
    assert members == [(to, True)]
    assert rows("SELECT tag FROM tags t JOIN contact_tags c ON c.tag_id = t.id") == [("hot",)]
    assert one("SELECT utm_source, utm_campaign FROM utm_tags") == ("news", "autumn")


def test_who_unsubscribed_is_written_to_again():
    known = create_contact({"email": "eve@example.com"}, by=None).id
    set_do_not_contact([known], "email", 1)
    send(action("lead.remove_do_not_contact"))
    assert rows("SELECT 1 FROM do_not_contact") == []


def test_the_company_is_scored():
    firm = {"label": "Firm", "type": "text", "alias": "firm", "mappedObject": "company", "mappedField": "companyname"}
    send(action("lead.scorecontactscompanies", score=5), fields=(EMAIL, firm), answers={"firm": "Acme"})
    assert one("SELECT score FROM companies") == (5,)


def test_the_contact_gets_an_email_with_the_answers():
    email = created(ada(), "emails", "email", {"name": "Hi", "subject": "Hi", "emailType": "template",
                    "customHtml": "<p>You like {formfield=colour}</p>"})["id"]  # fmt: skip
    send(action("email.send.lead", email=email))
    assert one("SELECT email_id, contact_id FROM outbox") == (email, contact())
    assert mails()[0][1]["tokens"]["formfield=colour"] == "Red &#123;x&#125;"


def test_users_get_an_email_filled_for_them():
    email = created(ada(), "emails", "email", {"name": "New", "subject": "From {contactfield=email}", "emailType": "template",
                    "customHtml": "<style>a{color:red}</style>{formfield=colour}"})["id"]  # fmt: skip
    send(action("email.send.user", useremail={"email": email}, user_id=[ada().pk, 99999]))
    ((address, options),) = mails()
    assert (address, options["subject"]) == ("ada@example.com", "From eve@example.com")
    assert "a{color:red}" in options["html"]
    assert "Red &#123;x&#125;" in options["html"]


def test_the_answers_go_to_everybody_who_is_named():
    send(
        action(
            "form.email",
            subject="Got {formfield=email}",
            to="a@example.com, nonsense",
            cc="b@example.com",
            copy_lead=True,
        )
    )
    assert [address for address, _ in mails()] == ["a@example.com", "b@example.com", "eve@example.com"]
    options = mails()[0][1]
    assert options["subject"] == "Got eve@example.com"
    assert options["reply_to"] == "eve@example.com"
    assert "<th align='left'>Colour</th>" in options["html"]


def test_a_file_is_offered_below_the_message_or_at_once():
    asset = Asset.objects.create(title="A & B", alias="ab", storage_location="remote", remote_path="https://x.example/f",
                                 date_added=timezone.now(), is_published=True)  # fmt: skip
    said = send(action("asset.download", asset=asset.pk))
    assert f"/asset/{asset.pk}:ab" in said["successMessage"]
    assert "A &amp; B" in said["successMessage"]
    again = send(action("asset.download", asset=asset.pk), postAction="return")
    assert again["redirect"].endswith(f"/asset/{asset.pk}:ab")


def test_an_unknown_action_does_no_harm():
    assert send(action("plugin.leadpush"), action("lead.pointschange", operator="nonsense", points="x"))["success"] == 1


# --- other servers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def reachable():
    config.set_value("outbound_allowed_networks", ["127.0.0.0/8"])


def post_to(receiver, **properties):
    return send(action("form.repost", post_url=f"{receiver.url}/hook", email="mail", **properties))


def test_answers_are_handed_on(reachable):
    with Receiver() as receiver:
        assert post_to(receiver, authorization_header="X-Key: abc")["success"] == 1
    (call,) = receiver.calls
    body = call.body.decode()
    assert "mail=eve%40example.com" in body
    assert "colour=r" in body
    assert "mautic_form%5Bname%5D=Sign+up" in body
    assert "mautic_contact%5Bemail%5D=eve%40example.com" in body
    assert call.headers["x-key"] == "abc"
    assert call.headers["x-forwarded-for"] == "127.0.0.1"


def test_the_other_server_may_refuse_the_answers(reachable):
    with Receiver(lambda call: status(200, b'{"violations": {"mail": "Not this one."}}')) as receiver:
        said = post_to(receiver)
    assert said["validationErrors"] == {"email": "Not this one."}
    assert scalar("SELECT count(*) FROM form_submissions") == 0
    assert scalar("SELECT count(*) FROM events WHERE type = 70") == 0


def test_the_other_server_may_send_the_visitor_on(reachable):
    with Receiver(lambda call: status(200, b"redirect=https%3A%2F%2Fthere.example%2F")) as receiver:
        assert post_to(receiver)["redirect"] == "https://there.example/"


def test_when_it_fails_somebody_is_told_and_the_submission_stays(reachable):
    with Receiver(lambda call: status(500, b"oops")) as receiver:
        assert post_to(receiver, failure_email="ops@example.com")["success"] == 1
    assert [address for address, _ in mails()] == ["ops@example.com"]
    assert scalar("SELECT count(*) FROM form_submissions") == 1


def test_no_address_inside_is_called():
    with Receiver() as receiver:
        post_to(receiver, failure_email="ops@example.com")
    assert receiver.calls == []
    assert "did not reach" in mails()[0][1]["html"]
