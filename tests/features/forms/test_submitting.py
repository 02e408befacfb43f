"""Sending forms: what is stored, who it makes the sender, and what they get to see."""

import orjson
import pytest
from django.test import Client

from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.sql import one, rows, scalar
from honeyguide.features.contacts.services import create_contact
from people import ada

pytestmark = pytest.mark.django_db
EMAIL = {"label": "E-mail", "type": "email", "alias": "email", "mappedObject": "contact", "mappedField": "email"}
FIRST = {"label": "First", "type": "text", "alias": "first", "mappedObject": "contact", "mappedField": "firstname"}
SITE = "https://shop.example"


@pytest.fixture
def browser():
    return Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", HTTP_REFERER=f"{SITE}/signup")


def form(*fields, **values):
    return created(ada(), "forms", "form", {"name": "Sign up", "postAction": "message", "postActionProperty": "Thanks",
                                            "fields": list(fields), **values})["id"]  # fmt: skip


def send(browser, number, *, query="", messenger=None, **answers):
    data = {"mauticform[formId]": number, "mauticform[return]": "", "mauticform[formName]": "signup"}
    for alias, value in answers.items():
        data[f"mauticform[{alias}]" + ("[]" if isinstance(value, list) else "")] = value
    if messenger:
        data["mauticform[messenger]"] = "1"
    return browser.post(f"/form/submit?formId={number}{query}", data)


def said(browser, number, **answers):
    return send(browser, number, query="&ajax=1", **answers).json()


def results():
    return [orjson.loads(row[0]) for row in rows("SELECT results::text FROM form_submissions ORDER BY id")]


def contact_of_last():
    return scalar("SELECT contact_id FROM form_submissions ORDER BY id DESC LIMIT 1")


def value_of(contact, alias):
    return scalar("SELECT fields ->> %s FROM contacts WHERE id = %s", (alias, contact))


# --- what is stored and answered --------------------------------------------------------------------------------------


def test_a_submission_makes_a_contact_and_tells_the_log(browser):
    number = form(EMAIL, FIRST)
    answer = send(browser, number, email="eve@example.com", first="Eve")
    assert (answer.status_code, answer["Location"]) == (302, "/form/message")
    assert b"Thanks" in browser.get("/form/message").content
    assert results() == [{"email": "eve@example.com", "first": "Eve"}]
    contact = contact_of_last()
    assert (value_of(contact, "email"), value_of(contact, "firstname")) == ("eve@example.com", "Eve")
    event = one("SELECT contact_id, object_id, payload::text FROM events WHERE type = 70")
    assert event[:2] == (contact, number)
    assert orjson.loads(event[2]) == {"submission": scalar("SELECT id FROM form_submissions")}
    assert one("SELECT referer, tracking_id IS NOT NULL FROM form_submissions") == (f"{SITE}/signup", True)
    assert browser.cookies["mtc_id"].value == str(contact)


def test_the_same_browser_stays_the_same_contact(browser):
    number = form(EMAIL, FIRST)
    send(browser, number, email="eve@example.com", first="Eve")
    first = contact_of_last()
    send(browser, number, first="Eva")
    assert contact_of_last() == first
    assert value_of(first, "firstname") == "Eva"
    assert value_of(first, "email") == "eve@example.com"  # a blank overwrites nothing


def test_a_visitor_who_gives_an_address_that_is_known_becomes_one_with_that_contact(browser):
    known = create_contact({"email": "known@example.com", "city": "Bern"}, by=None).id
    page = form({"label": "Note", "type": "text", "alias": "note"})
    send(browser, page, note="hello")
    visitor = contact_of_last()
    assert visitor != known
    send(browser, form(EMAIL, name="Second"), email="KNOWN@example.com")
    assert contact_of_last() == visitor
    assert value_of(visitor, "city") == "Bern"
    assert scalar("SELECT count(*) FROM contacts") == 1


def test_another_address_from_a_known_browser_is_another_contact(browser):
    number = form(EMAIL)
    send(browser, number, email="one@example.com")
    first = contact_of_last()
    send(browser, number, email="two@example.com")
    assert contact_of_last() != first
    assert value_of(first, "email") == "one@example.com"
    assert browser.cookies["mtc_id"].value == str(contact_of_last())


def test_a_kiosk_knows_nobody_and_leaves_no_cookie(browser):
    number = form(EMAIL, inKioskMode=True)
    send(browser, number, email="one@example.com")
    send(browser, number, email="two@example.com")
    assert scalar("SELECT count(*) FROM contacts") == 2
    assert "mautic_device_id" not in browser.cookies


