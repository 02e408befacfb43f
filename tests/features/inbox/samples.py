"""Messages as mail servers, providers and people send them back, written for the tests. HASH stands for a tracking hash."""

from email.message import EmailMessage

HASH = "0" * 27 + "a"
ORIGINAL = f"""\
From: News <news@shop.test>
To: ann@example.com
Subject: Our May news
Message-ID: <{HASH}@mail.test>
List-Unsubscribe: <https://mail.test/email/unsubscribe/{HASH}>
"""


def letter(headers: str, body: str) -> bytes:
    return f"{headers.strip()}\n\n{body}".replace("\n", "\r\n").encode()


def dsn(
    *, status="5.1.1", action="failed", words="smtp; 550 5.1.1 <ann@example.com>: user unknown", original=ORIGINAL,
    to="bounces@mail.test", recipient="ann@example.com",
) -> bytes:  # fmt: skip
    """A delivery report as Postfix writes it."""
    return letter(
        f"""
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Message-ID: <20260501.1@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"
""",
        f"""\
--B1
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.com. I am sorry to tell you that your message could not be delivered.

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
X-Postfix-Queue-ID: 4ABC

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: {words}

--B1
Content-Type: text/rfc822-headers

{original}
--B1--
""",
    )


def complaint(kind="abuse", original=ORIGINAL, recipient="") -> bytes:
    """A feedback report, RFC 5965."""
    about = f"Original-Rcpt-To: <{recipient}>\n" if recipient else ""
    return letter(
        """
From: fbl@provider.test
To: fbl@mail.test
Subject: Email feedback report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B2"
""",
        f"""\
--B2
Content-Type: text/plain

This is an e-mail abuse report.

--B2
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeLoop/1.0
Version: 1
{about}
--B2
Content-Type: message/rfc822

{original}
Buy now!

--B2--
""",
    )


EXIM = letter(
    """
From: Mail Delivery System <Mailer-Daemon@mx.example.com>
To: bounces@mail.test
Auto-Submitted: auto-replied
X-Failed-Recipients: ann@example.com
Subject: Mail delivery failed: returning message to sender
""",
    f"""\
A message that you sent could not be delivered to one or more of its recipients.

  ann@example.com
    host mx.example.com [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ann@example.com>:
    550 No such person at this address

------ This is a copy of the message, including all the headers. ------

{ORIGINAL}""",
)
QMAIL = letter(
    """
From: MAILER-DAEMON@qmail.example.com
To: bounces@mail.test
Subject: failure notice
""",
    f"""\
Hi. This is the qmail-send program at qmail.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ann@example.com>:
192.0.2.1 does not like recipient.
Remote host said: 452 4.2.2 The mailbox is full

--- Below this line is a copy of the message.

{ORIGINAL}""",
)
AWAY = letter(
    f"""
From: Ann <ann@example.com>
To: news+bounce_{HASH}@mail.test
Return-Path: <>
Auto-Submitted: auto-replied
Subject: Automatic reply: Our May news
In-Reply-To: <{HASH}@mail.test>
""",
    "I am away until 5.1.2027 and read no mail. In the year 550 I shall be back.\n",
)


def unsubscribe(sender="ann@example.com") -> bytes:
    return letter(f"From: {sender}\nTo: news+unsubscribe_{HASH}@mail.test\nSubject: unsubscribe", "")


def reply(sender="Ann <ann@example.com>", message_id="<r1@example.com>") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "news@shop.test", "Re: Žluťoučký kůň"
    made["Message-ID"] = message_id
    made["In-Reply-To"] = f"<{HASH}@mail.test>"
    made.set_content("Thank you, tell me more.\n")
    return bytes(made)
