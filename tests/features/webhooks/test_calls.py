"""Calls that campaigns make, to a real receiver."""

from urllib.parse import parse_qs, unquote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.campaigns.journeys import campaign, contact, points, run, segment, step
from honeyguide.engine import config
from honeyguide.engine.channels.channel import Claimed
from honeyguide.engine.delivery.models import OutboxState as State
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.sql import rows, scalar
from honeyguide.features.webhooks import jobs
from honeyguide.features.webhooks.calls import template
from http_receiver import Receiver, status

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver():
    answers = {"/gone": status(404), "/busy": status(503)}
    with Receiver(lambda received: answers.get(received.path, status(200))) as found:
        config.set_value("outbound_allowed_networks", ["127.0.0.0/8"])
        yield found
        jobs.CALLING.close()


def journey(who, address, **properties):
    made = campaign(segment("s", *who), is_published=True)
    calls = step(made, "campaign.sendwebhook", {"url": address, **properties})
    points(made, after=calls)
    return made, calls


def pairs(**values):
    return {"list": [{"label": name.replace("_", "-"), "value": value} for name, value in values.items()]}


def notes(calls):
    return dict(rows("SELECT contact_id, note FROM campaign_log WHERE event_id = %s", (calls.pk,)))


def test_contacts_go_on_at_once_and_the_answer_is_noted(receiver):
    ann, bob = contact("ann", city="Žižkov"), contact("bob")
    data, headers = (
        pairs(email="{contactfield=email}", city="{contactfield=city|nowhere}"),
        pairs(X_Name="{contactfield=firstname}"),
    )
    _, calls = journey(
        [ann, bob],
        f"http://127.0.0.1:{receiver.port}/hook?u={{contactfield=email}}",
        method="post", additional_data=data, headers=headers,
    )  # fmt: skip
    run()
    assert scalar("SELECT sum(points) FROM contacts") == 2
    assert receiver.calls == []
    while jobs.CALLING.run():
        pass
    told = sorted((unquote(one.path), one.headers["x-name"], parse_qs(one.body.decode())) for one in receiver.calls)
    assert told == [
        ("/hook?u=ann@x.test", "Ann", {"email": ["ann@x.test"], "city": ["Žižkov"]}),
        ("/hook?u=bob@x.test", "Bob", {"email": ["bob@x.test"], "city": ["nowhere"]}),
    ]
    assert notes(calls) == {ann: "It answered 200.", bob: "It answered 200."}
    run()
    assert jobs.CALLING.run() == 0


def test_data_goes_into_the_query_or_into_json(receiver):
    address = f"http://127.0.0.1:{receiver.port}/x?a=1"
    journey([contact("ann")], address, method="get", additional_data=pairs(name="{contactfield=firstname}"))
    journey(
        [contact("bob")],
        address,
        method="put",
        additional_data=pairs(name='"}'),
        headers=pairs(Content_Type="application/json"),
    )
    run()
    jobs.CALLING.run()
    found = {one.method: one for one in receiver.calls}
    assert found["GET"].path == "/x?a=1&name=Ann"
    assert orjson.loads(found["PUT"].body) == {"name": '"}'}


@pytest.mark.parametrize(
    ("path", "state", "note"),
    [("/gone", State.FAILED, "It answered 404."), ("/busy", State.PENDING, "It answered 503.")],
)
def test_a_refusal_is_final_and_who_is_busy_is_asked_again(receiver, path, state, note):
    ann = contact("ann")
    _, calls = journey([ann], f"http://127.0.0.1:{receiver.port}{path}")
    run()
    jobs.CALLING.run()
    assert notes(calls) == {ann: note}
    assert rows("SELECT state, attempts FROM dispatches") == [(state, 1)]
    assert scalar("SELECT points FROM contacts") == 1


def test_addresses_within_the_network_are_not_called(receiver):
    config.set_value("outbound_allowed_networks", [])
    ann = contact("ann")
    _, calls = journey([ann], f"http://127.0.0.1:{receiver.port}/hook")
    run()
    jobs.CALLING.run()
    assert receiver.calls == []
    assert "127.0.0.1" in notes(calls)[ann]


def test_a_step_without_an_address_says_so():
    ann = contact("ann")
    _, calls = journey([ann], "ftp://x")
    run()
    assert "no address" in notes(calls)[ann]
    assert rows("SELECT * FROM dispatches") == []


NAMES = st.sampled_from(["list", "label", "value", "x"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(ANYTHING, st.text(max_size=60))
def test_any_properties_make_a_call_with_headers_of_one_line(anything, text):
    what = template(
        {"url": text, "method": anything, "headers": anything, "additional_data": anything, "timeout": anything}
    )
    row = Claimed(1, 2, 3, "campaign:2:1", 0)
    request = what.filled(Recipient("", {"firstname": "a\r\nb"}, tokens={"{ip}": ""}), row)
    assert 1 <= request.seconds <= 60
    assert request.rotation == 1
    assert not any(set("\r\n\x00") & set(f"{name}{value}") for name, value in request.headers.items())
