"""What was done to an item, on its page."""

import pytest
from django.test import Client

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_item_shows_who_changed_what():
    segment = created(ada(), "segments", "list", {"name": "Early"})["id"]
    call(ada(), "PATCH", f"segments/{segment}/edit", {"name": "<b>Late</b> &amp; good"})
    client = Client()
    client.force_login(ada())
    page = client.get(f"/s/segments/view/{segment}").content.decode()
    shown = page.partition('id="audit-title"')[2]
    assert "Ada Admin" in shown
    assert "update" in shown
    assert "Early →" in shown
    assert "<b>Late" not in shown
