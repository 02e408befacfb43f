"""Creates the sample data of the demo: contacts, two segments and an e-mail, as a person would."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from honeyguide.features.contacts import services as contacts
from honeyguide.features.emails import services as emails
from honeyguide.features.emails.models import Email
from honeyguide.features.samples.people import sample_people
from honeyguide.features.segments import services as segments

SOURCE = contacts.Source("user", "contact", description="Sample data")

EUROPE = ("Germany", "France", "Spain", "Portugal", "Italy", "United Kingdom", "Ireland", "Norway", "Czech Republic")
HTML = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="margin:0; background:#f5f7fa; font-family:Helvetica,Arial,sans-serif; color:#1f2937">
  <table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 12px">
    <table role="presentation" width="560" cellpadding="0" cellspacing="0"
     style="max-width:560px; background:#ffffff; border-radius:12px">
      <tr><td style="padding:36px 40px 8px; font-size:24px; font-weight:bold">Hello {contactfield=firstname|there},</td></tr>
      <tr><td style="padding:8px 40px; font-size:16px; line-height:1.6">
        spring is here, and so is our new roast. We kept a bag for friends in {contactfield=city|your town}.
      </td></tr>
      <tr><td style="padding:20px 40px">
        <a href="https://example.com/spring-roast" style="background:#f59f00; color:#ffffff; padding:12px 22px;
         border-radius:8px; text-decoration:none; font-weight:bold">See the spring roast</a>
      </td></tr>
      <tr><td style="padding:8px 40px 32px; font-size:14px; line-height:1.6">
        Curious how we roast? <a href="https://example.com/how-we-roast" style="color:#0b6bcb">Have a look behind the scenes</a>.
      </td></tr>
    </table>
    <p style="font-size:12px; color:#6b7280">{unsubscribe_text} · {webview_text}</p>
  </td></tr></table>
</body>
</html>
"""


def _filter(field: str, type_: str, operator: str, value: Any, *, glue: str = "and") -> dict[str, Any]:
    return {
        "glue": glue, "object": "lead", "field": field, "type": type_, "operator": operator,
        "properties": {"filter": value},
    }  # fmt: skip


def create_samples(*, by: Any) -> None:
    """200 contacts, the segments "Engaged in Europe" and "At a company", and a segment e-mail to the first, not sent."""
    with transaction.atomic():
        contacts.create_contacts(sample_people(), by=by, source=SOURCE)
        engaged = segments.create_segment(
            {
                "name": "Engaged in Europe",
                "description": "At least 15 points, somewhere in Europe.",
                "filters": [
                    _filter("points", "number", "gte", "15"),
                    _filter("country", "country", "in", list(EUROPE)),
                ],
            },
            by=by,
        )
        at_work = segments.create_segment(
            {
                "name": "At a company",
                "description": "Everyone whose company we know.",
                "filters": [_filter("company", "text", "!empty", None)],
            },
            by=by,
        )
        _create_email([engaged], by=by)
    for segment in (engaged, at_work):
        segments.rebuild(segment)


def _create_email(lists: list[Any], *, by: Any) -> Email:
    return emails.create_email(
        {
            "name": "Spring roast",
            "subject": "{contactfield=firstname|Hello}, the spring roast is here",
            "email_type": "list",
            "custom_html": HTML,
            "lists": lists,
        },
        by=by,
    )
