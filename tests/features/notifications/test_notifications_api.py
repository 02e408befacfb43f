import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db

HELLO = {"name": "Hello", "heading": "Hey", "message": "We are live"}


def test_utm_tags_always_have_all_keys():
    shown = created(ada(), "notifications", "notification", HELLO | {"utmTags": {"utmSource": "s", "other": 1}})
    assert shown["utmTags"] == {"utmSource": "s", "utmMedium": None, "utmCampaign": None, "utmContent": None}


def test_a_link_without_scheme_gets_one():
    assert created(ada(), "notifications", "notification", HELLO | {"url": "bad"})["url"] == "http://bad"


def test_search_by_language():
    created(ada(), "notifications", "notification", HELLO | {"language": "cs_CZ"})
    created(ada(), "notifications", "notification", HELLO)
    assert call(ada(), "GET", "notifications?search=lang:cs").body["total"] == 1
