"""The worker process: a thread or more per pump and one for Procrastinate jobs.

Whatever goes wrong in one thread is logged and tried again after a growing pause; the others do not notice. When the
database goes away they all wait for it and go on when it is back.
"""

import logging
import signal
import threading
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from procrastinate.exceptions import ConnectorException

from honeyguide.engine.jobs import runner
from honeyguide.engine.jobs.pump import Pump, all_pumps
from honeyguide.engine.observation import traces

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
IDLE_FACTOR = 4
STOP_SECONDS = 25.0


def run() -> None:
    """Works until SIGTERM or SIGINT; then every thread ends the slice it is at."""
    stop = threading.Event()
    traces.begin("worker")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work_until(stop)
    traces.end()


def work_until(stop: threading.Event) -> None:
    """Runs all pumps and jobs until `stop` is set."""
    pumps = all_pumps()
    threads = [
        threading.Thread(target=pump_until, args=(pump, stop), name=pump.name, daemon=True)
        for pump in pumps
        for _ in range(pump.threads)
    ]
    threads.append(threading.Thread(target=_run_jobs, args=(stop,), name="jobs", daemon=True))
    for thread in threads:
        thread.start()
    logger.info("The worker runs: %s.", ", ".join(thread.name for thread in threads))
    stop.wait()
    for thread in threads:
        thread.join(STOP_SECONDS)
    for thread in threads:
        if thread.is_alive():
            logger.warning("%s did not stop within %d seconds.", thread.name, STOP_SECONDS)


def pump_until(pump: Pump, stop: threading.Event) -> None:
    """Calls the pump until `stop` is set: at once while there is work, ever less often while there is none."""
    idle = pump.every
    persist = _Persistence(pump.name)
    while not stop.is_set():
        done = persist.try_once(pump.run)
        if done is None:
            stop.wait(persist.pause)
        elif done:
            idle = pump.every
        else:
            stop.wait(idle)
            idle = min(idle * 1.5, pump.every * IDLE_FACTOR)
    if pump.close:
        persist.try_once(pump.close)
    connection.close()


def _run_jobs(stop: threading.Event) -> None:
    persist = _Persistence("jobs")
    former: set[int] = set()
    while not stop.is_set():
        persist.try_once(lambda: runner.run_until(stop, ready=persist.recovered, former=former))
        stop.wait(persist.pause)


class _Persistence:
    """Tries again and again, with a pause that doubles with every failure in a row."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pause = FIRST_PAUSE_SECONDS
        self.failing = False

    def try_once(self, work: Callable[[], int | None]) -> int | None:
        """What `work` returned, or None after a failure, which is logged."""
        try:
            result = work()
        except Exception as error:
            self._log(error)
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS) if self.failing else FIRST_PAUSE_SECONDS
            self.failing = True
            connection.close()  # perhaps broken; the next use opens a new one
            return None
        self.recovered()
        return result

    def recovered(self) -> None:
        if self.failing:
            logger.info("%s works again.", self.name)
        self.failing = False

    def _log(self, error: Exception) -> None:
        if isinstance(error, OperationalError | InterfaceError | ConnectorException):
            if not self.failing:
                reason = str(error.__cause__ or error).strip().split("\n")[0]
                logger.warning("%s lost the database and tries again: %s", self.name, reason)
        elif self.failing:
            logger.error("%s failed again: %s", self.name, str(error).strip().split("\n")[0])
        else:
            logger.exception("%s failed and will be tried again.", self.name)
