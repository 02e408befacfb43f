"""What a returned message tells, whoever wrote it and however."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.inbox import samples
from features.inbox.samples import HASH
from honeyguide.features.inbox.failures import code_of, is_hard
from honeyguide.features.inbox.notices import Kind
from honeyguide.features.inbox.reading import Unreadable, read


def test_a_delivery_report_tells_who_why_and_about_which_message():
    notice = read(samples.dsn())
    assert (notice.kind, notice.address, notice.is_hard) == (Kind.BOUNCE, "ann@example.com", True)
    assert notice.hashes == (HASH,)
    assert "user unknown" in notice.reason
    assert notice.reason.startswith("5.1.1")


@pytest.mark.parametrize(
    ("status", "words", "hard"),
    [
        ("5.1.1", "smtp; 550 5.1.1 no such user", True),
        ("5.0.0", "smtp; 550 5.1.1 unknown", True),
        ("5.2.2", "smtp; 552 5.2.2 The recipient's mailbox is full", False),
        ("4.4.7", "smtp; delivery time expired", False),
        ("5.7.1", "smtp; 550 5.7.1 Message blocked as spam", False),
        ("5.7.1", "smtp; 550 5.7.1 Recipient address rejected: User unknown", True),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", True),
        ("5.4.4", "X-Postfix; Host or domain name not found", True),
        ("5.3.4", "smtp; 552 5.3.4 message too big", False),
        ("", "550 mailbox unavailable", True),
        ("", "554 rejected due to poor reputation", False),
    ],
)
def test_hard_is_what_will_not_get_better(status, words, hard):
    assert is_hard(status, words) is hard


def test_the_address_that_only_bounces_go_to_names_the_message():
    notice = read(samples.dsn(original="Subject: cut off\n", to=f"news+bounce_{HASH}@mail.test"))
    assert notice.kind == Kind.BOUNCE
    assert notice.hashes == (HASH,)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_delays_and_successes_are_nothing(action):
    assert read(samples.dsn(action=action, status="4.4.1")).kind == Kind.NOTHING


@pytest.mark.parametrize(("raw", "hard"), [(samples.EXIM, True), (samples.QMAIL, False)])
def test_servers_without_reports_are_understood_too(raw, hard):
    notice = read(raw)
    assert (notice.kind, notice.address, notice.is_hard) == (Kind.BOUNCE, "ann@example.com", hard)
    assert notice.hashes == (HASH,)


def test_a_complaint_names_the_message_or_the_address():
    notice = read(samples.complaint(recipient="Ann@example.com"))
    assert (notice.kind, notice.hashes, notice.address) == (Kind.COMPLAINT, (HASH,), "ann@example.com")
    assert read(samples.complaint("opt-out")).kind == Kind.UNSUBSCRIBE
    assert read(samples.complaint("not-spam")).kind == Kind.NOTHING


def test_a_mail_to_the_unsubscribe_address_unsubscribes():
    notice = read(samples.unsubscribe())
    assert (notice.kind, notice.hashes) == (Kind.UNSUBSCRIBE, (HASH,))


def test_a_reply_is_one_only_when_a_person_wrote_it():
    notice = read(samples.reply())
    assert (notice.kind, notice.sender, notice.hashes) == (Kind.REPLY, "ann@example.com", (HASH,))
    assert notice.message_id == "<r1@example.com>"
    assert read(samples.AWAY).kind == Kind.NOTHING
    assert read(samples.letter("From: bo@example.com\nSubject: Lunch?", "At one?")).kind == Kind.NOTHING
    bulk = samples.reply().replace(b"Subject:", b"Precedence: bulk\nSubject:")
    assert read(bulk).kind == Kind.NOTHING


@given(st.binary(max_size=3000))
@settings(max_examples=100)
def test_any_bytes_are_read_or_refused(raw):
    try:
        notice = read(raw)
    except Unreadable:
        return
    assert len(notice.reason) <= 400


SAMPLES = [samples.dsn(), samples.complaint(), samples.EXIM, samples.QMAIL, samples.AWAY, samples.reply()]


@given(st.sampled_from(SAMPLES), st.integers(0, 1500), st.integers(0, 200), st.binary(max_size=40))
@settings(max_examples=200)
def test_damaged_messages_are_read_or_refused(raw, at, gone, put):
    try:
        notice = read(raw[:at] + put + raw[at + gone :])
    except Unreadable:
        return
    assert all(len(found) == 28 for found in notice.hashes)
    assert "\n" not in notice.reason


@given(st.text(max_size=300))
def test_codes_are_found_or_not_in_any_text(text):
    assert code_of(text)[:1] in ("", "2", "4", "5")


def test_thousands_of_parts_within_parts_end():
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000))
    with pytest.raises(Unreadable, match="RecursionError"):
        read(nested.encode())
