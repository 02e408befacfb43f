"""The embedded PostgreSQL's life: started, shared, stopped, killed, found again."""

import errno
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from honeyguide.engine.database import cluster, embedded
from honeyguide.engine.database.cluster import Failed
from honeyguide.engine.database.embedded import Running, start
from honeyguide.engine.database.problems import explained

HOLD = """
import sys, time
from pathlib import Path
from honeyguide.engine.database.embedded import start
start(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def server(data_dir):
    with start(data_dir) as running:
        yield running
    assert not running.answers()


def query(server: Running, sql: str):
    with psycopg.connect(**server.parameters) as connection:
        return connection.execute(sql).fetchall()


def kill(server: Running) -> None:
    """What the kernel does when memory runs out."""
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.answers():
        time.sleep(0.01)


def test_it_works(server):
    assert query(server, "SELECT current_database(), current_user") == [("honeyguide", "honeyguide")]


def test_it_is_durable_and_listens_on_no_network(server):
    for name, value in [("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")]:
        assert query(server, f"SHOW {name}") == [(value,)]
    assert query(server, "SHOW listen_addresses") == [("",)]


def test_others_cannot_reach_its_socket(server):
    assert server.socket_directory.stat().st_mode & 0o077 == 0


def test_the_last_one_to_leave_stops_it(data_dir):
    first, second = start(data_dir), start(data_dir)
    first.leave()
    assert second.answers()
    second.leave()
    assert not second.answers()


def test_a_killed_process_does_not_count_as_a_user(data_dir, server):
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    other.kill()
    other.wait()
    server.leave()
    assert not server.answers()


def test_it_outlives_the_process_that_started_it(data_dir):
    """That process was killed; the next one finds the server and uses it."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    other.kill()
    other.wait()
    with start(data_dir) as server:
        assert query(server, "SELECT 1") == [(1,)]
    assert not server.answers()


def test_a_killed_server_comes_back_with_all_its_data(server):
    with psycopg.connect(**server.parameters) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    kill(server)
    assert server.ensure_running()
    assert not server.ensure_running(), "it runs already"
    assert query(server, "TABLE kept") == [(7,)]


def test_a_server_killed_under_others_can_be_started_by_anyone(data_dir):
    """Its parent lives and has not noticed yet, so the dead server still has its process number."""
    parent = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    parent.stdout.readline()
    with start(data_dir) as server:
        kill(server)
        assert server.ensure_running()
        parent.kill()
        parent.wait()


def test_a_stale_process_number_of_another_program_does_not_matter(data_dir):
    """After a crash and a restart of the machine any program may have the number in postmaster.pid."""
    with start(data_dir) as server:
        written = (server.cluster / "postmaster.pid").read_text()
    (server.cluster / "postmaster.pid").write_text(written.replace(written.split()[0], str(os.getpid()), 1))
    with start(data_dir) as server:
        assert query(server, "SELECT 1") == [(1,)]


def test_a_creation_that_broke_off_is_begun_anew(data_dir):
    (data_dir / "second" / "postgres" / "cluster.unfinished" / "base").mkdir(parents=True)
    with start(data_dir / "second") as server:
        assert query(server, "SELECT 1") == [(1,)]


def test_a_very_long_path_works(data_dir):
    with start(data_dir / ("long" * 40)) as server:
        assert query(server, "SELECT 1") == [(1,)]
    assert not server.socket_directory.exists()


def test_a_directory_of_another_version_is_left_alone(data_dir):
    version = data_dir / "postgres" / "cluster" / "PG_VERSION"
    right = version.read_text()
    version.write_text("99\n")
    try:
        with pytest.raises(SystemExit, match=r"made by PostgreSQL 99.*--data-dir"):
            start(data_dir)
    finally:
        version.write_text(right)


def test_the_servers_own_words_are_shown_when_nothing_else_is_known(data_dir, monkeypatch):
    monkeypatch.setattr(cluster, "tuning", lambda: {"shared_buffers": "nonsense"})
    with pytest.raises(SystemExit, match=r"(?s)does not start.*shared_buffers"):
        start(data_dir)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is full"),
        (Failed("could not write file: No space left on device"), "is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), "No permission"),
        (OSError(errno.EROFS, "Read-only file system"), "No permission"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory"), "cannot be used"),
        (Failed("something new"), "something new"),
    ],
)
def test_problems_are_told_in_a_sentence(error, said, tmp_path):
    with pytest.raises(SystemExit, match=said), explained(tmp_path):
        raise error


def test_a_file_in_the_place_of_the_directory(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(SystemExit, match="cannot be used"):
        start(tmp_path / "data")


def test_connection_parameters_need_no_server(tmp_path):
    assert embedded.connection_parameters(tmp_path)["dbname"] == "honeyguide"
