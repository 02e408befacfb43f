"""The pages of campaigns: list, figures of each step, the contacts behind every number, clone, publish, delete."""

import re

import pytest

import people
from features.campaigns.journeys import campaign, contact, log, points, points_of, run, segment, step
from honeyguide.features.campaigns.models import Campaign, LogState
from honeyguide.features.contacts.models import Contact
from honeyguide.features.emails.services import create_email

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client):
    client.force_login(people.ada())
    return client


def words(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)


def test_the_list_tells_how_many_are_in_and_what_failed(browse):
    made = campaign(segment("s", contact("ann"), contact("bob")), is_published=True)
    run()
    shown = words(browse.get("/s/campaigns"))
    assert "Welcome Running" in shown
    assert f'href="/s/campaigns/view/{made.pk}/contacts">2</a>' in browse.get("/s/campaigns").content.decode()
    assert "Welcome" in words(browse.get("/s/campaigns?search=welc"))
    assert "/s/campaigns/view/" not in browse.get("/s/campaigns?search=other").content.decode()


def test_the_page_shows_each_step_with_counts_and_percentages(browse):
    ann, bob, cid = contact("ann", city="Oslo"), contact("bob", city="Rome"), contact("cid", city="Rome")
    made = campaign(segment("s", ann, bob, cid))
    asked = step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Rome"}, name="Roman?")
    points(
        made,
        name="Reward",
        after=asked,
        path="yes",
        trigger_mode="interval",
        trigger_interval=2,
        trigger_interval_unit="d",
    )
    run()
    page = browse.get(f"/s/campaigns/view/{made.pk}")
    shown = words(page)
    assert "2 yes · 66.7 %" in shown.replace("%", " %").replace("  ", " ")
    assert "1 no" in shown
    assert "2 waiting" in shown
    assert "after 2 days" in shown
    links = re.findall(rf"/s/campaigns/view/{made.pk}/contacts\?show=yes&amp;step=\d+", page.content.decode())
    behind = words(browse.get(links[0].replace("&amp;", "&")))
    assert "Bob" in behind
    assert "Cid" in behind
    assert "Ann" not in behind


def test_failures_are_listed_with_their_reason(browse):
    ann = contact("ann")
    made = campaign(segment("s", ann))
    step(made, "email.send", {"email": 77}, name="Write")
    run()
    assert "1 noted" in words(browse.get(f"/s/campaigns/view/{made.pk}"))
    assert "The e-mail is not there or not published." in words(
        browse.get(f"/s/campaigns/view/{made.pk}/contacts?show=noted")
    )


def test_long_lists_go_on_where_the_page_before_ended(browse):
    made = campaign(segment("s", *(contact(f"c{number}") for number in range(60))))
    points(made)
    run()
    for show in ("members", "done"):
        first = browse.get(f"/s/campaigns/view/{made.pk}/contacts?show={show}").content.decode()
        following = re.search(r'href="(\?[^"]*before=[^"]*)"', first)[1].replace("&amp;", "&")
        second = browse.get(f"/s/campaigns/view/{made.pk}/contacts{following}").content.decode()
        names = [re.findall(r'/contacts/(\d+)"', text) for text in (first, second)]
        assert [len(names[0]), len(names[1])] == [50, 10]
        assert not set(names[0]) & set(names[1])


@pytest.mark.parametrize(
    "query", ["?step=x&show=nothing", "?before=1-2", "?show=done&before=a-b-c", "?step=99999999999999999999"]
)
def test_odd_addresses_are_no_errors(browse, query):
    made = campaign()
    assert browse.get(f"/s/campaigns/view/{made.pk}/contacts{query}").status_code == 200


def test_a_new_campaign_is_a_draft_with_its_sources(browse):
    source = segment("s")
    answer = browse.post("/s/campaigns/new", {"name": "Spring", "lists": [source.pk], "allowRestart": "1"})
    made = Campaign.objects.get(name="Spring")
    assert answer.headers["Location"] == f"/s/campaigns/builder/{made.pk}"
    assert not made.is_published
    assert made.allow_restart
    assert list(made.lists.all()) == [source]
    browse.post(f"/s/campaigns/edit/{made.pk}", {"name": "Spring"})
    assert list(Campaign.objects.get(pk=made.pk).lists.all()) == []


def test_a_clone_has_the_steps_and_does_nothing_by_itself(browse):
    made = campaign(segment("s", contact("ann")), is_published=True)
    first = points(made, 4, name="first")
    points(made, 5, name="second", after=first, trigger_mode="interval", trigger_interval=3, trigger_interval_unit="h")
    browse.post(f"/s/campaigns/clone/{made.pk}", {"name": "Copy"})
    copy = Campaign.objects.get(name="Copy")
    one, two = copy.events.all()
    assert (one.name, two.name, two.parent_id, two.trigger_interval) == ("first", "second", one.pk, 3)
    assert copy.is_published is False
    assert one.pk != first.pk
    assert log(copy) == []


def test_who_may_not_see_campaigns_sees_nothing_of_them(client):
    made = campaign()
    client.force_login(people.cy())
    for path in ("", f"/view/{made.pk}", f"/view/{made.pk}/contacts"):
        assert client.get(f"/s/campaigns{path}").status_code == 403


