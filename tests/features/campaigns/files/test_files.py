"""A campaign leaves as a file and comes back from it, here and elsewhere."""

import pytest
import yaml
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import created
from features.campaigns.journeys import campaign, contact, run, segment, step
from honeyguide.commands.campaigns import campaigns
from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.campaigns.files.applying import apply, plan
from honeyguide.features.campaigns.files.document import BadFile, read, written
from honeyguide.features.campaigns.files.exporting import document_of
from honeyguide.features.campaigns.files.parts import PARTS
from honeyguide.features.campaigns.models import Campaign, CampaignEvent
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.services import create_email
from honeyguide.features.forms.models import Form
from honeyguide.features.segments.models import Segment
from honeyguide.features.segments.services import create_segment
from honeyguide.features.users.models import Role
from people import ada, bo

pytestmark = pytest.mark.django_db
CITY = {
    "glue": "and",
    "object": "lead",
    "field": "city",
    "type": "text",
    "operator": "=",
    "properties": {"filter": "Oslo"},
}


def journey() -> Campaign:
    """A mail to who is in a segment that asks for another; a day later a question, and back to the mail."""
    inner = create_segment({"name": "In Oslo", "filters": [CITY]})
    asks = {**CITY, "field": "leadlist", "type": "leadlist", "operator": "in", "properties": {"filter": [inner.pk]}}
    outer = create_segment({"name": "Friends", "filters": [asks]})
    email = create_email({"name": "Hello", "subject": "Hi", "custom_html": "<p>Dear\n {contactfield=firstname}</p>"})
    made = campaign(outer, description="For <b>friends</b>")
    made.forms.add(Form.objects.create(name="Join", alias="join"))
    mail = step(made, "email.send", {"email": email.pk, "email_type": "marketing"}, name="Send the mail")
    opened = step(made, "email.open", after=mail, name="Opened?")
    step(made, "lead.changelist", {"addToLists": [str(inner.pk)]}, after=opened, path="yes", name="Send the mail",
         trigger_mode="interval", trigger_interval=1, trigger_interval_unit="d", trigger_hour="09:30")  # fmt: skip
    step(made, "campaign.jump_to_event", {"jumpToEvent": mail.pk}, after=opened, path="no", name="Again",
         trigger_mode="interval", trigger_interval=3, trigger_interval_unit="d")  # fmt: skip
    return made


def forget_everything() -> None:
    Campaign.objects.all().delete()
    Email.objects.all().delete()
    execute("DELETE FROM segments")


def test_a_file_names_things_and_holds_what_is_used():
    text = written(document_of(journey()))
    told = yaml.safe_load(text)
    assert [one["alias"] for one in told["segments"]] == ["in-oslo", "friends"]
    assert told["segments"][1]["filters"][0]["properties"]["filter"] == ["in-oslo"]
    assert told["emails"][0]["custom_html"] == "<p>Dear\n {contactfield=firstname}</p>"
    steps = {one["key"]: one for one in told["campaign"]["steps"]}
    assert list(steps) == ["send-the-mail", "opened", "send-the-mail1", "again"]
    assert steps["send-the-mail"]["properties"] == {"email": "Hello", "email_type": "marketing"}
    assert steps["again"]["properties"] == {"jumpToEvent": "send-the-mail"}
    assert (steps["again"]["after"], steps["again"]["path"]) == ("opened", "no")
    assert steps["send-the-mail1"]["when"] == {"mode": "interval", "interval": 1, "unit": "d", "hour": "09:30:00"}
    assert told["campaign"]["forms"] == ["Join"]


def test_the_same_file_changes_nothing():
    made = journey()
    document = read(written(document_of(made)))
    assert plan(document) == []
    before = rows("SELECT id, date_modified FROM campaign_events e JOIN campaigns USING (id)")
    assert apply(document, by=ada()) == (made, [])
    assert rows("SELECT id, date_modified FROM campaign_events e JOIN campaigns USING (id)") == before


