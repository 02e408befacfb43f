"""The private PostgreSQL server of a data directory, shared by every process that uses the directory.

Rules: whoever comes first starts it, the last one that leaves stops it. Each user holds a shared lock on a file, which
the kernel drops when a process dies, so a crash leaves no false count behind; a server that a crash left running is
simply found by the next user. The server listens only on a Unix socket that nobody else may open.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from honeyguide.engine.database import cluster
from honeyguide.engine.database.problems import explained

NAME = USER = "honeyguide"
START_SECONDS = 120  # recovery after a crash of a large database takes its time
STOP_SECONDS = 60
DYING_SECONDS = 10  # a killed server and its children need a moment to go
STILL_DYING = ("still in use", "already exists")


def socket_directory(data_dir: Path) -> Path:
    """Where the server's Unix socket lives.

    Socket paths may not be longer than 107 bytes, so a deep data directory's is kept under the system's temporary
    directory, by a name made from its path.
    """
    inside = data_dir / "postgres" / "socket"
    if len(str(inside)) <= 80:
        return inside
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"honeyguide-{digest}"


def connection_parameters(data_dir: Path) -> dict[str, str]:
    """How to connect to the server of a data directory, in libpq's words."""
    return {"host": str(socket_directory(data_dir)), "dbname": NAME, "user": USER}


def start(data_dir: Path, *, settings: Mapping[str, str] | None = None) -> "Running":
    """Joins the running server of the data directory, or creates and starts it, with a database `honeyguide`.

    `settings` of PostgreSQL are stronger than our own, if this is who starts the server. Raises SystemExit with a sentence
    that says what is wrong and what to do.
    """
    with explained(data_dir):
        return Running(data_dir, settings or {})


class Running:
    """One process's hold on the server. Leave it with `leave()`, or use it as a context manager."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.home = data_dir / "postgres"
        self.cluster = self.home / "cluster"
        self.log = self.home / "log"
        self.socket_directory = socket_directory(data_dir)
        self.parameters = connection_parameters(data_dir)
        self._process: subprocess.Popen | None = None
        self.owner = cluster.prepare_home(self.home, self.socket_directory)
        self._users = os.open(self.home / "users", os.O_RDWR | os.O_CREAT, 0o600)
        self.ensure_running()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def ensure_running(self) -> bool:
        """Starts the server unless it answers. True when it had to be started. Cheap: a connect to a local socket."""
        with _Mutex(self.home / "lock"):
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if self.answers():
                self._wait_until_ready()
                return False
            self._start()
            return True

    def leave(self) -> None:
        """Gives up the hold; stops the server when nobody else holds it."""
        if self._users < 0:
            return
        with _Mutex(self.home / "lock"):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            os.close(self._users)
            self._users = -1

    def answers(self) -> bool:
        """Whether a server listens on the socket. (A process number in `postmaster.pid` proves nothing.)"""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket_directory / ".s.PGSQL.5432")) == 0

    def pid(self) -> int | None:
        """The server's process number as its own file tells it; it may be stale."""
        lines = self._pid_file()
        return int(lines[0]) if lines else None

    def _pid_file(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _start(self) -> None:
        cluster.prepare_home(self.home, self.socket_directory)
        cluster.create(self.cluster, self.owner, name=NAME)
        cluster.check_version(self.cluster)
        deadline = time.monotonic() + START_SECONDS
        patience = time.monotonic() + DYING_SECONDS
        while True:
            self._remove_stale_locks()
            said = self._launch(deadline)
            if said is None:
                break
            if not any(sign in said for sign in STILL_DYING) or time.monotonic() > patience:
                raise cluster.Failed(said)
            time.sleep(0.1)

    def _launch(self, deadline: float) -> str | None:
        """Starts the server process; None when it is ready, else what it said before it ended."""
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".old"))
        with open(self.log, "ab") as log:
            before = log.tell()
            self._process = subprocess.Popen(  # noqa: S603  our own program with our own arguments
                cluster.server_command(self.cluster, self.socket_directory, self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal is for us; others may be using the server
                **cluster.identity(self.owner, self.cluster),
            )
        while self._process.poll() is None:
            if self._ready():
                return None
            if time.monotonic() > deadline:
                self._process.send_signal(signal.SIGINT)
                raise cluster.Failed(f"PostgreSQL was not ready after {START_SECONDS} seconds; its log is {self.log}.")
            time.sleep(0.01)
        with open(self.log, "rb") as log:
            log.seek(before)
            return log.read().decode(errors="replace")

    def _ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) >= 8 and lines[7].strip() == "ready" and self.answers()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if time.monotonic() > deadline:
                raise cluster.Failed(f"PostgreSQL was not ready after {START_SECONDS} seconds; its log is {self.log}.")
            time.sleep(0.01)

    def _remove_stale_locks(self) -> None:
        """After a crash another program may have the old process number, and PostgreSQL would refuse to start."""
        for lock in (self.cluster / "postmaster.pid", self.socket_directory / ".s.PGSQL.5432.lock"):
            if lock.exists() and Path("/proc/self").exists():
                number = lock.read_text().split("\n")[0].strip()
                if not _is_living_postgres(number):
                    lock.unlink(missing_ok=True)

    def _stop(self) -> None:
        pid = self.pid()
        if not pid or not self.answers():
            return
        os.kill(pid, signal.SIGINT)  # fast shutdown: ends sessions, writes a checkpoint
        deadline = time.monotonic() + STOP_SECONDS
        while self._pid_file() and time.monotonic() < deadline:
            if self._process:
                self._process.poll()  # reaps our child
            time.sleep(0.01)
        if self._process:
            self._process.wait(timeout=STOP_SECONDS)
        if self.socket_directory.parent != self.home:
            shutil.rmtree(self.socket_directory, ignore_errors=True)


def _is_living_postgres(pid: str) -> bool:
    """Whether the process is a PostgreSQL that runs: not another program, and not one that only waits to be reaped."""
    try:
        name, rest = Path(f"/proc/{pid}/stat").read_text().split("(", 1)[1].rsplit(")", 1)
    except (OSError, IndexError):
        return False
    return name == "postgres" and rest.split()[0] not in "ZX"


class _Mutex:
    """Lets one process at a time start or stop the server."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self.file)
