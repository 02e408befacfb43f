import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db

HOOK = {"name": "Hook", "webhookUrl": "https://example.com/in", "triggers": ["mautic.lead_post_save_new"]}


def hook(**values):
    return created(ada(), "hooks", "hook", HOOK | values)


def test_a_hook_always_has_a_secret():
    made = hook()
    assert len(made["secret"]) == 64
    path = f"hooks/{made['id']}/edit"
    assert call(ada(), "PATCH", path, {"name": "x"}).body["hook"]["secret"] == made["secret"]
    renewed = call(ada(), "PATCH", path, {"secret": ""}).body["hook"]["secret"]
    assert len(renewed) == 64
    assert renewed != made["secret"]


def test_patch_adds_triggers_and_put_replaces_them():
    path = f"hooks/{hook()['id']}/edit"
    added = call(ada(), "PATCH", path, {"triggers": ["mautic.email_on_open"]}).body["hook"]["triggers"]
    assert added == ["mautic.lead_post_save_new", "mautic.email_on_open"]
    put = call(ada(), "PUT", path, HOOK | {"triggers": ["custom"]}).body["hook"]["triggers"]
    assert put == ["custom"]


@pytest.mark.parametrize("url", ["", "ftp://x.test", "javascript:alert(1)", "http://", "http://a b"])
def test_the_address_is_one_of_the_web(url):
    assert call(ada(), "POST", "hooks/new", HOOK | {"webhookUrl": url}).status == 400


def test_an_unknown_order_is_refused():
    reply = call(ada(), "POST", "hooks/new", HOOK | {"eventsOrderbyDir": "up"})
    assert reply.body["errors"][0]["message"] == "eventsOrderbyDir: The value you selected is not a valid choice."


def test_the_event_types_are_listed():
    triggers = call(ada(), "GET", "hooks/triggers").body["triggers"]
    assert len(triggers) == 14
    assert triggers["mautic.lead_post_save_new"]["label"] == "Contact Identified Event"