def test_a_file_makes_the_campaign_elsewhere_and_then_changes_nothing():
    text = written(document_of(journey()))
    forget_everything()
    Segment.objects.create(name="Another", alias="another")  # ids are others here
    document = read(text)
    assert {(change.kind, change.action) for change in plan(document)} == {
        ("segment", "create"), ("e-mail", "create"), ("campaign", "create"), ("step", "create"),
    }  # fmt: skip
    made, changes = apply(document, by=ada())
    assert len(changes) == 8
    assert (made.is_published, made.created_by) == (False, ada().pk)
    assert plan(read(text)) == []
    assert document_of(made)["campaign"]["steps"][0]["properties"]["email"] == "Hello"
    events = {
        event.name: event for event in CampaignEvent.objects.filter(type__in=["email.send", "campaign.jump_to_event"])
    }
    assert events["Again"].properties["jumpToEvent"] == events["Send the mail"].pk
    assert events["Send the mail"].properties["email"] == str(Email.objects.get().pk)
    friends = Segment.objects.get(alias="friends")
    assert friends.filters[0]["properties"]["filter"] == [str(Segment.objects.get(alias="in-oslo").pk)]
    assert list(made.lists.all()) == [friends]


def test_what_is_changed_is_told_and_who_waits_goes_on_waiting():
    made = campaign(segment("Friends", contact("ann")), is_published=True)
    later = {"trigger_mode": "interval", "trigger_interval": 1, "trigger_interval_unit": "d"}
    waits = step(made, "lead.changepoints", {"points": 1}, name="Later", **later)
    step(made, "lead.changepoints", {"points": 2}, name="Gone", **later)
    run()
    document = read(written(document_of(made)))
    document["campaign"]["steps"] = [
        {**document["campaign"]["steps"][0], "properties": {"points": 5}},
        {
            "key": "new",
            "name": "New",
            "type": "lead.changepoints",
            "kind": "action",
            "after": "later",
            "properties": {"points": 1},
        },
    ]
    found = [(change.kind, change.name, change.action) for change in plan(document)]
    assert found == [("step", "Later", "change"), ("step", "New", "create"), ("step", "Gone", "remove")]
    assert plan(document)[0].details == [("properties", {"points": 1}, {"points": 5})]
    apply(document, by=ada())
    waits.refresh_from_db()
    assert waits.properties == {"points": 5}
    assert scalar("SELECT state FROM campaign_log WHERE event_id = %s", (waits.pk,)) == 0
    assert CampaignEvent.objects.get(name="New").parent == waits
    made.refresh_from_db()
    assert made.is_published
    assert plan(document) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["campaign"].update(segments=["nowhere"]), "there is no segment “nowhere”"),
        (lambda d: d["campaign"]["steps"][0]["properties"].update(email="Lost"), "there is no e-mail “Lost”"),
        (lambda d: d["campaign"]["steps"][3]["properties"].update(jumpToEvent="x"), "there is no step “x”"),
        (lambda d: d["campaign"]["steps"][1].update(after="x"), "there is no step “x”"),
        (lambda d: d["campaign"]["steps"][1].update(key="again"), "there are two of “again”"),
        (lambda d: d["campaign"]["steps"][1].update(kind="x"), "must be one of action"),
        (lambda d: d["campaign"]["steps"][1].update(color="red"), "campaign.steps[1].color"),
        (lambda d: d["campaign"]["steps"][1].update(when={"x": 1}), "campaign.steps[1].when"),
        (lambda d: d["segments"][0].update(filters=[1]), "segments[0].filters"),
        (lambda d: d["segments"][0].pop("alias"), "segments[0].alias: is missing"),
        (lambda d: d.update(extra=1), "“extra” is not known"),
        (lambda d: d.update(honeyguide=2), "must begin with"),
        (lambda d: d.pop("campaign"), "campaign: is missing"),
        (
            lambda d: d["campaign"]["steps"][3]["properties"].clear() or d["campaign"]["steps"][3].update(type="x\x00"),
            "",
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(change, told):
    document = document_of(journey())
    forget_everything()
    change(document)
    if told:
        with pytest.raises(BadFile) as caught:
            apply(read(written(document)), by=ada())
        assert told in str(caught.value)
        assert not Segment.objects.exists()
        assert not Campaign.objects.exists()
    else:
        apply(read(written(document)), by=ada())


def test_a_loop_without_time_is_refused_and_leaves_nothing():
    document = document_of(journey())
    forget_everything()
    for one in document["campaign"]["steps"]:
        one.pop("when", None)
    with pytest.raises(BadFile):
        apply(read(written(document)), by=ada())
    assert not Segment.objects.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &x [1]\nb: *x", "Aliases"),
        ("!!python/object/apply:os.system ['true']", "Tags"),
        ("a: !!binary aGk=", "Tags"),
        ("[" * 100, "nested too deeply"),
        ("a: [", "no YAML"),
        ("\x00", "no YAML"),
        (b"\xff\xfe\x00", "no YAML"),
        ("- 1", "must begin with"),
        ("", "must begin with"),
        ("a" * 3_000_000, "larger than"),
    ],
)
def test_only_plain_data_is_read(text, told):
    with pytest.raises(BadFile) as caught:
        read(text)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text", ["0\x850", "a\u2028b\u2029c", "a\r\nb", "a\n b\n", " a\n", "- a: b", "yes", "1.0", "\t", "ž\U0001f600"]
)
def test_any_text_comes_back_as_it_was(text):
    document = {"honeyguide": 1, "campaign": {"name": "N", "description": text, "steps": []}}
    assert read(written(document))["campaign"]["description"] == text


