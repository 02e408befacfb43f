"""`doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from honeyguide.commands.product import load_settings, product

CLOCK_WARN_SECONDS = 2
CLOCK_FAIL_SECONDS = 60
DISK_WARN_BYTES = 2 * 2**30
DISK_FAIL_BYTES = 200 * 2**20
SMTP_SECONDS = 5
DATABASE_SECONDS = 2
OLD_PLACES_DAYS = 90  # addresses change hands; makers of such files renew them every week


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `state` is ok, warn or fail."""

    subject: str
    state: str
    text: str


@click.command()
def doctor() -> None:
    """Check database, schema, clock, disk, SMTP and settings; exit code 1 when something fails."""
    load_settings()
    failed = False
    for finding in _findings():
        colour = {"ok": "green", "warn": "yellow", "fail": "red"}[finding.state]
        click.echo(f"{click.style(f'{finding.state:4}', fg=colour)}  {finding.subject}: {finding.text}")
        failed = failed or finding.state == "fail"
    raise SystemExit(1 if failed else 0)


def _findings() -> Iterator[Finding]:
    yield from map(_guarded, (data_directory, disk))
    try:
        with product(migrated=False, wait_seconds=DATABASE_SECONDS):
            yield from map(_guarded, (database, schema, clock, worker, smtp, mailbox, places, site_url))
    except SystemExit as reason:
        if isinstance(reason.code, int):
            raise
        yield Finding("database", "fail", str(reason.code))