def test_a_company_is_found_or_made_and_becomes_the_primary_one(browser):
    company = {
        "label": "Company",
        "type": "text",
        "alias": "firm",
        "mappedObject": "company",
        "mappedField": "companyname",
    }
    city = {"label": "City", "type": "text", "alias": "city", "mappedObject": "company", "mappedField": "companycity"}
    number = form(EMAIL, company, city)
    send(browser, number, email="a@example.com", firm="Acme", city="Bern")
    name, town = one("SELECT fields ->> 'companyname', fields ->> 'companycity' FROM companies")
    assert (name, town) == ("Acme", "Bern")
    assert scalar("SELECT is_primary FROM company_contacts WHERE contact_id = %s", (contact_of_last(),))


# --- answers ----------------------------------------------------------------------------------------------------------


def test_a_script_gets_json_and_a_frame_a_page_that_tells_the_page_around_it(browser):
    number = form(EMAIL)
    assert said(browser, number, email="a@example.com") == {
        "success": 1, "formName": "sign_up", "results": {"email": "a@example.com"}, "successMessage": "Thanks",
    }  # fmt: skip
    framed = send(browser, number, messenger=True, email="a@example.com")
    assert b'"successMessage": "Thanks"' in framed.content
    assert "script-src 'self'" in framed["Content-Security-Policy"]


def test_errors_are_told_by_field_and_nothing_is_stored(browser):
    number = form({**EMAIL, "isRequired": True}, {"label": "Age", "type": "number", "alias": "age"})
    assert said(browser, number, email="", age="old") == {
        "success": 0,
        "formName": "sign_up",
        "validationErrors": {"email": "'E-mail' is required.", "age": "This is not a number."},
    }
    assert results() == []
    assert scalar("SELECT count(*) FROM contacts") == 0


def test_without_script_the_visitor_goes_back_to_the_page_with_the_message(browser):
    number = form(EMAIL, postAction="return", postActionProperty="Good")
    assert send(browser, number, email="a@example.com")["Location"] == f"{SITE}/signup?mauticMessage=Good"
    assert send(browser, number, email="nobody")["Location"] == (
        f"{SITE}/signup?mauticError=This+is+not+an+e-mail+address.#sign_up"
    )


def test_nobody_is_led_to_a_site_that_the_form_does_not_stand_in(browser):
    number = form(EMAIL, postAction="return", postActionProperty="Good")
    data = {
        "mauticform[formId]": number,
        "mauticform[email]": "a@example.com",
        "mauticform[return]": "https://evil.example/",
    }
    assert browser.post("/form/submit", data)["Location"].startswith(f"{SITE}/signup")
    alone = Client(HTTP_REFERER="")
    assert alone.post("/form/submit", data)["Location"] == "/form/message"
    redirecting = form(EMAIL, postAction="redirect", postActionProperty="javascript:alert(1)", name="R")
    assert "redirect" not in said(browser, redirecting, email="a@example.com")


def test_a_redirect_carries_answers_as_data(browser):
    number = form(EMAIL, FIRST, postAction="redirect", postActionProperty="https://shop.example/hi?n={formfield=first}")
    assert send(browser, number, email="a@example.com", first="A&b=<c")["Location"].startswith(
        "https://shop.example/hi?n=A%26b%3D"
    )


def test_what_visitors_wrote_is_text_in_the_message(browser):
    number = form(FIRST, postActionProperty="<b>Hi {formfield=first}</b>")
    assert said(browser, number, first='"A" & B')["successMessage"] == "<b>Hi &quot;A&quot; &amp; B</b>"


@pytest.mark.parametrize(
    ("values", "message"),
    [({"isPublished": False}, "not available"), ({"publishUp": "2999-01-01 00:00"}, "opens on 2999-01-01"),
     ({"publishDown": "2001-01-01 00:00"}, "was closed on 2001-01-01")],
)  # fmt: skip
def test_a_form_that_is_not_live_takes_nothing(browser, values, message):
    assert message in said(browser, form(EMAIL, **values), email="a@example.com")["errorMessage"]
    assert results() == []