WORDS = st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and "\x00" not in text)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(WORDS, st.integers(-50, 50), st.integers(0, 30), st.sampled_from(["i", "h", "d", "m"]), st.booleans()),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_any_campaign_comes_back_as_it_was(steps):
    forget_everything()
    made = campaign(segment("Friends"))
    above = None
    for name, number, interval, unit, is_below in steps:
        above = step(
            made, "lead.changepoints", {"points": number}, name=name.strip()[:191], after=above if is_below else None,
            trigger_mode="interval", trigger_interval=interval, trigger_interval_unit=unit,
        )  # fmt: skip
    first = document_of(made)
    assert plan(read(written(first))) == []
    made.delete()
    again, _ = apply(read(written(first)), by=ada())
    second = document_of(again)
    drop = lambda document: [{k: v for k, v in one.items() if k != "at"} for one in document["campaign"]["steps"]]  # noqa: E731
    assert drop(second) == drop(first)


# --- what comes along -------------------------------------------------------------------------------------------------


def made(path: str, one: str, **values) -> int:
    return created(ada(), path, one, values)["id"]


def everything() -> Campaign:
    """A campaign that uses something of every kind, and things that use each other."""
    asset = made(
        "assets", "asset", title="Book", alias="book", storageLocation="remote", file="https://files.test/book.pdf"
    )
    email = create_email({"name": "Hello", "subject": "Hi", "custom_html": "?"})
    group = made("points/groups", "pointGroup", name="Reading")
    form = made(
        "forms", "form", name="Join us", formType="campaign", postAction="redirect", postActionProperty="https://shop.test/",
        fields=[
            {"type": "email", "label": "E-mail", "alias": "mail", "isRequired": True, "mappedObject": "contact",
             "mappedField": "email"},
            {"type": "select", "label": "Pet", "alias": "pet",
             "properties": {"list": {"list": [{"value": "cat", "label": "Cat"}]}}},
            {"type": "text", "label": "Its name", "alias": "petname", "conditions": {"expr": "in", "values": ["cat"]}},
        ],
        actions=[
            {"type": "email.send.lead", "name": "Mail", "properties": {"email": email.pk}},
            {"type": "lead.pointschange", "name": "Points", "properties": {"operator": "plus", "points": 3, "group": group}},
        ],
    )  # fmt: skip
    fields = {one.alias: one for one in Form.objects.get(pk=form).fields.all()}
    fields["petname"].parent = str(fields["pet"].pk)
    fields["petname"].save()
    page = made(
        "pages", "page", title="Welcome", alias="welcome", customHtml=f"<p>{{form={form}}} {{assetlink={asset}}}</p>"
    )
    email.custom_html = f"<a href='{{pagelink={page}}}'>in</a> {{form=999999}}"
    email.save()
    sms = made("smses", "sms", name="Soon", message=f"See {{pagelink={page}}}")
    note = made("notifications", "notification", name="Ping", heading="H", message="M")
    message = made("messages", "message", name="Somehow", channels={
        "email": {"channelId": email.pk, "isEnabled": True}, "sms": {"channelId": sms, "isEnabled": True}})  # fmt: skip
    focus = made("focus", "focus", name="Bar", type="form", style="bar", form=form, website="https://shop.test/")
    stage = made("stages", "stage", name="Talking", weight=7)
    content = made("dynamiccontents", "dynamicContent", name="Greeting", content="Dear you")
    tea = campaign(segment("Friends"))
    tea.forms.set([form])
    for number, (kind, properties) in enumerate((
        ("message.send", {"marketingMessage": message}), ("sms.send_text_sms", {"sms": sms}), ("stage.change", {"stage": stage}),
        ("notification.send_notification", {"notification": note}), ("focus.show", {"focus": focus}),
        ("dwc.push_content", {"dynamicContent": content, "dwc_slot_name": "slot"}),
        ("email.send", {"email": email.pk, "email_type": "marketing"}),
    )):  # fmt: skip
        step(tea, kind, properties, name=f"Step {number}")
    return tea


