"""`serve` and its parts `web` and `worker`, each of which can run alone on a host of its own; `tick` and `migrate`."""

import click

from honeyguide.commands.product import bring_up_to_date, load_settings, product, say

# What one credential may ask of a new installation: a hundred a second all the time, which no honest client does.
NEW_INSTALL_CALLS_PER_HOUR = 360_000


@click.command()
def serve() -> None:
    """Run everything: web server, worker and scheduler, on one port."""
    from honeyguide.commands.supervisor import Child, supervise

    load_settings()
    check_port()
    with product() as server:
        password = _first_start()
        _load_everything()
        children = [Child("web", _web), Child("worker", _worker)]
        supervise(children, server, when_ready=lambda: _greet(password))


@click.command()
def web() -> None:
    """Run the web server alone."""
    load_settings()
    check_port()
    with product():
        _load_everything()
        _web()


@click.command()
def worker() -> None:
    """Run the worker alone."""
    with product():
        _worker()


@click.command()
def tick() -> None:
    """Do all the work that is due now, and return."""
    with product():
        from honeyguide.engine.jobs.tick import tick as do_everything

        counts = do_everything()
        for name, done in counts.items():
            click.echo(f"{name}: {done}")
        if not counts:
            click.echo("Nothing was due.")


@click.command()
def migrate() -> None:
    """Bring the database up to date."""
    with product(migrated=False):
        count = bring_up_to_date()
        click.echo(f"Applied {count} migration{'s' if count != 1 else ''}." if count else "The database is up to date.")


def check_port() -> None:
    """Ends the process when another program has the port."""
    import errno
    import socket

    from honeyguide import settings

    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = "is taken by another program (perhaps another Honeyguide). Stop it, or"
            elif error.errno in (errno.EACCES, errno.EPERM):
                reason = "may not be used by this user. Run as another user, or"
            else:
                raise SystemExit(f"Cannot listen on {settings.HOST}: {error.strerror}. Give another --host.") from None
            raise SystemExit(f"Port {settings.PORT} {reason} choose another port with --port.") from None


def _first_start() -> str | None:
    """Makes user `admin` when there are no users. The demo profile switches on what a first look needs, others limit calls.

    Returns the password to be shown: None unless the user was made just now.
    """
    import secrets

    from django.db import transaction

    from honeyguide import settings
    from honeyguide.engine import config
    from honeyguide.features.users.models import User
    from honeyguide.features.users.services import create_admin

    with transaction.atomic():
        if User.objects.exists():
            return None
        password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(9)
        create_admin(username="admin", email="admin@example.com", password=password)
        if settings.DEMO:
            config.set_value("api_enabled", True)
            config.set_value("api_enable_basic_auth", True)
            config.set_value("mailer_dsn", f"smtp://127.0.0.1:{settings.CATCHER_PORT}")
            config.set_value("mailer_from_email", "honeyguide@example.com")
        else:
            config.set_value("api_rate_limiter_limit", NEW_INSTALL_CALLS_PER_HOUR)
    return password


def _greet(password: str | None) -> None:
    from honeyguide import settings

    host = "localhost" if settings.HOST in ("0.0.0.0", "::", "127.0.0.1") else settings.HOST  # noqa: S104
    say(f"Honeyguide runs at {settings.SITE_URL or f'http://{host}:{settings.PORT}'}  (Ctrl-C stops it)")
    if password and settings.ADMIN_PASSWORD:
        say("Sign in as admin with the password you gave.")
    elif password:
        say(f"Sign in as admin with password {password}  (shown this once)")


def _load_everything() -> None:
    """Imports what the processes need, so that they share its memory and start at once."""
    from django.db import connections
    from django.urls import get_resolver

    from honeyguide.engine.jobs.pump import all_pumps
    from honeyguide.wsgi import application  # noqa: F401

    _ = get_resolver().url_patterns
    all_pumps()
    connections.close_all()


def _web() -> None:
    from honeyguide.commands.web_server import run

    run()


def _worker() -> None:
    from honeyguide import settings
    from honeyguide.engine.jobs import worker as jobs

    if settings.DEMO:
        _catch_mail()
    jobs.run()


def _catch_mail() -> None:
    import importlib.util

    from honeyguide.settings import CATCHER_PORT

    if not importlib.util.find_spec("honeyguide.engine.delivery.catcher"):
        return
    catcher = importlib.import_module("honeyguide.engine.delivery.catcher")
    try:
        catcher.start("127.0.0.1", CATCHER_PORT)
    except OSError as error:
        say(
            f"The mail catcher cannot use port {CATCHER_PORT} ({error.strerror}). Set HONEYGUIDE_CATCHER_PORT to another."
        )
