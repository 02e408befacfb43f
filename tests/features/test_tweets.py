import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db


def test_a_tweet_has_at_most_280_characters():
    assert created(ada(), "tweets", "tweet", {"name": "x", "text": "t" * 280})["sentCount"] == 0
    reply = call(ada(), "POST", "tweets/new", {"name": "x", "text": "t" * 281})
    assert reply.body["errors"][0]["details"] == {
        "text": ["This value is too long. It should have 280 characters or less."]
    }


def test_a_tweet_is_always_published_and_in_english():
    tweet = created(ada(), "tweets", "tweet", {"name": "x", "text": "t", "isPublished": 0, "language": "cs"})
    assert (tweet["isPublished"], tweet["language"]) == (True, "en")


def test_only_ids_is_a_search_command():
    made = created(ada(), "tweets", "tweet", {"name": "is:published", "text": "t"})
    created(ada(), "tweets", "tweet", {"name": "y", "text": "t"})
    assert call(ada(), "GET", "tweets?search=is:published").body["total"] == 1  # the word
    assert call(ada(), "GET", f"tweets?search=ids:{made['id']}").body["total"] == 1
