"""Two writes at the same moment that want the same unique name: one gets it, the other is told, or gets another."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections

from bodies import least
from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.resource.errors import Refused
from honeyguide.engine.resource.races import after_races
from people import ada

AT_ONCE = 6
TOGETHER = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fast(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def together(method, path, bodies):
    """Makes the calls at the same moment."""
    for name in ("api_enabled", "api_enable_basic_auth"):
        config.set_value(name, True)
    caller, barrier = ada(), Barrier(len(bodies))

    def one(body):
        try:
            barrier.wait()
            return call(caller, method, path, body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(one, bodies))


@TOGETHER
def test_one_user_gets_the_name_and_the_others_are_told():
    body = least("users")
    replies = together("POST", "users/new", [body] * AT_ONCE)
    assert sorted(reply.status for reply in replies) == [201] + [400] * (AT_ONCE - 1)
    refused = next(reply.body["errors"][0] for reply in replies if reply.status == 400)
    assert refused["details"].keys() & {"username", "email"}  # whichever was seen first


@TOGETHER
def test_fields_and_pages_get_an_alias_each():
    for path, one, key in (("fields/contact", "field", "label"), ("pages", "page", "title")):
        replies = together("POST", f"{path}/new", [{key: "Same", "type": "text"}] * AT_ONCE)
        assert [reply.status for reply in replies] == [201] * AT_ONCE, replies
        assert len({reply.body[one]["alias"] for reply in replies}) == AT_ONCE


@TOGETHER
def test_a_tag_is_made_once():
    replies = together("POST", "tags/new", [{"tag": "same"}] * AT_ONCE)
    assert {reply.status for reply in replies} <= {200, 201}
    assert len({reply.body["tag"]["id"] for reply in replies}) == 1


@TOGETHER
def test_in_a_batch_each_item_is_told():
    replies = together("POST", "users/batch/new", [[least("users") | {"username": "same"}] for _ in range(AT_ONCE)])
    codes = sorted(reply.body["statusCodes"][0] for reply in replies)
    assert codes == [201] + [400] * (AT_ONCE - 1)


@TOGETHER
def test_renaming_to_the_same_name():
    numbers = [created(ada(), "tags", "tag", least("tags"))["id"] for _ in range(AT_ONCE)]
    bodies = [[{"id": number, "tag": "one name"}] for number in numbers]
    replies = together("PATCH", "tags/batch/edit", bodies)
    codes = sorted(reply.body["statusCodes"][0] for reply in replies)
    assert codes[0] == 200
    assert set(codes[1:]) == {422}


def test_who_always_loses_is_refused():
    def write():
        raise IntegrityError

    with pytest.raises(Refused, match="at the same moment"):
        after_races(write)
