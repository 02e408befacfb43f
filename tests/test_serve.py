"""`serve` with real processes: it starts, answers, outlives what happens to its parts, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.crash


class Serving:
    """A running `honeyguide serve`."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HONEYGUIDE_", "DATABASE_URL", "DJANGO_"))}
        self.environment = {**kept, "HONEYGUIDE_DATA_DIR": str(data_dir), "HONEYGUIDE_PORT": str(self.port)}
        self.data_dir = data_dir
        self.log = log
        started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "honeyguide.cli", "serve"], env=self.environment, stderr=log.open("wb")
        )
        wait_for(lambda: self.status("/health") == 200 or self.process.poll() is not None, seconds=30)
        assert self.process.poll() is None, self.said()
        self.start_seconds = time.monotonic() - started
        wait_for(lambda: "Honeyguide runs at" in self.said())

    def status(self, path: str) -> int:
        """The HTTP status of a page; 0 when nothing answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5).status_code
        except httpx.HTTPError:
            return 0

    def said(self) -> str:
        return self.log.read_text()

    def children(self) -> list[int]:
        """The web and the worker process (the database is a child as well)."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in found if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres"]

    def postgres_pid(self) -> int:
        return int((self.data_dir / "postgres/cluster/postmaster.pid").read_text().split()[0])

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "honeyguide.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True).stdout

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


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


def test_the_second_start_is_quick_and_keeps_the_password_to_itself(serving):
    assert serving.start_seconds < 15, "it takes 2 on a machine that does nothing else"
    assert "password" not in serving.said()


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
