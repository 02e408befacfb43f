"""A write with an Idempotency-Key happens once, however often it is sent."""

import base64
import threading

import pytest
from django.db import connection
from django.test import Client

import people
from honeyguide.engine import config
from honeyguide.engine.api import idempotency
from honeyguide.engine.sql import execute
from honeyguide.features.stages import Stage


@pytest.fixture
def api_on(db):
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)


def post(person, key, body, path="/api/stages/new"):
    secret = base64.b64encode(f"{person.username}:{people.PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", **({"Idempotency-Key": key} if key else {})}
    return Client().post(path, body, content_type="application/json", headers=headers)


def test_the_same_call_again_gets_the_first_answer(api_on):
    first = post(people.ada(), "k1", {"name": "One"})
    again = post(people.ada(), "k1", {"name": "One"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" in again.headers
    assert "Idempotency-Replayed" not in first.headers
    assert Stage.objects.count() == 1


def upload(key, content, boundary):
    secret = base64.b64encode(f"ada:{people.PASSWORD}".encode()).decode()
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n{content}\r\n--{boundary}--\r\n'
    return Client().post(
        "/api/files/media/new",
        part,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"Authorization": f"Basic {secret}", "Idempotency-Key": key},
    )


def test_an_upload_is_known_by_its_parts(api_on):
    people.ada()
    first, again = upload("k1", "abc", "one"), upload("k1", "abc", "two")
    assert first.status_code == 200, first.content
    assert (again.content, "Idempotency-Replayed" in again.headers) == (first.content, True)
    assert upload("k1", "abd", "one").status_code == 422


def test_another_call_with_the_key_is_refused(api_on):
    post(people.ada(), "k1", {"name": "One"})
    other = post(people.ada(), "k1", {"name": "Two"})
    assert other.status_code == 422
    assert Stage.objects.count() == 1


def test_keys_of_different_callers_are_different(api_on):
    post(people.ada(), "k1", {"name": "One"})
    assert post(people.bo(), "k1", {"name": "One"}).status_code == 403


def test_a_refused_call_may_be_corrected(api_on):
    assert post(people.ada(), "k1", {}).status_code == 400
    assert post(people.ada(), "k1", {"name": "One"}).status_code == 201


def test_without_a_key_every_call_counts(api_on):
    post(people.ada(), "", {"name": "One"})
    post(people.ada(), "", {"name": "One"})
    assert Stage.objects.count() == 2


def test_a_key_that_is_too_long_is_refused(api_on):
    assert post(people.ada(), "k" * 256, {"name": "One"}).status_code == 400


def test_keys_are_forgotten_after_their_time(api_on):
    post(people.ada(), "k1", {"name": "One"})
    assert idempotency.forget_old() == 0
    execute("UPDATE idempotency_keys SET created_at = now() - interval '2 days'")
    assert idempotency.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_calls_at_the_same_time_are_one():
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    ada, answers = people.ada(), []

    def call():
        answers.append(post(ada, "k1", {"name": "One"}).content)
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert Stage.objects.count() == 1