def test_a_deleted_campaign_is_gone_and_its_contacts_stay(browse):
    ann = contact("ann")
    made = campaign(segment("s", ann))
    points(made)
    run()
    browse.post(f"/s/campaigns/delete/{made.pk}")
    assert not Campaign.objects.filter(pk=made.pk).exists()
    assert Contact.objects.filter(pk=ann).exists()


def test_before_publishing_it_says_who_how_many_and_when(browse):
    made = campaign(segment("s", contact("ann"), contact("x", email="")), is_published=False)
    mail = create_email({"name": "Hello", "subject": "Hello", "custom_html": "Hi", "email_type": "template"})
    step(made, "email.send", {"email": mail.pk}, name="Write")
    assert "Publish" in words(browse.get(f"/s/campaigns/publishing/{made.pk}"))
    told = words(browse.get(f"/s/campaigns/rehearsal/{made.pk}", headers={"HX-Request": "true"}))
    assert "2 contacts would come in now" in told
    assert "How many e-mails 1" in told
    assert "1 not: The contact has no e-mail address." in told
    browse.post(f"/s/campaigns/publishing/{made.pk}", {"published": "1"})
    assert Campaign.objects.get(pk=made.pk).is_published
    browse.post(f"/s/campaigns/publishing/{made.pk}")
    assert not Campaign.objects.get(pk=made.pk).is_published


def test_one_contact_is_rehearsed_and_an_unknown_one_is_named(browse):
    ann = contact("ann", city="Oslo")
    made = campaign(is_published=False)
    step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Rome"}, name="Roman?")
    assert "Ann" in words(browse.get(f"/s/campaigns/rehearsal/{made.pk}?contact={ann}"))
    assert "There is no contact 999999." in words(browse.get(f"/s/campaigns/rehearsal/{made.pk}?contact=999999"))


def test_the_way_of_a_contact_says_what_was_done_what_is_planned_and_why(browse):
    ann = contact("ann", city="Oslo")
    made = campaign(segment("s", ann))
    asked = step(made, "lead.field_value", {"field": "city", "operator": "=", "value": "Rome"}, name="Roman?")
    points(
        made,
        name="Console",
        after=asked,
        path="no",
        trigger_mode="interval",
        trigger_interval=2,
        trigger_interval_unit="d",
    )
    step(made, "email.send", {"email": 77}, name="Write", after=asked, path="no")
    run()
    told = words(browse.get(f"/s/campaigns/view/{made.pk}/contacts/{ann}"))
    assert re.search(r"Roman\?.*done no.*saw “Oslo”.*Console.*planned", told)
    assert "The e-mail is not there or not published." in told
    of_contact = browse.get(f"/s/campaigns/contact/{ann}").content.decode()
    assert f"/s/campaigns/view/{made.pk}/contacts/{ann}" in of_contact
    browse.post(f"/s/campaigns/member/{made.pk}/{ann}", {"in": "0"})
    told = words(browse.get(f"/s/campaigns/view/{made.pk}/contacts/{ann}"))
    assert re.search(r"Console.*called off.*The contact left the campaign\.", told)
    browse.post(f"/s/campaigns/member/{made.pk}/{ann}", {"in": "1"})
    assert "round 2" in words(browse.get(f"/s/campaigns/view/{made.pk}/contacts/{ann}"))


def test_a_planned_step_is_moved_called_off_and_planned_again(browse):
    ann = contact("ann")
    made = campaign(segment("s", ann))
    last = points(made, 5, trigger_mode="interval", trigger_interval=2, trigger_interval_unit="d", name="Later")
    run()
    address = f"/s/campaigns/planned/{made.pk}/{ann}"
    chosen = {"step": last.pk, "rotation": "1"}

    def post(**given):
        return words(browse.post(address, chosen | given, follow=True))

    assert "planned for 1 Feb 2094, 09:30" in post(do="plan", due="2094-02-01T09:30")
    assert "Give a day and a time" in post(do="plan", due="some day")
    assert "Later” is called off" in post(do="call-off")
    assert log(made) == [("Later", ann, 1, LogState.CANCELLED, None)]
    assert "Called off by Ada Admin." in words(browse.get(f"/s/campaigns/view/{made.pk}/contacts/{ann}"))
    post(do="plan")
    run()
    assert points_of(ann) == [5]
    assert "The step is not planned any more." in post(do="plan")
    assert "The step is not planned any more." in post(do="call-off")
    assert browse.post(address, {"step": "x", "rotation": "1"}).status_code == 404
    assert log(made) == [("Later", ann, 1, LogState.DONE, None)]


def test_a_decision_is_called_off_but_not_planned(browse):
    ann = contact("ann")
    made = campaign(segment("s", ann))
    waits = step(made, "page.pagehit", {"url": "/x"}, name="Visits")
    run()
    address = f"/s/campaigns/planned/{made.pk}/{ann}"
    chosen = {"step": waits.pk, "rotation": "1"}
    assert "it cannot be planned" in words(browse.post(address, chosen | {"do": "plan"}, follow=True))
    browse.post(address, chosen | {"do": "call-off"})
    assert log(made) == [("Visits", ann, 1, LogState.CANCELLED, None)]


def test_a_contact_that_is_not_there_has_no_way(browse):
    made = campaign()
    assert browse.get(f"/s/campaigns/view/{made.pk}/contacts/99999").status_code == 404
