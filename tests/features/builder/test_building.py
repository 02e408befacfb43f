"""Building e-mails and landing pages: what is saved, kept as a draft, refused, previewed, and who may."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import people
from engine.documents.documents import documents, of
from honeyguide.engine.documents import email, versions
from honeyguide.engine.documents.cleaning import clean
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.models import Email, EmailVersion
from honeyguide.features.pages.models import Page, PageVersion

pytestmark = pytest.mark.django_db
HELLO = of({"kind": "heading", "text": "Hello"}, {"kind": "text", "text": "<p>{unsubscribe_text}</p>"})


def letter(**more):
    return Email.objects.create(
        **{"name": "Letter", "subject": "Hi", "email_type": "template", "is_published": False} | more
    )


def landing(**more):
    return Page.objects.create(**{"title": "Landing", "alias": "landing", "is_published": False} | more)


def caller(client, slug="emails"):
    def send(item, what, body=None, method="post"):
        sent = b"" if body is None else orjson.dumps(body)
        address = f"/s/{slug}/builder/{item.pk}/{what}"
        answer = client.get(address) if method == "get" else client.post(address, sent, content_type="application/json")
        assert "json" in answer.headers["Content-Type"], answer.content[-3000:]
        return answer.status_code, orjson.loads(answer.content)

    return send


@pytest.fixture
def send(client):
    client.force_login(people.ada())
    return caller(client)


def test_a_saved_document_becomes_the_html_and_a_version(send):
    item = letter()
    status, answer = send(item, "save", {"document": HELLO, "seen": None})
    assert (status, answer["problems"]) == (
        200,
        [{"id": "", "text": "A heading skips a level; readers who listen lose their way."}],
    )
    item.refresh_from_db()
    assert item.custom_html == email.html(clean(HELLO, "email")).strip()
    assert "Hello</h2>" in item.custom_html
    kept = versions.newest(EmailVersion, item.pk)
    assert (kept.pk, kept.document, kept.saved_by) == (answer["seen"], clean(HELLO, "email"), people.ada())


def test_a_landing_page_is_built_the_same_way(client):
    client.force_login(people.ada())
    item = landing()
    video = of(
        {"kind": "video", "address": "https://youtu.be/abcdefghijk", "title": "How"}, {"kind": "form", "form": 7}
    )
    assert caller(client, "pages")(item, "save", {"document": video})[0] == 200
    item.refresh_from_db()
    assert "{form=7}" in item.custom_html
    assert "abcdefghijk" in item.custom_html
    assert versions.built(versions.newest(PageVersion, item.pk), item.custom_html) == "yes"


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_open_save_open_is_the_identity(send, data):
    item = letter()
    seen = send(item, "save", {"document": clean(data.draw(documents("email")), "email")})[1]["seen"]
    opened = versions.newest(EmailVersion, item.pk).document
    html = Email.objects.get(pk=item.pk).custom_html
    assert send(item, "save", {"document": opened, "seen": seen})[0] == 200
    assert versions.newest(EmailVersion, item.pk).document == opened
    assert Email.objects.get(pk=item.pk).custom_html == html


def test_html_that_changed_elsewhere_is_noticed(send):
    item = letter()
    send(item, "save", {"document": HELLO})
    emails.update_email(Email.objects.get(pk=item.pk), {"custom_html": "<p>By hand</p>"}, by=people.ada())
    assert (
        versions.built(versions.newest(EmailVersion, item.pk), Email.objects.get(pk=item.pk).custom_html) == "changed"
    )


def test_a_draft_is_kept_shown_to_nobody_and_ends_with_saving(send):
    item = letter(custom_html="<p>as it was</p>")
    assert send(item, "draft", {"document": HELLO, "seen": None, "draft": None})[0] == 200
    assert Email.objects.get(pk=item.pk).custom_html == "<p>as it was</p>"
    kept = versions.draft_of(EmailVersion, item.pk)
    assert kept.document == clean(HELLO, "email")
    send(item, "save", {"document": HELLO, "seen": None, "draft": versions.mark(kept)})
    assert versions.draft_of(EmailVersion, item.pk) is None


def test_a_draft_is_thrown_away(send):
    item = letter()
    send(item, "draft", {"document": HELLO})
    assert send(item, "draft") == (200, {"draft": None})
    assert versions.draft_of(EmailVersion, item.pk) is None


def test_who_did_not_see_the_newest_version_is_told_and_may_insist(send):
    item = letter()
    first = send(item, "save", {"document": HELLO})[1]["seen"]
    second = send(item, "save", {"document": HELLO, "seen": first})[1]["seen"]
    for what in ("save", "draft"):
        status, answer = send(item, what, {"document": of({"kind": "spacer"}), "seen": first})
        assert (status, answer["error"], answer["seen"]) == (409, "Ada Admin saved it while you had it open.", second)
    assert "Hello" in Email.objects.get(pk=item.pk).custom_html
    assert send(item, "save", {"document": of({"kind": "spacer"}), "seen": second})[0] == 200


def test_two_drafts_do_not_overwrite_each_other(send):
    item = letter()
    mine = send(item, "draft", {"document": HELLO})[1]["draft"]
    theirs = send(item, "draft", {"document": HELLO, "draft": mine})[1]["draft"]
    for what in ("save", "draft"):
        status, answer = send(item, what, {"document": HELLO, "draft": mine})
        assert (status, answer["draft"]) == (409, theirs)
        assert answer["error"] == "Ada Admin is working on it too, and has a draft of it."
    assert send(item, "save", {"document": HELLO, "draft": theirs})[0] == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"document": 1}', b'{"document": {"sections": [[]]}}', b'{"document": {"x": 1}}', b"\xff\x00"],
)
def test_what_is_no_document_is_refused_and_changes_nothing(client, body):
    client.force_login(people.ada())
    item = letter(custom_html="before")
    answer = client.post(f"/s/emails/builder/{item.pk}/save", body, content_type="application/json")
    assert answer.status_code == 400
    assert orjson.loads(answer.content)["error"]
    assert Email.objects.get(pk=item.pk).custom_html == "before"
    assert not EmailVersion.objects.exists()


def test_history_tells_and_gives_back_versions(send):
    item = letter()
    first = send(item, "save", {"document": HELLO})[1]["seen"]
    send(item, "save", {"document": of({"kind": "spacer"}), "seen": first})
    _, told = send(item, "history", method="get")
    assert [one["by"] for one in told["versions"]] == ["Ada Admin", "Ada Admin"]
    assert send(item, f"history/{first}", method="get") == (200, {"document": clean(HELLO, "email")})
    assert send(letter(), f"history/{first}", method="get")[0] == 404


def test_only_the_last_versions_are_kept(send, monkeypatch):
    monkeypatch.setattr(versions, "KEPT", 2)
    item, seen = letter(), None
    for _ in range(4):
        seen = send(item, "save", {"document": HELLO, "seen": seen})[1]["seen"]
    assert len(versions.history(EmailVersion, item.pk)) == 2


def test_a_clone_is_built_of_the_same_blocks(send):
    item = letter()
    send(item, "save", {"document": HELLO})
    copy = emails.clone_email(Email.objects.get(pk=item.pk), by=people.ada())
    kept = versions.newest(EmailVersion, copy.pk)
    assert kept.document == clean(HELLO, "email")
    assert versions.built(kept, copy.custom_html) == "yes"
    assert versions.newest(EmailVersion, item.pk).owner_id == item.pk


def test_a_clone_made_on_the_page_is_too(client, send):
    item = letter()
    send(item, "save", {"document": HELLO})
    html = Email.objects.get(pk=item.pk).custom_html
    form = {"name": "Second", "subject": "Hi", "emailType": "template", "customHtml": html}
    client.post(f"/s/emails/clone/{item.pk}", form)
    kept = versions.newest(EmailVersion, Email.objects.get(name="Second").pk)
    assert kept.document == clean(HELLO, "email")


def test_the_html_there_is_can_be_the_start(send):
    item = letter(custom_html="<h1>Old</h1><script>alert(1)</script>")
    document = send(item, "start", method="get")[1]["document"]
    block = document["sections"][0]["columns"][0]["blocks"][0]
    assert block["html"] == "<h1>Old</h1>"


def test_the_preview_shows_the_document_and_lets_nothing_run(client):
    client.force_login(people.ada())
    item = letter(custom_html="stored")
    shown = of({"kind": "html", "html": "<b>seen</b><script>alert(1)</script>"})
    answer = client.post(f"/s/emails/builder/{item.pk}/preview", {"document": orjson.dumps(shown).decode()})
    assert b"<b>seen</b>" in answer.content
    assert b"alert(1)" not in answer.content
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Email.objects.get(pk=item.pk).custom_html == "stored"


def test_who_may_not_edit_gets_nothing(client):
    item = letter()
    client.force_login(people.bo())
    for what in ("save", "draft"):
        answer = client.post(
            f"/s/emails/builder/{item.pk}/{what}", orjson.dumps({"document": HELLO}), "application/json"
        )
        assert answer.status_code == 403
    assert not EmailVersion.objects.exists()
    mine = letter(created_by=people.bo().pk)
    assert caller(client)(mine, "save", {"document": HELLO})[0] == 200
