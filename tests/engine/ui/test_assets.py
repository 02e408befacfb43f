"""Static files come from the package, with addresses that change when they do."""

import pytest
from django.test import Client, RequestFactory

from honeyguide.engine.ui import assets
from honeyguide.engine.ui.middleware import CONTENT_POLICY


def test_it_works(client):
    answer = client.get(assets.url("honeyguide/app.js"))
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer


def test_large_files_travel_compressed(client):
    answer = client.get(assets.url("vendor/tabler.min.css"), HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert len(b"".join(answer.streaming_content)) < 90_000


@pytest.mark.parametrize("name", ["nothing.js", "../middleware.py", "%2e%2e/middleware.py", "honeyguide/"])
def test_only_what_is_listed_is_served(name):
    assert assets.serve(RequestFactory().get(assets.PREFIX + assets.digest() + "/" + name)).status_code == 404


def test_every_icon_of_the_templates_is_in_the_sprite():
    import re
    from pathlib import Path

    package = Path(assets.__file__).parents[2]
    sprite = (assets.ROOT / "vendor/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = set()
    for path in package.rglob("templates/**/*.html"):
        used |= set(re.findall(r'{% icon "([^"]+)"', path.read_text()))
    for path in package.rglob("screens.py"):
        used |= set(re.findall(r'icon="([^"]+)"', path.read_text()))
    assert used <= known, f"Add to frontend/icons.json and run its build: {sorted(used - known)}"


@pytest.mark.django_db
def test_pages_allow_nothing_inline(client: Client):
    answer = client.get("/s/login")
    assert answer["Content-Security-Policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert answer["X-Frame-Options"] == "DENY"
    text = answer.content.decode()
    assert "<script>" not in text
    assert " style=" not in text
