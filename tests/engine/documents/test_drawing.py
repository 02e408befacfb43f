"""What documents look like: in e-mails, in pages, and never as anything that runs."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.documents import documents, of
from honeyguide.engine.delivery.plaintext import from_html
from honeyguide.engine.documents import email, page
from honeyguide.engine.documents.checks import problems
from honeyguide.engine.documents.cleaning import clean
from honeyguide.engine.documents.starts import empty, starts
from honeyguide.engine.documents.starts import from_html as taken_in

DRAWN = {"email": email.html, "page": page.html}
RUNS = re.compile(r"\s*(javascript|vbscript|data):", re.IGNORECASE)
FRAMES = ("https://www.youtube-nocookie.com/embed/", "https://player.vimeo.com/video/")


class Looked(HTMLParser):
    """Collects whatever could run."""

    def __init__(self, html):
        super().__init__()
        self.running = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "object", "embed", "form", "base", "link", "svg", "math"):
            self.running.append(tag)
        for name, value in attributes:
            if (
                name.startswith("on")
                or RUNS.match(value or "")
                or (tag == "iframe" and name == "src" and not value.startswith(FRAMES))
            ):
                self.running.append((tag, name, value))


def drawn(*blocks, medium="email", **styles):
    return DRAWN[medium](clean(of(*blocks, **styles), medium))


@settings(deadline=None, max_examples=150)
@given(medium=st.sampled_from(["email", "page"]), data=st.data())
def test_every_document_can_be_drawn_and_nothing_in_it_runs(medium, data):
    document = clean(data.draw(documents(medium)), medium)
    html = DRAWN[medium](document)
    assert Looked(html).running == []
    assert html.count("<style>") == 1
    problems(document, medium)


def test_texts_links_and_tokens_stay():
    html = drawn(
        {"kind": "text", "text": '<p>Hi {contactfield=firstname|there}, <a href="{unsubscribe_url}">leave</a></p>'}
    )
    assert "Hi {contactfield=firstname|there}" in html
    assert 'href="{unsubscribe_url}"' in html


def test_a_button_leads_where_it_should():
    html = drawn({"kind": "button", "label": "Tom & Ann's", "link": "https://example.org/?a=1&b=2"})
    assert 'href="https://example.org/?a=1&amp;b=2"' in html
    assert "Tom &amp; Ann&#x27;s" in html
    assert "javascript" not in drawn({"kind": "button", "link": "javascript:alert(1)"})


def test_an_ornament_has_no_words():
    image = {"kind": "image", "source": "https://example.org/a.png", "alt": "A tree"}
    assert 'alt="A tree"' in drawn(image)
    assert 'alt=""' in drawn({**image, "decorative": True})
    assert "<img" not in drawn({"kind": "image", "source": "data:image/png;base64,x"})


def test_slots_and_forms_become_tokens():
    assert '{dynamiccontent="Offer of the day"}' in drawn({"kind": "dynamic", "slot": 'Offer of the "day"}'})
    assert "{dwc=hero}" in drawn({"kind": "dynamic", "slot": "hero"}, medium="page")
    assert "{form=7}" in drawn({"kind": "form", "form": 7}, medium="page")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=4", 'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"'),
        ("https://vimeo.com/123456", 'src="https://player.vimeo.com/video/123456"'),
        ("https://example.org/film.mp4", '<video src="https://example.org/film.mp4"'),
    ],
)
def test_videos_play_in_pages(address, shown):
    assert shown in drawn({"kind": "video", "address": address}, medium="page")


def test_html_of_ones_own_keeps_its_looks_only():
    html = drawn(
        {
            "kind": "html",
            "html": '<table style="color:red;position:fixed" onclick="x()"><tr><td>In</td></tr></table><script>x</script>',
        }
    )
    assert '<table style="color:red">' in html
    assert "position" not in html
    assert "x()" not in html


def test_dark_mode_leaves_chosen_colours_alone():
    document = clean(of({"kind": "text"}), "email")
    assert 'class="hg-own"' in email.html(document)
    document["sections"][0]["background"] = "#112233"
    assert 'class="hg-own"' not in email.html(document)
    assert "prefers-color-scheme" not in drawn({"kind": "text"}, dark="keep")


def test_the_preview_text_comes_first_and_the_plain_text_reads_well():
    html = drawn(
        {"kind": "heading", "text": "News"},
        {"kind": "text", "text": "<p>One.</p><p>Two.</p>"},
        preheader="What <is> new",
    )
    assert html.index("What &lt;is&gt; new") < html.index("News")
    text = from_html(html)
    assert text.index("News") < text.index("One.") < text.index("Two.")
    assert "{" not in text


def test_what_to_look_at_is_told():
    document = clean(
        of({"kind": "image"}, {"kind": "button", "link": "example"}, {"kind": "heading", "level": "3"}), "email"
    )
    found = problems(document, "email")
    assert [one["id"] for one in found] == ["b0", "b1", "", ""]
    assert "unsubscribe" in found[2]["text"]
    assert problems(empty("email"), "email") == []


@pytest.mark.parametrize("medium", ["email", "page"])
def test_the_ready_ones_can_be_drawn(medium):
    assert len(starts(medium)) >= 2
    for start in starts(medium):
        assert clean(start["document"], medium) == start["document"]
        assert "<h1" in DRAWN[medium](start["document"]) or start["name"] == "Letter"


def test_html_made_elsewhere_is_taken_in():
    document = taken_in(
        "<html><head><style>x</style></head><body><h1>Old</h1><script>x</script></body></html>", "email"
    )
    assert document["sections"][0]["columns"][0]["blocks"][0]["html"] == "<h1>Old</h1>"
