"""Keeps the processes of `serve` running, and stops them together.

They are forks of a process that has imported everything: they start at once and share its memory. It runs no threads and
keeps no database connection, so forking again later is as safe as the first time.
"""

import ctypes
import gc
import http.client
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from honeyguide import settings
from honeyguide.engine.database.embedded import Running

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STOP_SECONDS = 30.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process that is started again when it ends, at once or, if it keeps ending, after a growing pause."""

    name: str
    run: Callable[[], None]
    process: multiprocessing.process.BaseProcess | None = None
    started: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    def start(self) -> None:
        self.process = multiprocessing.get_context("fork").Process(target=self._main, name=self.name)
        self.process.start()
        self.started = time.monotonic()

    def _main(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.setsid()  # Ctrl-C in a terminal is for the supervisor, who then stops its children in order
        end_with_parent()
        self.run()

    def is_alive(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def start_again(self) -> None:
        if time.monotonic() - self.started > LONGEST_PAUSE_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        elif time.monotonic() - self.started < self.pause:
            return
        else:
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        logger.warning("The %s process ended (code %s); starting it again.", self.name, self.process.exitcode)
        self.start()


def supervise(children: list[Child], server: Running | None, *, when_ready: Callable[[], None]) -> None:
    """Runs the children until SIGTERM, SIGINT or SIGHUP, and keeps the embedded server up. A second signal stops at once."""
    signals = _Signals()
    gc.freeze()  # what exists now is shared; the collector must not touch, and so copy, it
    for child in children:
        child.start()
    greeted = False
    while not signals.count:
        if not greeted and _answers():
            greeted = True
            when_ready()
        signals.wait([child.process.sentinel for child in children if child.is_alive()], 1.0 if greeted else 0.02)
        if signals.count:
            break
        for child in children:
            if not child.is_alive():
                child.start_again()
        _keep_up(server)
    _stop(children, signals)


def end_with_parent() -> None:
    """Asks the kernel to end this process when its parent dies, even by SIGKILL, so that nothing keeps the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class _Signals:
    """Counts the signals that ask to stop, and wakes the waiting loop."""

    def __init__(self) -> None:
        self.count = 0
        self.wakeup, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._handle)

    def _handle(self, number: int, frame: object) -> None:
        self.count += 1

    def wait(self, sentinels: list[int], seconds: float) -> None:
        multiprocessing.connection.wait([self.wakeup, *sentinels], seconds)


def _answers() -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _keep_up(server: Running | None) -> None:
    if server is None:
        return
    try:
        if server.ensure_running():
            logger.warning("The embedded PostgreSQL had gone; it runs again.")
    except Exception as error:  # whatever it is, the next round tries again
        logger.error("The embedded PostgreSQL does not start: %s", str(error).strip())


def _stop(children: list[Child], signals: _Signals) -> None:
    for child in children:
        if child.is_alive():
            child.process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while any(child.is_alive() for child in children) and time.monotonic() < deadline and signals.count < 2:
        time.sleep(0.02)
    for child in children:
        if child.is_alive():
            child.process.kill()
        child.process.join()
