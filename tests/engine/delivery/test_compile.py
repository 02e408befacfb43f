"""Compiled e-mails: whatever goes into them, the message stays whole."""

import email
import email.policy
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from honeyguide.engine.delivery.compile import DynamicContent, Source, Variation, compile_email, link_targets
from honeyguide.engine.delivery.recipients import Owner, Recipient
from honeyguide.engine.delivery.surroundings import Surroundings

AROUND = Surroundings(
    site_url="https://mail.test",
    from_name="System",
    from_email="system@mail.test",
    field_types=(("firstname", "text"), ("bio", "html"), ("website", "url"), ("born", "date"), ("seen", "datetime")),
    labels=(("firstname", "First Name"),),
)
ANYTHING = st.text(max_size=300)


def parsed(data: bytes):
    return email.message_from_bytes(data, policy=email.policy.default)


def written(source: Source, recipient: Recipient | None = None, *, track: bool = False):
    compiled = compile_email(source, AROUND, tokens(link_targets(source)) if track else None)
    return parsed(compiled.message(recipient or Recipient("ada@x.test", outbox_id=7)))


def html_of(message) -> str:
    return message.get_body(("html",)).get_content().removesuffix("\n")


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content().removesuffix("\n")


def tokens(urls):
    return {url: f"token{number}" for number, url in enumerate(urls)}


def person(**values) -> Recipient:
    return Recipient("ada@x.test", values, outbox_id=7)


def lines(text: str) -> str:
    """What MIME keeps of a text: line ends of every kind are one kind, control characters are none."""
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", text)


def test_it_works():
    message = written(
        Source("Hi {contactfield=firstname}", "<p>Dear {contactfield=firstname|friend}</p>"), person(firstname="Ada")
    )
    assert message["Subject"] == "Hi Ada"
    assert html_of(message) == "<p>Dear Ada</p>"
    assert text_of(message).strip() == "Dear Ada"


@settings(max_examples=150, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_value_breaks_a_message(first, bio, html):
    html = re.sub(r"[{}%]", "", html) + "{contactfield=firstname}|{contactfield=bio}|end"
    recipient = person(firstname=first, bio=bio)
    compiled = compile_email(Source("S {contactfield=firstname}", html), AROUND)
    message = parsed(compiled.message(recipient))
    assert not message.defects
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert not any(part.defects for part in message.iter_parts())
    assert lines(html_of(message)) == lines(compiled.html(recipient))
    assert html_of(message).endswith("|end")
    assert set(message.keys()) == {
        "From", "To", "Reply-To", "Subject", "Date", "MIME-Version", "Message-ID", "List-Unsubscribe",
        "List-Unsubscribe-Post", "Content-Type",
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ANYTHING, ANYTHING)
def test_no_value_injects_a_header(name, subject):
    source = Source(
        "{contactfield=firstname}",
        "x",
        from_name="{contactfield=firstname}",
        headers=(("X-Note", "{contactfield=bio}"),),
    )
    data = compile_email(source, AROUND).message(
        person(firstname=name + "\r\nBcc: evil@x.test", bio=subject + "\nX: y")
    )
    head = data.partition(b"\r\n\r\n")[0]
    assert b"\nBcc:" not in head
    assert b"\nX:" not in head
    assert all(len(line) < 998 for line in head.split(b"\r\n"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=2000))
def test_body_lines_are_short_and_end_in_crlf(text):
    data = compile_email(Source("s", text, text), AROUND).message(person())
    body = data.partition(b"\r\n\r\n")[2]
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, body.split(b"\r\n"))) <= 78


def test_text_fields_are_escaped_and_html_fields_are_not():
    html = "{contactfield=firstname} {contactfield=bio}"
    shown = html_of(written(Source("s", html), person(firstname='<b>&"', bio="<i>x</i>")))
    assert shown == "&lt;b&gt;&amp;&quot; <i>x</i>"


def test_encoded_and_upper_case_tokens_are_known_and_unknown_ones_stay():
    html = "%7BcontactField%3Dfirstname%7D {CONTACTFIELD=firstname} {nosuch=1} {other}"
    assert html_of(written(Source("s", html), person(firstname="Ada"))) == "Ada Ada {nosuch=1} {other}"


def test_field_modifiers():
    html = "{contactfield=firstname|true} {contactfield=born|date} {contactfield=seen|time} {contactfield=none|Nobody & Co}"
    shown = html_of(
        written(Source("s", html), person(firstname="A&B c", born="1815-12-10", seen="2024-05-01 14:05:00"))
    )
    assert shown == "A%26B%20c December 10, 1815 2:05 pm Nobody &amp; Co"


