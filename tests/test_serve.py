"""`serve` with real processes: it starts, answers, outlives what happens to its parts, and leaves nothing behind."""

import os
import re
import signal

import pytest

from serving import Serving, wait_for

pytestmark = pytest.mark.crash


@pytest.fixture
def serving(data_dir, tmp_path):
    running = Serving(data_dir, tmp_path / "log")
    yield running
    if running.process.poll() is None:
        assert running.stop() == 0
    assert not (data_dir / "postgres/cluster/postmaster.pid").exists()


def test_it_works(serving):
    """The first start makes user admin and shows the password; the whole stops cleanly."""
    assert serving.status("/ready") == 200
    assert re.search(r"Sign in as admin with password \S{12} ", serving.said())


def test_the_second_start_keeps_the_password_to_itself(serving):
    assert "password" not in serving.said()


def test_a_new_installation_limits_calls(serving):
    assert serving.run("config", "get", "api_rate_limiter_limit") == "360000\n"


def test_commands_share_the_database_with_it(serving):
    assert serving.run("config", "get", "default_pagelimit") == "30\n"
    assert serving.status("/ready") == 200, "a command that leaves must not stop the database"


def test_a_killed_child_is_started_again(serving):
    before = serving.children()
    assert len(before) == 2
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(serving.children()) == 2 and not set(serving.children()) & set(before))
    wait_for(lambda: serving.status("/ready") == 200)


def test_a_killed_database_comes_back(serving):
    os.kill(serving.postgres_pid(), signal.SIGKILL)
    wait_for(lambda: "it runs again" in serving.said())
    wait_for(lambda: serving.status("/ready") == 200)
    assert all(serving.status("/ready") == 200 for _ in range(20)), "every thread must have noticed"


def test_after_kill_nothing_keeps_the_port_and_all_is_there(data_dir, tmp_path):
    """SIGKILL of the supervisor: its processes end by themselves, and the next start finds everything."""
    first = Serving(data_dir, tmp_path / "first")
    first.run("config", "set", "mailer_from_name", "Bees")
    first.process.kill()
    first.process.wait()
    wait_for(lambda: first.status("/health") == 0)
    second = Serving(data_dir, tmp_path / "second")
    assert second.run("config", "get", "mailer_from_name") == "Bees\n"
    assert second.stop() == 0
