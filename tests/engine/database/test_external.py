"""A PostgreSQL of one's own, by DATABASE_URL."""

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from honeyguide.engine.database import external
from honeyguide.engine.database.external import wait_until_available, without_password


@pytest.fixture
def url(db) -> str:
    """The tests' own database, as a connection string."""
    connection.ensure_connection()
    return make_conninfo(**{k: v for k, v in connection.connection.info.get_parameters().items() if k != "password"})


def test_it_works(url):
    wait_until_available(url, timeout=1)


def test_an_old_server_is_refused(url, monkeypatch):
    monkeypatch.setattr(external, "OLDEST_VERSION", 99)
    with pytest.raises(SystemExit, match="needs PostgreSQL 99 or newer"):
        wait_until_available(url, timeout=1)


def test_a_server_that_is_away_is_waited_for_and_then_told(tmp_path):
    with pytest.raises(SystemExit, match=r"cannot be used.*Check DATABASE_URL"):
        wait_until_available(f"postgresql:///honeyguide?host={tmp_path}", timeout=0.3)


def test_a_database_that_does_not_exist_is_told_at_once(url):
    with pytest.raises(SystemExit, match="does not exist"):
        wait_until_available(make_conninfo(url, dbname="nowhere"), timeout=60)


@pytest.mark.parametrize("nonsense", ["postgresql://[", "port=ninety", "nonsense"])
def test_nonsense_is_told(nonsense):
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        wait_until_available(nonsense, timeout=0.1)


def test_passwords_are_never_shown():
    assert without_password("postgresql://me:secret@db.example:6432/hg") == "db.example:6432/hg"
