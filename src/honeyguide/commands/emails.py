"""`emails send`: queues what segment e-mails still have to send, and sends it."""

import click

from honeyguide.commands.product import product


@click.group()
def emails() -> None:
    """E-mails."""


@emails.command()
@click.option("-i", "--id", "email_id", type=int, help="Only this e-mail.")
def send(email_id: int | None) -> None:
    """Send published segment e-mails to those who have not got them."""
    with product():
        from honeyguide.features.emails import services
        from honeyguide.features.emails.models import Email

        found = Email.objects.filter(email_type="list").order_by("pk")
        found = found.filter(is_published=True) if email_id is None else found.filter(pk=email_id)
        if email_id is not None and not found:
            raise click.ClickException(f"There is no segment e-mail {email_id}.")
        for email in found:
            queued = services.send_to_segments(email)
            click.echo(f"{email.pk} {email.name}: {queued} queued")
        from honeyguide.engine.jobs.tick import tick

        tick()