def _guarded(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:  # a check that breaks is itself a finding
        return Finding(check.__name__.replace("_", " "), "fail", f"cannot be checked: {error}")


def data_directory() -> Finding:
    from honeyguide.settings import DATA_DIR

    if not os.access(DATA_DIR, os.R_OK | os.W_OK | os.X_OK):
        return Finding("data directory", "fail", f"{DATA_DIR} cannot be written. Change its owner, or give --data-dir.")
    key = DATA_DIR / "secret_key"
    if key.exists() and key.stat().st_mode & 0o077:
        return Finding("data directory", "warn", f"others may read {key}. Run: chmod 600 {key}")
    return Finding("data directory", "ok", str(DATA_DIR))


def disk() -> Finding:
    from honeyguide.settings import DATA_DIR

    free = shutil.disk_usage(DATA_DIR).free
    text = f"{free / 2**30:.1f} GB free in {DATA_DIR}"
    if free < DISK_FAIL_BYTES:
        return Finding("disk", "fail", f"{text}. PostgreSQL stops when it is full: free some space now.")
    if free < DISK_WARN_BYTES:
        return Finding("disk", "warn", f"{text}. Plan for more: imports and the event log grow.")
    return Finding("disk", "ok", text)


def database() -> Finding:
    from django.db import connection

    from honeyguide.engine.database.external import OLDEST_VERSION
    from honeyguide.engine.database.queries import describe
    from honeyguide.settings import DATABASE_URL

    version, name, size = describe()
    text = f"{'yours' if DATABASE_URL else 'embedded'}, PostgreSQL {version}, database {name}, {size}"
    if connection.pg_version < OLDEST_VERSION * 10_000:
        return Finding("database", "fail", f"{text}; version {OLDEST_VERSION} or newer is needed. Upgrade it.")
    return Finding("database", "ok", text)


def schema() -> Finding:
    from honeyguide.engine.database.migrate import missing

    count = missing()
    if count:
        return Finding("schema", "warn", f"{count} migrations are missing. Run: honeyguide migrate")
    return Finding("schema", "ok", "up to date")


def clock() -> Finding:
    import time

    from honeyguide.engine.database import queries

    before = time.time()
    there = queries.clock()
    skew = abs(there - (before + time.time()) / 2)
    if skew >= CLOCK_WARN_SECONDS:
        state = "fail" if skew >= CLOCK_FAIL_SECONDS else "warn"
        return Finding("clock", state, f"{skew:.0f} s away from the database's. Let both hosts set their time by NTP.")
    return Finding("clock", "ok", "agrees with the database's")


def worker() -> Finding:
    from honeyguide.engine.database.queries import living_workers

    alive = living_workers()
    if alive:
        return Finding("worker", "ok", f"{alive} running")
    return Finding(
        "worker", "warn", "none runs: nothing is sent or rebuilt. Run `honeyguide serve` or `honeyguide worker`."
    )


def smtp() -> Finding:
    """Connects and signs in as sending does."""
    import asyncio
    from dataclasses import replace

    from honeyguide.engine.delivery.sender import configured_endpoint
    from honeyguide.engine.delivery.smtp import Disconnected, InvalidSmtpUrl, Timeouts, TransportRefused, connect

    advice = "Set HONEYGUIDE_SMTP_URL=smtp://user:password@host:587 or `honeyguide config set mailer_dsn ...`."

    async def greet() -> bool:
        connection = await connect(replace(endpoint, timeouts=Timeouts(SMTP_SECONDS, SMTP_SECONDS, SMTP_SECONDS)))
        await connection.quit()
        return connection.is_encrypted

    try:
        endpoint = configured_endpoint()
        encrypted = asyncio.run(greet())
    except InvalidSmtpUrl as error:
        return Finding("smtp", "fail", f"no server is set. {error} {advice}")
    except (Disconnected, TransportRefused) as error:
        return Finding("smtp", "fail", f"{endpoint.host}:{endpoint.port} cannot be used. {error} {advice}")
    where = f"{endpoint.host}:{endpoint.port}"
    if endpoint.user and not encrypted:
        return Finding(
            "smtp", "warn", f"{where} takes the password, but without encryption: ?encryption=tls insists on it."
        )
    return Finding(
        "smtp",
        "ok",
        f"{where} answers{', encrypted' if encrypted else ''}{', and takes the password' if endpoint.user else ''}",
    )


def mailbox() -> Finding:
    """Signs in to the monitored mailbox and opens its folders."""
    from honeyguide.features.inbox.mailbox import configured, test

    account = configured()
    if account is None:
        return Finding("mailbox", "ok", "none is read; bounces that come back as mail are not seen")
    where = f"{account.user} at {account.host}:{account.port}"
    if troubles := [f"{name}: {trouble}" for name, trouble in test(account) if trouble]:
        return Finding("mailbox", "fail", f"{where} cannot be read. {'; '.join(troubles)}")
    return Finding("mailbox", "ok", f"{where} opens {', '.join(account.folders)}")


def places() -> Finding:
    """The file that tells where visitors' addresses are."""
    from datetime import UTC, datetime

    from honeyguide.engine import config
    from honeyguide.engine.tracking.geography import database_path, made_at

    try:
        made = made_at()
    except (OSError, ValueError) as error:
        return Finding("places", "fail", f"{database_path()} cannot be read. {error}")
    if made is None:
        state = "warn" if config.get("ip_lookup_database") else "ok"
        return Finding("places", state, f"{database_path()} is not there: where visitors are is not known")
    age = (datetime.now(UTC) - made).days
    if age > OLD_PLACES_DAYS:
        return Finding("places", "warn", f"{database_path()} is {age} days old. Put a newer one in its place.")
    return Finding("places", "ok", f"{database_path()} of {made:%Y-%m-%d}")


def site_url() -> Finding:
    from urllib.parse import urlsplit

    from honeyguide import settings
    from honeyguide.engine import config

    url = settings.SITE_URL or config.get("site_url")
    if not url:
        return Finding(
            "site URL", "warn", "not set: links in e-mails point to this machine. Set HONEYGUIDE_SITE_URL=https://..."
        )
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        return Finding("site URL", "fail", f"{url!r} is no address. Set HONEYGUIDE_SITE_URL=https://your.host")
    return Finding("site URL", "ok", url)
