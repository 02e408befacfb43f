"""Rows in the binary format of COPY, which PostgreSQL takes in without parsing numbers and dates."""

import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_ROW = struct.Struct(">hiqi").pack
JSONB_VERSION = b"\x01"


def row(columns: int, id: int, json: bytes, rest: bytes) -> bytes:
    """A row of an id, a jsonb and `columns` further columns, whose cells are `rest`."""
    return _ROW(columns + 2, 8, id, len(json) + 1) + JSONB_VERSION + json + rest


def _sized(value: bytes) -> bytes:
    return struct.pack(">i", len(value)) + value


def _moment(value: str) -> bytes:
    return struct.pack(">iq", 8, (datetime.fromisoformat(value) - BEGINNING) // timedelta(microseconds=1))


CELLS: Mapping[str, Callable[[Any], bytes]] = {
    "boolean": lambda value: _sized(b"\1" if value else b"\0"),
    "int": lambda value: struct.pack(">ii", 4, value),
    "bigint": lambda value: struct.pack(">iq", 8, value),
    "text": lambda value: _sized(value.encode()),
    "timestamptz": _moment,
}


def cell(value: Any, type: str) -> bytes:
    """A value of a column of this type; timestamps come as ISO text with an offset."""
    return NULL if value is None else CELLS[type](value)
