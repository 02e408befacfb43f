"""What a workload is, how figures are taken, printed and written down.

Every figure is taken with web, worker and PostgreSQL together on this machine, durable settings on, and with its limit measured
in the same run: a ratio holds when the machine's speed drifts, an absolute figure does not.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PASSWORD = "bench-password-1"
SINK_PORT = 2526
RECEIVER_PORT = 2527
OUT = Path(__file__).parent / "out"


@dataclass
class Figure:
    """One measured row. `ours` and `limit` are in `unit`; for seconds less is better, for everything else more."""

    workload: str
    contacts: int
    unit: str
    ours: float
    limit: float | None = None
    limit_is: str = ""
    target: float | None = None
    note: str = ""

    @property
    def less_is_better(self) -> bool:
        return self.unit in ("s", "ms", "MB", "bytes")

    @property
    def ratio(self) -> float | None:
        """How much of the limit we reach; 1 is the limit itself."""
        if not self.limit or not self.ours:
            return None
        return self.limit / self.ours if self.less_is_better else self.ours / self.limit

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.ours <= self.target if self.less_is_better else self.ours >= self.target


@dataclass
class Bench:
    """What workloads work with: the server's address, how many contacts there are, and where figures go. Each workload
    makes what it needs and takes it away again, so that each can be run alone."""

    base: str
    contacts: int
    data_dir: Path
    figures: list[Figure] = field(default_factory=list)

    def report(self, workload: str, unit: str, ours: float, **more: Any) -> None:
        figure = Figure(workload, self.contacts, unit, ours, **more)
        self.figures.append(figure)
        Console().print(
            f"  {workload}: {_number(ours)} {unit}" + (f" (limit {_number(figure.limit)})" if figure.limit else "")
        )


Workload = Callable[[Bench], None]


def quiet(*, seconds: float = 120) -> None:
    """Waits until the worker has read the whole event log, so that one workload does not pay for another."""
    from honeyguide.engine.events import Consumer, has_pending
    from honeyguide.loader import collect

    consumers = collect("jobs", Consumer)
    wait_until(lambda: not any(map(has_pending, consumers)), seconds=seconds)


def wait_until(happened: Callable[[], Any], *, seconds: float = 60, every: float = 0.05) -> None:
    """Returns when it has happened; ends the run when it does not."""
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            raise SystemExit(f"Something did not happen within {seconds:.0f} seconds: {happened.__qualname__}")
        time.sleep(every)


def rate(run: Callable[[], int], *, seconds: float = 3.0) -> float:
    """Calls `run`, which returns how much it did, until time is up; returns how much per second. One call is warm-up."""
    run()
    done, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        done += run()
    return done / elapsed


def seconds_of(run: Callable[[], Any], *, times: int = 3) -> float:
    """The median duration of `run`."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


@contextmanager
def running(directory: Path, *, port: int) -> Iterator[subprocess.Popen]:
    """`honeyguide serve`, ready, as a user runs it."""
    command = [str(Path(sys.executable).parent / "honeyguide"), "serve"]
    process = subprocess.Popen(command, env=os.environ | _environment(directory, port), stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or _is_ready(port), every=0.02)
        if process.poll() is not None:
            raise SystemExit("The server ended at once; it said why above.")
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def server(*, port: int) -> Iterator[tuple[str, Path]]:
    """The whole product in a data directory of its own, to which this process belongs from now on."""
    with tempfile.TemporaryDirectory(prefix="honeyguide-bench-", ignore_cleanup_errors=True) as name:
        os.environ.update(_environment(Path(name), port))
        with running(Path(name), port=port):
            yield f"http://127.0.0.1:{port}", Path(name)


def _environment(directory: Path, port: int) -> dict[str, str]:
    return {
        "HONEYGUIDE_DATA_DIR": str(directory),
        "HONEYGUIDE_PORT": str(port),
        "HONEYGUIDE_ADMIN_PASSWORD": PASSWORD,
        "HONEYGUIDE_SITE_URL": f"http://127.0.0.1:{port}",
        "HONEYGUIDE_CONFIG_API_ENABLED": "yes",
        "HONEYGUIDE_CONFIG_API_ENABLE_BASIC_AUTH": "yes",
        "HONEYGUIDE_CONFIG_MAILER_DSN": f"smtp://127.0.0.1:{SINK_PORT}",
        "HONEYGUIDE_CONFIG_MAILER_FROM_EMAIL": "bench@example.com",
        "HONEYGUIDE_CONFIG_OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
        "HONEYGUIDE_LOG_LEVEL": "WARNING",
    }


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def show(figures: list[Figure]) -> None:
    """The table of all figures, with the growth from the smallest to the largest number of contacts."""
    sizes = sorted({f.contacts for f in figures})
    table = Table(title=f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    table.add_column("workload")
    for name in ("contacts", "unit", "ours", "limit", "of limit", "target", "met", "growth"):
        table.add_column(name, justify="right")
    table.add_column("limit is / note")
    for figure in figures:
        first = next((f for f in figures if f.workload == figure.workload and f.contacts == sizes[0]), figure)
        growth = figure.ours / first.ours if figure is not first and first.ours else None
        table.add_row(
            figure.workload,
            f"{figure.contacts:,}",
            figure.unit,
            _number(figure.ours),
            _number(figure.limit),
            f"{figure.ratio:.0%}" if figure.ratio else "",
            _number(figure.target),
            {True: "yes", False: "NO", None: ""}[figure.met],
            f"×{growth:.2f}" if growth else "",
            " · ".join(filter(None, (figure.limit_is, figure.note))),
        )
    Console(width=200).print(table)


def write(figures: list[Figure]) -> Path:
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps([asdict(f) | {"ratio": f.ratio, "met": f.met} for f in figures], indent=1))
    return path


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
