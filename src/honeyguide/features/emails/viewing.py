"""Looking at e-mails: their numbers, and what they look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from honeyguide.engine.sql import one, rows
from honeyguide.features.emails import queries, rendering
from honeyguide.features.emails.models import Email
from honeyguide.features.emails.sending import family


@dataclass(frozen=True)
class Statistics:
    """The numbers of an e-mail with its translations. `links` are (url, clicks, unique clicks); `days` are (day, sent, read,
    bounced)."""

    sent: int
    read: int
    clicked: int
    unsubscribed: int
    bounced: int
    failed: int
    unknown: int
    pending: int
    cancelled: int
    clicks: int
    links: list[tuple[str, int, int]] = field(default_factory=list)
    days: list[tuple[datetime, int, int, int]] = field(default_factory=list)


def statistics(email: Email, *, days: int = 30) -> Statistics:
    """Counted from the outbox, so always exact; `days` is how far back the daily numbers go."""
    names = {"family": family(email), "since": datetime.now(UTC) - timedelta(days=days)}
    totals = one(queries.STATISTICS, names)
    return Statistics(*totals, links=rows(queries.LINKS, names), days=rows(queries.OVER_TIME, names))


def delays(email: Email) -> list[tuple[str, int, datetime]]:
    """Why messages of the e-mail wait, how many, and until when the first of them: most come first."""
    return rows(queries.DELAYS, {"family": family(email)})


@dataclass(frozen=True)
class Preview:
    subject: str
    html: str
    plain_text: str


def preview(email: Email, contact_id: int | None = None) -> Preview:
    """The e-mail as a contact would get it, or with [labels] in place of values; nothing in it is tracked."""
    source = rendering.source_of(email, labels=contact_id is None)
    compiled = rendering.compiled(source, rendering.surroundings(), tracked=False)
    recipient = rendering.reader(contact_id)
    return Preview(compiled.subject(recipient), compiled.html(recipient), compiled.plain_text(recipient))


def shown_in_browser(outbox_id: int) -> str | None:
    """The HTML of a sent message, written again from its e-mail; None when either is gone."""
    found = one("SELECT email_id, options::text FROM outbox WHERE id = %s", (outbox_id,))
    email = found and Email.objects.filter(pk=found[0]).first()
    if email is None:
        return None
    return rendering.web_view(email, outbox_id, found[1])