def forget_all_of_it() -> None:
    forget_everything()
    for part in PARTS:
        part.model.objects.all().delete()


def test_what_a_campaign_uses_comes_along():
    text = written(document_of(everything()))
    forget_all_of_it()
    document = read(text)
    made_again, changes = apply(document, by=ada())
    assert {change.kind for change in changes} >= {
        "segment", "e-mail", "text message", "notification", "form", "page", "dynamic content", "focus item", "message", "stage",
        "point group",
    }  # fmt: skip
    assert plan(read(text)) == []
    again = read(written(document_of(made_again)))
    assert {part.section: again[part.section] for part in PARTS} == {
        part.section: document[part.section] for part in PARTS
    }
    form = Form.objects.get()
    email = Email.objects.get()
    assert [(one.type, (one.properties or {}).get("email")) for one in form.actions.all()] == [
        ("email.send.lead", str(email.pk)), ("lead.pointschange", None),
    ]  # fmt: skip
    assert form.fields.get(alias="petname").parent == str(form.fields.get(alias="pet").pk)
    page = scalar("SELECT id FROM pages")
    assert email.custom_html == f"<a href='{{pagelink={page}}}'>in</a> {{form=999999}}"
    assert f"{{form={form.pk}}}" in scalar("SELECT custom_html FROM pages")
    assert scalar("SELECT form_id FROM focus_items") == form.pk
    assert rows("SELECT channel, channel_id FROM message_channels WHERE is_enabled ORDER BY 1") == [
        ("email", email.pk), ("sms", scalar("SELECT id FROM smses")),
    ]  # fmt: skip


def test_a_form_keeps_its_fields_and_loses_what_the_file_does_not_name():
    everything()
    document = read(written(document_of(Campaign.objects.get())))
    before = dict(Form.objects.get().fields.values_list("alias", "pk"))
    told = next(one for one in document["forms"] if one["name"] == "Join us")
    told["fields"] = [
        {**told["fields"][0], "label": "Your address"},
        {"alias": "size", "label": "Size", "type": "number"},
    ]
    told["actions"] = told["actions"][1:]
    assert [(change.kind, change.action) for change in plan(document)] == [("form", "change")]
    apply(document, by=ada())
    form = Form.objects.get()
    assert {one.alias: one.label for one in form.fields.all()} == {"mail": "Your address", "size": "Size"}
    assert form.fields.get(alias="mail").pk == before["mail"]
    assert [one.type for one in form.actions.all()] == ["lead.pointschange"]
    assert plan(document) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["forms"][0]["fields"][0].pop("alias"), "forms[0].fields[0].alias: is missing"),
        (lambda d: d["forms"][0]["fields"][0].update(alias=["x"]), "forms[0].fields[0].alias: is missing"),
        (lambda d: d["forms"][0]["fields"][0].update(colour="red"), "forms[0].fields[0]: “colour” is not known"),
        (lambda d: d["forms"][0].update(fields={"a": 1}), "forms[0].fields: must be a list"),
        (lambda d: d["forms"][0].update(name={"a": 1}), "forms[0].name: is missing"),
        (
            lambda d: d["forms"][0]["actions"][0]["properties"].update(email="Lost"),
            "Form “Join us”: there is no e-mail “Lost”",
        ),
        (lambda d: d["forms"][0]["fields"].append({**d["forms"][0]["fields"][0]}), "already using this alias"),
        (lambda d: d["focus_items"][0].update(properties=[1]), "focus_items[0].properties"),
        (lambda d: d["focus_items"][0].update(style="x"), "style"),
        (lambda d: d["messages"][0]["channels"][0].update(channel="pigeon"), "not valid"),
        (lambda d: d["pages"][0].update(custom_html="{form=@Lost}"), "Page “welcome”: there is no form “Lost”"),
        (lambda d: d["stages"][0].update(weight="heavy"), "weight"),
    ],
)
def test_what_is_wrong_with_what_comes_along_is_told(change, told):
    document = document_of(everything())
    forget_all_of_it()
    change(document)
    with pytest.raises(BadFile) as caught:
        apply(read(written(document)), by=ada())
    assert told in str(caught.value)
    assert not Form.objects.exists()


