"""Hits are answered first and written together: one thread per process commits what came in, every few milliseconds.

A hit is in memory for at most about 20 ms before it is on disk. While the database is away hits wait in memory, up to a
limit, and are written when it is back; an orderly end of the process writes the rest.
"""

import atexit
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import Any

import orjson
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from honeyguide.engine.channels.channel import channels
from honeyguide.engine.channels.queries import CLICKED
from honeyguide.engine.events import EventType
from honeyguide.engine.sql import execute
from honeyguide.engine.tracking.queries import RECORD, RECORD_VISITS

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.01
MOST_AT_ONCE = 2000
MOST_WAITING = 1_000_000
RETRY_SECONDS = 1.0
BURST_LINKS, BURST_SECONDS = 3, 1.0  # nobody clicks so many links of one e-mail in so short a time


@dataclass(slots=True)
class Hit:
    """One open or click. `link` is a link's id; `viewed` = the web view, not the pixel."""

    type: EventType
    message: int
    link: int | None = None
    agent: str = ""
    address: str = ""
    bot: bool = False
    viewed: bool = False
    at: datetime | None = None

    @property
    def payload(self) -> str | None:
        """What the event says besides; None when that is nothing."""
        said = {"link": self.link, "agent": self.agent, "ip": self.address, "bot": self.bot}
        kept = {name: value for name, value in said.items() if value}
        return orjson.dumps(kept).decode() if kept else None


@dataclass(slots=True)
class Follow(Hit):
    """A click in a text message or a notification: `message` is its dispatch."""


@dataclass(slots=True)
class Visit:
    """Somebody looked at a page or took a file. `said` becomes the event's payload; `contact` is None for machines.

    `object` is the landing page or the asset, `message` the outbox row whose link led there.
    """

    contact: int | None
    said: dict[str, Any]
    type: EventType = EventType.PAGE_HIT
    object: int | None = None
    message: int | None = None
    at: datetime | None = None


def write(waiting: list[Hit | Visit]) -> None:
    """All of them, in one commit: a statement each for what was done with e-mails, clicks in other messages, and visits."""
    follows = [one for one in waiting if isinstance(one, Follow)]
    hits = [one for one in waiting if isinstance(one, Hit) and not isinstance(one, Follow)]
    visits = [one for one in waiting if isinstance(one, Visit)]
    with transaction.atomic():
        if hits:
            _write_hits(hits)
        if follows:
            _write_follows(follows)
        if visits:
            _write_visits(visits)


def _write_visits(visits: list[Visit]) -> None:
    execute(
        RECORD_VISITS,
        {
            "types": [visit.type.value for visit in visits],
            "contacts": [visit.contact for visit in visits],
            "ats": [visit.at for visit in visits],
            "objects": [visit.object for visit in visits],
            "messages": [visit.message for visit in visits],
            "payloads": [orjson.dumps(visit.said).decode() for visit in visits],
        },
    )


def _write_hits(hits: list[Hit]) -> None:
    execute(
        RECORD,
        {
            "types": [hit.type.value for hit in hits],
            "messages": [hit.message for hit in hits],
            "ats": [hit.at for hit in hits],
            "links": [hit.link for hit in hits],
            "payloads": [hit.payload for hit in hits],
            "bots": [hit.bot for hit in hits],
            "views": [hit.viewed for hit in hits],
        },
    )


def _write_follows(follows: list[Follow]) -> None:
    known = {channel.name: channel.clicked.value for channel in channels() if channel.clicked}
    execute(
        CLICKED,
        {
            "dispatches": [follow.message for follow in follows],
            "ats": [follow.at for follow in follows],
            "links": [follow.link for follow in follows],
            "payloads": [follow.payload for follow in follows],
            "bots": [follow.bot for follow in follows],
            "channels": list(known),
            "types": list(known.values()),
        },
    )


class Writer:
    """`add` never waits for the database."""

    def __init__(self) -> None:
        self._waiting: deque[Hit | Visit] = deque(maxlen=MOST_WAITING)
        self._wake = threading.Event()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._stopped = False
        self._bursts = _Bursts()

    def add(self, hit: Hit | Visit) -> None:
        hit.at = hit.at or datetime.now(UTC)
        if isinstance(hit, Hit):
            hit.bot = hit.bot or self._bursts.is_machine(hit)
        self._waiting.append(hit)
        if self._thread is None:
            self._start()
        if not self._wake.is_set():
            self._wake.set()

    def flush(self) -> None:
        """Writes what waits, in the calling thread. Raises when the database is away; then all of it still waits."""
        with self._writing:
            while hits := self._next():
                try:
                    write(hits)
                except (OperationalError, InterfaceError):
                    self._waiting.extendleft(reversed(hits))
                    raise
                except DatabaseError:
                    _write_each(hits)

    def close(self) -> None:
        """Writes what waits and stops, until the next hit."""
        thread = self._thread
        if thread is None:
            return
        self._stopped = True
        self._wake.set()
        thread.join(5)
        self._thread, self._stopped = None, False

    def _next(self) -> list[Hit | Visit]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hits", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        is_failing = False
        while not (self._stopped and (is_failing or not self._waiting)):
            self._wake.wait()
            if not self._stopped:
                time.sleep(GATHER_SECONDS)
            self._wake.clear()
            try:
                self.flush()
                is_failing = False
            except Exception as error:
                connection.close()
                if not is_failing:
                    logger.warning("Hits wait for the database: %s", str(error).strip().split("\n")[0])
                is_failing = True
                if not self._stopped:
                    time.sleep(RETRY_SECONDS)
                self._wake.set()
            if self._stopped:
                self._wake.set()
        connection.close()


def _write_each(hits: list[Hit | Visit]) -> None:
    """One of them cannot be written; the others shall not be lost with it."""
    for hit in hits:
        try:
            write([hit])
        except DatabaseError:
            logger.exception("A hit could not be recorded: %r", hit)


class _Bursts:
    """Recognises scanners by how they click: many links of one message within a second."""

    def __init__(self) -> None:
        self._recent: dict[tuple[type, int], tuple[float, set[int]]] = {}
        self._swept_at = 0.0

    def is_machine(self, hit: Hit) -> bool:
        if hit.link is None:
            return False
        now = time.monotonic()
        if now - self._swept_at > BURST_SECONDS:
            self._recent = {m: entry for m, entry in list(self._recent.items()) if now - entry[0] < BURST_SECONDS}
            self._swept_at = now
        since, links = self._recent.setdefault((type(hit), hit.message), (now, set()))
        links.add(hit.link)
        return len(links) >= BURST_LINKS and now - since < BURST_SECONDS


writer = Writer()
atexit.register(writer.close)
Finalize(writer, writer.close, exitpriority=10)  # children of multiprocessing do not run atexit
