"""One PostgreSQL for the whole run, one database per worker process, each a copy of one migrated template.

Without `DATABASE_URL` it is the embedded server in a temporary data directory. The environment is set here, before
anything imports the settings, which is why `DJANGO_SETTINGS_MODULE` is not in pyproject.toml.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import psycopg
import pytest
from psycopg import sql

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if not WORKER:  # workers inherit what the first process chose
    os.environ["HONEYGUIDE_DATA_DIR"] = tempfile.mkdtemp(prefix="honeyguide-tests-")
    os.environ["HONEYGUIDE_TEST_RUN"] = f"honeyguide_test_{os.getpid()}_{secrets.token_hex(3)}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "honeyguide.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in the main thread

django.setup()

DATA_DIR = Path(os.environ["HONEYGUIDE_DATA_DIR"])
TEMPLATE = os.environ["HONEYGUIDE_TEST_RUN"]
DATABASE = f"{TEMPLATE}_{WORKER or 'main'}"


def pytest_unconfigure() -> None:
    """The first process cleans up after all workers have gone."""
    if WORKER:
        return
    if os.environ.get("DATABASE_URL"):
        with maintenance() as connection:
            for (name,) in connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (TEMPLATE,)
            ):
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    shutil.rmtree(DATA_DIR, ignore_errors=True)


def maintenance() -> psycopg.Connection:
    """A connection to the server, in a database of which nobody makes copies."""
    from honeyguide.engine.database.embedded import connection_parameters

    if url := os.environ.get("DATABASE_URL"):
        return psycopg.connect(url, autocommit=True)
    return psycopg.connect(**{**connection_parameters(DATA_DIR), "dbname": "postgres"}, autocommit=True)


def copy_template() -> None:
    """(Re)makes this worker's database."""
    names = {"name": sql.Identifier(DATABASE), "template": sql.Identifier(TEMPLATE)}
    with maintenance() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**names))
        strategy = sql.SQL("CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        server.execute(strategy.format(**names))


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """An installation's data directory for all tests of a file.

    Not in pytest's own directory: pytest shuts that to other users, and as root PostgreSQL runs as another user.
    """
    path = Path(tempfile.mkdtemp(prefix="honeyguide-data-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def database_server():
    """Holds the embedded server for this process; the last process to leave stops it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from honeyguide.engine.database.embedded import start

    with start(DATA_DIR):
        yield


@pytest.fixture(scope="session")
def django_db_setup(database_server, django_db_blocker):
    """pytest-django's hook: afterwards Django's connection leads to this worker's own migrated database."""
    from django.core.management import call_command
    from django.db import connection

    with django_db_blocker.unblock():
        connection.close()
        with maintenance() as server:
            # One worker makes the template while the others wait; and it cannot be copied by two at once.
            server.execute("SELECT pg_advisory_lock(4711)")
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone():
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
                connection.settings_dict["NAME"] = TEMPLATE
                call_command("migrate", verbosity=0)
                connection.close()
            copy_template()
        connection.settings_dict["NAME"] = DATABASE
        yield
        connection.close()


@pytest.fixture(scope="session", autouse=True)
def _fresh_copy_after_transactional_tests():
    """Emptying all tables, as Django does, would also remove what migrations put in; a new copy is as fast."""
    from django.db import connections
    from django.test import TransactionTestCase

    def renew(_: TransactionTestCase) -> None:
        connections.close_all()
        copy_template()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew)
        yield


@pytest.fixture(autouse=True)
def _forget_cached_configuration():
    """Configuration is cached for a second per process; a test must not see its predecessor's."""
    yield
    from honeyguide.engine.config import store

    store.forget()