def test_who_may_not_make_forms_cannot_by_a_file(client):
    everything()
    exported = written(document_of(Campaign.objects.get()))
    forget_all_of_it()
    rights = {one: ["full"] for one in ("campaign:campaigns", "lead:lists", "email:emails")}
    user = bo()
    Role.objects.filter(pk=user.role_id).update(raw_permissions=rights)
    client.force_login(type(user).objects.get(pk=user.pk))
    assert client.get("/s/campaigns/import").status_code == 200
    assert client.post("/s/campaigns/import", {"text": exported, "apply": "1"}).status_code == 403
    assert not Form.objects.exists()


# --- commands and pages -----------------------------------------------------------------------------------------------


def test_the_commands(tmp_path):
    made = journey()
    run_ = CliRunner().invoke
    file = tmp_path / "welcome.yaml"
    assert run_(campaigns, ["export", "-i", str(made.pk), str(file)]).exit_code == 0
    assert run_(campaigns, ["plan", str(file)]).output == "Nothing would change.\n"
    forget_everything()
    ada()
    told = run_(campaigns, ["plan", str(file)])
    assert told.exit_code == 2
    assert "+ segment friends\n" in told.output
    assert not Campaign.objects.exists()
    assert run_(campaigns, ["apply", str(file)], input="n\n").exit_code == 1
    assert not Campaign.objects.exists()
    assert "not published" in run_(campaigns, ["apply", str(file), "--yes"]).output
    assert run_(campaigns, ["plan", str(file)]).exit_code == 0
    file.write_text(file.read_text().replace("subject: Hi", "subject: Ho"))
    assert '    subject: "Hi" → "Ho"\n' in run_(campaigns, ["plan", str(file)]).output
    file.write_text("a: [")
    assert "no YAML" in run_(campaigns, ["plan", str(file)]).output


def test_the_pages(client):
    client.force_login(ada())
    made = journey()
    assert f"/s/campaigns/export/{made.pk}" in client.get(f"/s/campaigns/view/{made.pk}").content.decode()
    exported = client.get(f"/s/campaigns/export/{made.pk}")
    assert exported["Content-Disposition"] == 'attachment; filename="welcome.yaml"'
    forget_everything()
    text = exported.content.decode().replace("subject: Hi", "subject: <script>alert(1)</script>")
    shown = client.post("/s/campaigns/import", {"file": SimpleUploadedFile("x.yaml", text.encode())}).content.decode()
    assert "What “Welcome” would change" in shown
    assert "<script>alert" not in shown
    assert not Campaign.objects.exists()
    done = client.post("/s/campaigns/import", {"text": text, "apply": "1"}, follow=True).content.decode()
    assert "8 changes were made" in done
    assert "everything is as the file says" in client.post("/s/campaigns/import", {"text": text}).content.decode()
    wrong = client.post("/s/campaigns/import", {"text": "<b>: ["})
    assert (wrong.status_code, "no YAML" in wrong.content.decode()) == (422, True)


def test_rights_hold(client):
    made = journey()
    client.force_login(bo())
    assert client.get(f"/s/campaigns/export/{made.pk}").status_code == 403
    assert client.post("/s/campaigns/import", {"text": "x"}).status_code == 403
