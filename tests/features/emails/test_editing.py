"""Making and changing e-mails: the contract's rules and words."""

import pytest

from honeyguide.engine.resource.errors import Invalid
from honeyguide.features.emails import services
from honeyguide.features.emails.editing import BAD_FROM, NO_SEGMENT, OVERLAP
from honeyguide.features.emails.models import Email
from honeyguide.features.segments.models import Segment

pytestmark = pytest.mark.django_db
MINIMAL = {"name": "Mail", "subject": "Subject here"}


def errors_of(values, email=None):
    with pytest.raises(Invalid) as caught:
        services.update_email(email, values) if email else services.create_email(values)
    return caught.value.message


def test_it_works():
    made = services.create_email(MINIMAL)
    assert (made.email_type, made.language, made.revision) == ("template", "en", 1)
    services.update_email(made, {"subject": "Other"})
    assert Email.objects.values_list("subject", "revision").get() == ("Other", 2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "", "subject": None}, "name: A name is required., subject: A subject is required."),
        ({"email_type": "list"}, f"lists: {NO_SEGMENT}"),
        ({"email_type": "list", "lists": [424242]}, f"lists: {NO_SEGMENT}"),
        ({"from_address": "bad"}, f"fromAddress: {BAD_FROM.format('bad')}"),
        ({"bcc_address": "bad"}, "bccAddress: A valid email is required."),
        ({"reply_to_address": "a@b.c\r\nBcc: x@y.z"}, "replyToAddress: A valid email is required."),
        ({"unsubscribe_form_id": 99999}, "unsubscribeForm: This value is not valid."),
        ({"headers": [{"label": "X-A", "value": "b"}]}, "headers: This form should not contain extra fields."),
        ({"dynamic_content": "x"}, "dynamicContent: This value is not valid."),
    ],
)
def test_rules(values, message):
    assert errors_of({**MINIMAL, **values}) == message
    assert not Email.objects.exists()


def test_a_segment_is_not_both_in_and_out():
    segment = Segment.objects.create(name="s", public_name="s", alias="s")
    values = {**MINIMAL, "email_type": "list", "lists": [segment], "excluded_lists": [segment.pk]}
    assert errors_of(values) == f"excludedLists: {OVERLAP}"


def test_headers_are_kept_as_a_map_and_senders_may_be_tokens():
    made = services.create_email(
        {
            **MINIMAL,
            "headers": {"list": [{"label": "X-Foo", "value": "bar"}]},
            "from_address": "{contactfield=email|a@b.c}",
        }
    )
    assert made.headers == {"X-Foo": "bar"}


def test_template_emails_drop_their_segments():
    segment = Segment.objects.create(name="s", public_name="s", alias="s")
    made = services.create_email({**MINIMAL, "email_type": "list", "lists": [segment.pk]})
    assert [s.pk for s in made.lists.all()] == [segment.pk]
    services.update_email(made, {"email_type": "template"})
    assert not made.lists.exists()


def test_a_clone_has_sent_nothing():
    made = services.create_email({**MINIMAL, "plain_text": "text", "publish_up": "2020-01-01T00:00Z"})
    Email.objects.update(sent_count=5, read_count=3)
    copy = services.clone_email(made)
    assert (copy.sent_count, copy.read_count, copy.publish_up, copy.plain_text) == (0, 0, None, None)
    assert copy.pk != made.pk
