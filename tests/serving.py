"""`honeyguide serve` in a process of its own, for tests of the whole."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx


class Serving:
    """A running `honeyguide serve` on a free port. `variables` are further ones of its environment."""

    def __init__(self, data_dir: Path, log: Path, **variables: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HONEYGUIDE_", "DATABASE_URL", "DJANGO_"))}
        self.environment = {
            **kept,
            "HONEYGUIDE_DATA_DIR": str(data_dir),
            "HONEYGUIDE_PORT": str(self.port),
            **variables,
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_dir = data_dir
        self.log = log
        self.process = subprocess.Popen(
            [sys.executable, "-m", "honeyguide.cli", "serve"], env=self.environment, stderr=log.open("wb")
        )
        try:
            wait_for(lambda: "Honeyguide runs at" in self.said() or self.process.poll() is not None)
            assert self.process.poll() is None, self.said()
            wait_for(lambda: self.status("/health") == 200)
        except AssertionError:
            self.process.kill()
            raise

    def status(self, path: str) -> int:
        """The HTTP status of a page; 0 when nothing answers."""
        try:
            return httpx.get(self.url + path, timeout=5).status_code
        except httpx.HTTPError:
            return 0

    def said(self) -> str:
        return self.log.read_text()

    def children(self) -> list[int]:
        """The web and the worker process (the database is a child as well)."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in found if _name_of(pid) not in ("postgres", "")]

    def postgres_pid(self) -> int:
        return int((self.data_dir / "postgres/cluster/postmaster.pid").read_text().split()[0])

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "honeyguide.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True).stdout

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def _name_of(pid: str) -> str:
    """What a process is called; "" when it ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