def test_too_many_forms_from_one_address_wait(browser):
    config.set_value("form_submissions_per_minute", 2)
    number = form(EMAIL)
    statuses = [send(browser, number, query="&ajax=1", email="a@example.com").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert len(results()) == 2


def test_only_posts_are_taken(browser):
    assert browser.get("/form/submit").status_code == 405
    assert said(browser, 99999)["errorMessage"] == "This form is not available."


# --- fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "sent", "outcome"),
    [
        ({"type": "email"}, "a@b", "This is not an e-mail address."),
        ({"type": "url"}, "shop.example/a", {"f": "https://shop.example/a"}),
        ({"type": "url"}, "javascript:alert(1)", "This is not a web address."),
        ({"type": "number"}, "1,5", {"f": "1.5"}),
        ({"type": "date"}, "2026-02-03", {"f": "2026-02-03"}),
        ({"type": "date"}, "soon-ish", "This is not a date."),
        ({"type": "datetime"}, "2026-02-03T10:00", {"f": "2026-02-03 10:00:00"}),
        ({"type": "tel", "validation": {"international": 1}}, "079 123", "Write the number with its country: +44 …"),
        ({"type": "tel", "validation": {"international": 1}}, "+41 79 123 45 67", {"f": "+41 79 123 45 67"}),
        ({"type": "checkboxgrp"}, ["a", "b"], {"f": "a, b"}),
        ({"type": "select", "properties": {"multiple": 1, "list": {"list": []}}}, ["a", "b"], {"f": "a, b"}),
        ({"type": "captcha", "properties": {"captcha": "Seven"}}, "seven", {}),
        ({"type": "captcha", "properties": {"captcha": "7", "errorMessage": "No."}}, "8", "No."),
        ({"type": "captcha"}, "I am a machine", "This is not the right answer."),
        ({"type": "captcha"}, "", {}),
        ({"type": "text", "saveResult": False}, "secret", {}),
        ({"type": "textarea"}, "x" * 100_000, "This is too long. It may have 65535 characters."),
        ({"type": "text"}, "<script>x</script>a\0b", {"f": "xab"}),
        ({"type": "text", "isRequired": True, "validationMessage": "Say it."}, "   ", "Say it."),
        ({"type": "freetext"}, "ignored", {}),
    ],
)  # fmt: skip
def test_every_type_checks_its_answer(browser, field, sent, outcome):
    answer = said(browser, form({"label": "F", "alias": "f", **field}), f=sent)
    if isinstance(outcome, str):
        assert answer["validationErrors"] == {"f": outcome}
    else:
        assert answer["success"] == 1
        assert results() == [outcome]


def test_addresses_that_the_configuration_names_are_refused(browser):
    config.set_value("do_not_submit_emails", ["*@rival.example"])
    number = form({**EMAIL, "validation": {"donotsubmit": 1, "donotsubmit_validationmsg": "Not you."}})
    assert said(browser, number, email="x@RIVAL.example")["validationErrors"] == {"email": "Not you."}
    assert said(browser, number, email="x@friend.example")["success"] == 1


def test_a_field_that_depends_on_another_is_asked_only_then(browser):
    number = form({"label": "Pet", "type": "radiogrp", "alias": "pet"})
    parent = scalar("SELECT id FROM form_fields WHERE form_id = %s", (number,))
    child = {"label": "Name", "type": "text", "alias": "petname", "isRequired": True, "parent": str(parent),
             "conditions": {"expr": "in", "any": 0, "values": ["cat", "dog"]}}  # fmt: skip
    call(
        ada(), "PATCH", f"forms/{number}/edit", {"postAction": "message", "postActionProperty": "x", "fields": [child]}
    )
    assert said(browser, number, pet="fish", petname="Nemo")["results"] == {"pet": "fish"}
    assert said(browser, number, pet="cat")["validationErrors"] == {"petname": "'Name' is required."}
    assert said(browser, number, pet="dog", petname="Rex")["results"] == {"pet": "dog", "petname": "Rex"}


@pytest.mark.parametrize("odd", ["\0", "x" * 100_000, "😀" * 10, "' OR 1=1 --", "{formfield=email}"])
def test_odd_input_is_stored_as_text_or_refused(browser, odd):
    number = form(EMAIL, FIRST)
    answer = browser.post(
        "/form/submit?ajax=1",
        {"mauticform[formId]": number, "mauticform[email][a][b][]": odd, "mauticform[first]": odd, "mauticform[x]": odd,
         "mauticform[return]": odd, "mauticform[mauticpage]": odd},
        HTTP_REFERER=odd.replace("\0", "%00")[:3000].encode("ascii", "replace").decode(),
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.json()["success"] in (0, 1)


def test_names_nested_without_end_are_refused(browser):
    assert browser.post("/form/submit", {"mauticform" + "[a]" * 200: "x"}).status_code == 400


# --- in a page --------------------------------------------------------------------------------------------------------


def test_a_form_stands_alone_in_a_frame_and_by_a_script(browser):
    number = form(EMAIL, {"label": "Send", "type": "button"}, formAttributes='data-x="1"')
    for address in (f"/form/{number}", f"/form/embed/{number}"):
        page = browser.get(address)
        assert b'name="mauticform[email]"' in page.content
        assert "X-Frame-Options" not in page
        assert "script-src 'self'" in page["Content-Security-Policy"]
    script = browser.get(f"/form/generate.js?id={number}")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"mauticform_wrapper_sign_up" in script.content
    assert b"</" not in script.content.partition(b'"html"')[2]
    assert browser.get("/media/js/mautic-form.js").status_code == 200


def test_a_form_that_is_not_live_is_shown_to_nobody(browser):
    number = form(EMAIL, isPublished=False)
    assert browser.get(f"/form/{number}").status_code == 404
    assert b"mauticform" not in browser.get(f"/form/generate.js?id={number}").content
