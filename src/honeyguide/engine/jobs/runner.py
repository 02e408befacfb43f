"""Runs Procrastinate jobs: those that are due now, or all that come until told to stop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate.contrib.django import connector_params
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from honeyguide.engine.jobs.app import app
from honeyguide.engine.observation.traces import span

CONCURRENCY = 2
STALLED_SECONDS = 30
POLL_SECONDS = 2  # notifications are quicker; this is for jobs whose time comes


def run_due() -> int:
    """Runs what is due, in this process; returns how many jobs ran."""
    ran = 0

    async def count(call_next, context, worker):
        nonlocal ran
        ran += 1
        return await call_next()

    async def main() -> None:
        async with _opened() as opened:
            await _worker(opened, wait=False, listen_notify=False, worker_middleware=[count]).run()

    asyncio.run(main())
    return ran


def run_until(stop: threading.Event, *, ready: Callable[[], None], former: set[int]) -> None:
    """Runs jobs as they come, calls `ready` when it can; after `stop` is set it ends those that are running and returns.

    Raises when the database goes away. `former` remembers between calls under which numbers this process was known: what
    was being fetched when the connection broke is given out again.
    """

    async def main() -> None:
        await sync_to_async(close_old_connections)()  # a former run may have left a broken one in this thread
        async with _opened() as opened:
            for number in former:
                await opened.job_manager.unregister_worker(number)
            former.clear()
            await _rescue(opened)
            ready()
            worker = _worker(opened, wait=True, listen_notify=True)
            beside = [asyncio.create_task(_rescue_again(opened)), asyncio.create_task(_stop_when(stop, worker))]
            try:
                await worker.run()
            finally:
                if worker.worker_id is not None:
                    former.add(worker.worker_id)
                for task in beside:
                    task.cancel()

    asyncio.run(main())


def _worker(opened, **options) -> Worker:
    options["worker_middleware"] = [*options.get("worker_middleware", ()), _traced]
    return Worker(
        opened,
        concurrency=CONCURRENCY,
        fetch_job_polling_interval=POLL_SECONDS,
        install_signal_handlers=False,
        delete_jobs="successful",
        stalled_worker_timeout=STALLED_SECONDS,
        **{**app.worker_defaults, **options},
    )


async def _traced(call_next, context, worker):
    with span(f"job {context.job.task_name}", {"honeyguide.attempt": context.job.attempts}, kind="CONSUMER"):
        return await call_next()


@contextlib.asynccontextmanager
async def _opened():
    """The app on connections of its own. Deferring stays on Django's, inside the caller's transaction."""
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=CONCURRENCY + 2, timeout=5)
    opened = app.with_connector(connector)
    async with opened.open_async():
        yield opened


async def _rescue(opened) -> None:
    """Gives the jobs of killed workers to living ones."""
    for job in await opened.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await opened.job_manager.retry_job(job, retry_at=datetime.now(UTC))


async def _rescue_again(opened) -> None:
    while True:
        await asyncio.sleep(STALLED_SECONDS)
        await _rescue(opened)


async def _stop_when(stop: threading.Event, worker: Worker) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.2)
    worker.stop()
