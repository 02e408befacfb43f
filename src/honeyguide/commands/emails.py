"""`emails send`: queues what segment e-mails still have to send, and sends it, without waiting for the worker.

`emails unknown` settles messages of which only a person can say whether they arrived. `emails fetch` reads what came back.
"""

import click

from honeyguide.commands.product import product


@click.group()
def emails() -> None:
    """E-mails."""


@emails.command()
@click.option("-i", "--id", "email_id", type=int, help="This segment e-mail, scheduled or not.")
def send(email_id: int | None) -> None:
    """Send the segment e-mails that are scheduled and due, or one, to those who have not got them."""
    with product():
        from honeyguide.engine.jobs.tick import tick

        if email_id is not None:
            click.echo(f"{_queue(email_id)} queued")
        counts = tick()
        for name, done in counts.items():
            click.echo(f"{name}: {done}")
        if not counts:
            click.echo("Nothing was due.")


@emails.command()
@click.option("-i", "--id", "email_id", type=int, help="Only this e-mail.")
@click.option("--resend", "verdict", flag_value="resend", help="Send them again: somebody may get it twice.")
@click.option("--count-as-sent", "verdict", flag_value="sent", help="Take them as sent: somebody may not get it.")
def unknown(email_id: int | None, verdict: str | None) -> None:
    """List the messages whose fate is unknown, and decide what becomes of them."""
    with product():
        from honeyguide.engine.delivery import outbox
        from honeyguide.features.emails.models import Email
        from honeyguide.features.emails.services import settle_unknown

        found = {number: count for number, count in outbox.unknown().items() if email_id in (None, number)}
        for email in Email.objects.filter(pk__in=found).order_by("pk"):
            if verdict:
                count = settle_unknown(email, resend=verdict == "resend")
                click.echo(
                    f"{email.pk} {email.name}: {count} {'will be sent again' if verdict == 'resend' else 'count as sent'}"
                )
            else:
                click.echo(f"{email.pk} {email.name}: {found[email.pk]} unknown")
        if not found:
            click.echo("There are no unknown messages.")


@emails.command()
def fetch() -> None:
    """Read the monitored mailbox now: bounces, complaints, unsubscriptions and replies."""
    with product():
        from honeyguide.features.inbox import mailbox

        account = mailbox.configured()
        if account is None:
            raise click.ClickException("No mailbox is configured: monitored_email_host is blank.")
        click.echo(f"{mailbox.look(now=True)} messages read.")
        if troubles := mailbox.troubles(account):
            raise click.ClickException("; ".join(f"{name}: {trouble}" for name, trouble in troubles))


def _queue(email_id: int) -> int:
    """Queues one e-mail; returns for how many contacts. Ends the command when the e-mail may not go out."""
    from django.utils import timezone

    from honeyguide.features.emails.models import Email
    from honeyguide.features.emails.services import send_to_segments

    email = Email.objects.filter(pk=email_id, email_type="list").first()
    if email is None:
        raise click.ClickException(f"There is no segment e-mail {email_id}.")
    now = timezone.now()
    if not email.is_published or (email.publish_up or now) > now or (email.publish_down or now) < now:
        raise click.ClickException(f"{email.name} is not published now. Publish it, or change its publish dates.")
    return send_to_segments(email)
