"""The private PostgreSQL server of a data directory."""

import hashlib
import tempfile
from pathlib import Path

NAME = USER = "honeyguide"


def socket_directory(data_dir: Path) -> Path:
    """Where the server's Unix socket lives. Socket paths may not be longer than 107 bytes, so a deep data directory's is
    kept under the system's temporary directory, by a name made from its path."""
    inside = data_dir / "postgres" / "socket"
    if len(str(inside)) <= 80:
        return inside
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"honeyguide-{digest}"


def connection_parameters(data_dir: Path) -> dict[str, str]:
    return {"host": str(socket_directory(data_dir)), "dbname": NAME, "user": USER}
