"""The database of the tests: the embedded PostgreSQL in a temporary data directory, or the one of `DATABASE_URL`.

Each worker process of xdist has a server of its own, because what consumers of the event log may read depends on the
transactions of the whole server. With `DATABASE_URL` run without `-n`, or give `TEST_DATABASE_URLS`, blank-separated, one
for each worker. Tests use copies of one migrated template.
The environment is set here, before anything imports the settings, which is why `DJANGO_SETTINGS_MODULE` is not in
pyproject.toml.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import psycopg
import pytest
from psycopg import sql

os.environ["HONEYGUIDE_DATA_DIR"] = tempfile.mkdtemp(prefix="honeyguide-tests-")
if urls := os.environ.get("TEST_DATABASE_URLS", "").split():
    os.environ["DATABASE_URL"] = urls[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))]
os.environ["DJANGO_SETTINGS_MODULE"] = "honeyguide.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in the main thread

hypothesis.settings.register_profile("patient", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("patient")  # a machine that is busy is no bug
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]  # workers of xdist inherit it, and would load the settings before this file

DATA_DIR = Path(os.environ["HONEYGUIDE_DATA_DIR"])
DATABASE = f"honeyguide_test_{os.getpid()}_{secrets.token_hex(3)}"
TEMPLATE = f"{DATABASE}_template"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: playwright leaves an event loop in the thread, in which no other can run."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA_DIR, ignore_errors=True)


def maintenance() -> psycopg.Connection:
    """A connection to the server, in a database of which nobody makes copies."""
    from honeyguide.engine.database.embedded import connection_parameters

    if url := os.environ.get("DATABASE_URL"):
        return psycopg.connect(url, autocommit=True)
    return psycopg.connect(**{**connection_parameters(DATA_DIR), "dbname": "postgres"}, autocommit=True)


def copy_template() -> None:
    """(Re)makes this process's database."""
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
def database_server() -> Iterator[None]:
    """The server runs while this process's tests do."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from honeyguide.engine.database.embedded import start

    # What tests write may be lost; and the transactions of autovacuum would hold consumers back now and then.
    with start(DATA_DIR, settings={"fsync": "off", "autovacuum": "off"}):
        yield


@pytest.fixture(scope="session")
def django_db_setup(database_server, django_db_blocker):
    """pytest-django's hook: afterwards Django's connection leads to a migrated database of this process's own."""
    from django.core.management import call_command
    from django.db import connection

    with django_db_blocker.unblock():
        connection.close()
        with maintenance() as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        connection.settings_dict["NAME"] = TEMPLATE
        call_command("migrate", verbosity=0)
        connection.close()
        copy_template()
        connection.settings_dict["NAME"] = DATABASE
        yield
        connection.close()
        with maintenance() as server:
            for name in (DATABASE, TEMPLATE):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


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
def _forget_what_is_cached():
    """Configuration is cached for a second per process, callers by their row versions; a test must not see its predecessor's."""
    yield
    from honeyguide.engine.access import authentication, rate_limit
    from honeyguide.engine.config import store

    store.forget()
    authentication.forget()
    rate_limit.forget()


@pytest.fixture
def live_server(settings):
    """Django's test server would look for static and media files itself; we have no such settings."""
    from pytest_django.live_server_helper import LiveServer

    settings.STATIC_URL = settings.MEDIA_URL = "/nothing/"
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium():
    """The one browser of this process: a second one would find the first one's event loop."""
    if not (program := shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")):
        pytest.skip("no chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
