"""`admin create`: a user with all rights, for instance after the password was lost."""

import click

from honeyguide.commands.product import product


@click.group()
def admin() -> None:
    """Administrators."""


@admin.command()
@click.option("--username", prompt=True)
@click.option("--email", prompt=True)
@click.option("--password", help="Asked for when not given.")
@click.option("--first-name", default="Admin", show_default=True)
@click.option("--last-name", default="Admin", show_default=True)
def create(username: str, email: str, password: str | None, first_name: str, last_name: str) -> None:
    """Create a user with the administrator role."""
    from honeyguide import settings

    with product():
        from honeyguide.features.users.services import create_admin, name_taken, password_problem

        password = password or settings.ADMIN_PASSWORD or click.prompt("Password", hide_input=True)
        problem = password_problem(password, password)
        if name_taken(username, besides=None) or name_taken(email, besides=None):
            problem = "There is a user with this user name or e-mail address already."
        if problem:
            raise click.ClickException(problem)
        create_admin(username=username, email=email, password=password, first_name=first_name, last_name=last_name)
        click.echo(f"Created {username}.")


@admin.command()
@click.argument("username")
def no_second_factor(username: str) -> None:
    """Let a user in with the password alone, who lost the app for codes and the recovery codes."""
    with product():
        from honeyguide.engine.access.second_factor import turn_off
        from honeyguide.features.users.models import User

        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise click.ClickException(f"There is no user {username}.")
        turn_off(user, by=None)
        click.echo(f"{user.username} signs in with the password alone.")
