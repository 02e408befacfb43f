"""What the server costs while nobody uses it, in an installation of its own."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.harness import Bench, running

SETTLE_SECONDS = 15
MEMORY = "memory of the idle server without PostgreSQL"


def start_and_rest(bench: Bench) -> None:
    """Neither depends on the number of contacts, so both are measured once."""
    if any(figure.workload == MEMORY for figure in bench.figures):
        return
    port = int(bench.base.rpartition(":")[2]) + 1
    with tempfile.TemporaryDirectory(prefix="honeyguide-bench-", ignore_cleanup_errors=True) as name:
        with running(Path(name), port=port):
            pass
        started = time.perf_counter()
        with running(Path(name), port=port) as process:
            bench.report("second start", "s", time.perf_counter() - started, target=5)
            time.sleep(SETTLE_SECONDS)
            processes = list(_family(process.pid))
            memory = sum(map(_proportional_set_size, processes)) / 2**20
    bench.report(MEMORY, "MB", memory, target=250, note=f"PSS of {len(processes)} processes")


def _family(pid: int):
    """The process and all that descend from it, without PostgreSQL's."""
    if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
        yield pid
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _proportional_set_size(pid: int) -> int:
    """Bytes of memory, where each page that several processes share counts in equal parts."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


WORKLOADS = [start_and_rest]
