"""Says in one sentence why the embedded PostgreSQL cannot run, and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from honeyguide.engine.database.cluster import Failed

FULL = "The disk of {data_dir} is full. Free some space (Honeyguide loses nothing by it) and start again."
FORBIDDEN = (
    "No permission for {data_dir} ({detail}). Start as the user it belongs to, change its owner with chown, or choose"
    " another directory with --data-dir."
)


@contextmanager
def explained(data_dir: Path) -> Iterator[None]:
    """Turns what goes wrong while the server of `data_dir` starts into SystemExit with a sentence for people."""
    try:
        yield
    except OSError as error:
        detail = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SystemExit(FULL.format(data_dir=data_dir)) from None
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise SystemExit(FORBIDDEN.format(data_dir=data_dir, detail=detail)) from None
        raise SystemExit(f"The data directory {data_dir} cannot be used: {detail}.") from None
    except Failed as failure:
        said = str(failure).strip()
        if "No space left" in said or "Disk quota" in said:
            raise SystemExit(FULL.format(data_dir=data_dir)) from None
        if "Permission denied" in said or "wrong ownership" in said:
            raise SystemExit(FORBIDDEN.format(data_dir=data_dir, detail=said.splitlines()[-1])) from None
        raise SystemExit(f"The embedded PostgreSQL of {data_dir} does not start. It said:\n{said}") from None
