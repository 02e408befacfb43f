"""A PostgreSQL of your own, named by `DATABASE_URL`."""

import time
from urllib.parse import urlsplit

import psycopg

OLDEST_VERSION = 15
FATAL_STATES = ("28", "3D")  # wrong password, no such database: waiting does not help


def wait_until_available(url: str, timeout: float = 30) -> None:
    """Returns when the server accepts a connection; `timeout` in seconds.

    Raises SystemExit when it does not, or is older than PostgreSQL 15, with a sentence that says what to do.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                _check_version(connection.info.server_version)
            return
        except psycopg.ProgrammingError as error:
            raise SystemExit(f"DATABASE_URL is no address of a PostgreSQL database: {_first_line(error)}.") from None
        except psycopg.OperationalError as error:
            if (error.sqlstate or "").startswith(FATAL_STATES) or _is_refusal(error) or time.monotonic() > deadline:
                raise SystemExit(
                    f"The PostgreSQL at {without_password(url)} cannot be used: {_first_line(error)}."
                    " Check DATABASE_URL, that the server runs, and that the user and the database exist."
                ) from None
        time.sleep(0.25)


def without_password(url: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(url)
    if not parts.scheme:
        return "the given DATABASE_URL"
    return f"{parts.hostname or 'local socket'}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _check_version(server_version: int) -> None:
    if server_version < OLDEST_VERSION * 10_000:
        raise SystemExit(
            f"Honeyguide needs PostgreSQL {OLDEST_VERSION} or newer; the server of DATABASE_URL is version"
            f" {server_version // 10_000}. Upgrade it, or leave DATABASE_URL out to use the embedded PostgreSQL."
        )


def _is_refusal(error: psycopg.OperationalError) -> bool:
    """psycopg gives no state to errors before a session exists, so the text must tell."""
    return "authentication failed" in str(error) or "does not exist" in str(error).split("failed:")[-1].split("\n")[0]


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
