"""Reads and cleans a file chunk by chunk; for a large file in a process of its own, one chunk ahead.

Python runs one thread at a time, so only another process keeps a second processor busy while the database writes. It knows no
Django and has no connection, so that the session that holds the import ends with the process that runs it. The pipe is the
only bond: a full one makes it wait, a broken one makes it end, and should it die, its work goes on in this process.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any

from honeyguide.features.imports.cleaning import clean
from honeyguide.features.imports.layout import Layout
from honeyguide.features.imports.reader import Dialect, Reader
from honeyguide.features.imports.records import Failure, Records

WORTH_A_PROCESS = 1024 * 1024  # bytes left to read; a process takes about as long to start as this much to read
PROGRAM = "from honeyguide.features.imports.preparing import main; main()"
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Chunk:
    """Consecutive rows, cleaned. The next one begins at `byte`, which is on `line`."""

    byte: int
    line: int
    at_end: bool
    guessed_line: int | None
    records: Records
    failures: list[Failure]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is to be read, from where, in chunks of how many rows and bytes at most. `byte` 0 is the header."""

    path: str
    dialect: Dialect
    layout: Layout
    byte: int
    line: int
    chunk_rows: int
    chunk_bytes: int

    def chunks(self) -> Iterator[Chunk]:
        """All chunks, read here. Raises `UnusableFile` and OSError."""
        with open(self.path, "rb") as file:
            reader = Reader(file, self.dialect, byte=self.byte, line=self.line)
            if self.byte == 0:
                reader.read(1)
            at_end = False
            while not at_end:
                batch = reader.read(self.chunk_rows, self.chunk_bytes)
                at_end = batch.at_end
                yield Chunk(batch.byte, batch.line, at_end, batch.guessed_line, *clean(batch, self.layout))

    def original_rows(self) -> dict[int, list[str]]:
        """The first chunk's rows by line, as they are in the file."""
        with open(self.path, "rb") as file:
            reader = Reader(file, self.dialect, byte=self.byte, line=self.line)
            if self.byte == 0:
                reader.read(1)
            batch = reader.read(self.chunk_rows, self.chunk_bytes)
            return dict(zip(batch.lines, batch.rows, strict=True))


@contextmanager
def prepared(reading: Reading) -> Iterator[Iterator[Chunk]]:
    """The chunks of the file, in order. Raises `UnusableFile` and OSError, when they are asked for."""
    if os.stat(reading.path).st_size - reading.byte < WORTH_A_PROCESS:
        yield reading.chunks()
        return
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield _received(process.stdin, process.stdout, reading)
        finally:
            process.kill()


def _received(to_process: IO[bytes], from_process: IO[bytes], reading: Reading) -> Iterator[Chunk]:
    try:
        pickle.dump(reading, to_process)
        to_process.flush()
        while True:
            told: Any = pickle.load(from_process)  # noqa: S301  from our own program
            if isinstance(told, Exception):
                raise told
            yield told
            if told.at_end:
                return
            reading = replace(reading, byte=told.byte, line=told.line)
    except (EOFError, BrokenPipeError, pickle.UnpicklingError):
        log.warning("The process that read %s ended; going on without it.", reading.path)
    yield from reading.chunks()


def main() -> None:
    """The process: a `Reading` comes in, its chunks go out, or the exception that kept them from it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    out = sys.stdout.buffer
    try:
        try:
            reading: Reading = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own program
            for chunk in reading.chunks():
                pickle.dump(chunk, out, pickle.HIGHEST_PROTOCOL)
                out.flush()
        except (ValueError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            pickle.dump(error, out)
            out.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more; leave without another attempt to write