def test_today_is_in_the_contacts_time_zone_and_can_be_moved():
    html = "{today|e} {today|Y-m-d|+1 day}"
    shown = html_of(written(Source("s", html), person(timezone="Pacific/Auckland")))
    assert re.fullmatch(r"Pacific/Auckland \d{4}-\d\d-\d\d", shown)


def test_custom_tokens_of_a_single_send():
    source = Source("s {mytoken}", "a {MyToken} {b}", custom_tokens=frozenset({"mytoken"}))
    message = written(source, Recipient("a@x.test", tokens={"mytoken": "<b>v</b>"}))
    assert html_of(message) == "a <b>v</b> {b}"
    assert message["Subject"] == "s v"


def test_links_are_tracked_and_everything_else_stays_as_it_was():
    html = (
        "<!-- <a href='http://no.test'> --><A HREF=http://one.test/?a=1&amp;b=2 class=x>1</A>\n"
        "<a title='href=\"http://not.test\"' href='https://two.test/'>2</a><a href=\"mailto:x@y.z\">m</a>"
        "<a mautic:disable-tracking href='https://no.test'>n</a>"
        "<a href='{unsubscribe_url}'>u</a><area href='{contactfield=website}'>"
    )
    source = Source("s", html, plain_text="see https://two.test/.", email_id=3)
    message = written(source, person(), track=True)
    shown = html_of(message)
    assert link_targets(source) == ["http://one.test/?a=1&b=2", "https://two.test/", "{contactfield=website}"]
    ct = re.search(r"ct=([0-9a-f]{28})", shown)[1]
    assert f"<A HREF=https://mail.test/r/token0?ct={ct} class=x>1</A>" in shown
    assert f"<a title='href=\"http://not.test\"' href='https://mail.test/r/token1?ct={ct}'>2</a>" in shown
    assert "<!-- <a href='http://no.test'> -->" in shown
    assert "href='https://no.test'" in shown
    assert f'<img height="1" width="1" src="https://mail.test/email/{ct}.gif" alt="" />' in shown
    assert text_of(message).strip() == f"see https://mail.test/r/token1?ct={ct}."


def test_utm_tags_go_into_the_stored_address():
    source = Source("s", "<a href='http://a.test/?x=1#top'>", email_id=3, utm_tags=(("utm_source", "news letter"),))
    assert link_targets(source) == ["http://a.test/?x=1&utm_source=news+letter#top"]


def test_dynamic_content_shows_the_first_variation_that_fits():
    content = DynamicContent(
        "Offer",
        "default",
        (Variation("Hi {contactfield=firstname}!", '[{"field":"firstname","operator":"=","filter":"ADA"}]'),),
    )
    source = Source("s", '{dynamiccontent="Offer"}', dynamic_content=(content,))
    assert html_of(written(source, person(firstname="Ada"))) == "Hi Ada!"
    assert html_of(written(source, person(firstname="Bo"))) == "default"


def test_owner_mode_sends_as_the_owner():
    owner = Owner("bo@corp.test", "Bo", 'O"wn', signature="Yours, Bo")
    recipient = Recipient("ada@x.test", owner=owner, outbox_id=1)
    message = written(Source("s", "{ownerfield=firstname}", send_as_owner=True), recipient)
    assert message["From"].addresses[0].addr_spec == "bo@corp.test"
    assert message["From"].addresses[0].display_name == 'Bo O"wn'
    assert html_of(message) == "Bo"


def test_broadcast_headers():
    message = written(
        Source("s", "x", email_id=5, bulk=True, headers=(("X-Foo", "bar"), ("From", "evil@x.test"), ("Bad Name", "x")))
    )
    assert message["Precedence"] == "Bulk"
    assert message["X-EMAIL-ID"] == "5"
    assert message["X-Foo"] == "bar"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_all("From") == ["System <system@mail.test>"]


def test_message_id_is_always_the_same_for_a_row():
    first, second = (written(Source("s", "x"), Recipient("a@x.test", outbox_id=9))["Message-ID"] for _ in range(2))
    assert first == second != written(Source("s", "x"), Recipient("a@x.test", outbox_id=10))["Message-ID"]


def test_mail_without_html_is_plain_text():
    message = written(Source("s", "", "just text"))
    assert message.get_content_type() == "text/plain"


def test_labels_stand_for_values_in_examples():
    message = written(Source("[TEST] {contactfield=firstname}", "x", labels=True))
    assert message["Subject"] == "[TEST] [First Name]"
