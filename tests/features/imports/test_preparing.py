"""Reading in a process of its own gives the same chunks as reading here, whatever happens to the process."""

import subprocess

import pytest

from honeyguide.features.imports import preparing
from honeyguide.features.imports.layout import Column, Layout
from honeyguide.features.imports.preparing import Reading, prepared
from honeyguide.features.imports.reader import MAX_LINE, Dialect, UnusableFile

LAYOUT = Layout(
    "lead", 2, (Column(0, "email", "lead", "Email", "email"), Column(1, "tags", "special", "tags")), ("email",)
)


@pytest.fixture
def reading(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("email,tags\n" + "".join(f"P{i}@x.com,{'a|b' if i % 3 else ''}\nbad,\n" for i in range(50)))
    return Reading(str(path), Dialect(), LAYOUT, byte=0, line=1, chunk_rows=7, chunk_bytes=10_000)


@pytest.fixture
def processes(monkeypatch):
    """The processes started; every file is worth one."""
    started, start = [], subprocess.Popen

    def popen(*arguments, **named):
        started.append(start(*arguments, **named))
        return started[-1]

    monkeypatch.setattr(preparing, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr(preparing.subprocess, "Popen", popen)
    return started


def test_a_small_file_needs_no_process(reading, monkeypatch):
    monkeypatch.delattr(preparing.subprocess, "Popen")
    with prepared(reading) as chunks:
        assert len(list(chunks)) == 15


def test_another_process_gives_the_same(reading, processes):
    with prepared(reading) as chunks:
        assert list(chunks) == list(reading.chunks())
    assert len(processes) == 1
    assert processes[0].returncode is not None


def test_it_begins_where_it_is_told(reading, processes):
    first, *others = reading.chunks()
    later = Reading(
        reading.path, reading.dialect, LAYOUT, byte=first.byte, line=first.line, chunk_rows=7, chunk_bytes=10_000
    )
    with prepared(later) as chunks:
        assert list(chunks) == others


def test_leaving_early_ends_the_process(reading, processes):
    with prepared(reading) as chunks:
        next(chunks)
    assert processes[0].returncode is not None


def test_the_death_of_the_process_loses_nothing(reading, processes):
    with prepared(reading) as chunks:
        received = [next(chunks)]
        processes[0].kill()
        received += chunks
    assert received == list(reading.chunks())


def test_a_process_that_does_not_start_is_done_without(reading, processes, monkeypatch):
    monkeypatch.setattr(preparing, "PROGRAM", "raise SystemExit(3)")
    with prepared(reading) as chunks:
        assert list(chunks) == list(reading.chunks())


def test_what_is_wrong_with_the_file_is_told(reading, processes):
    with open(reading.path, "ab") as file:
        file.write(b"x" * (MAX_LINE + 2))
    with prepared(reading) as chunks, pytest.raises(UnusableFile, match="longer than 8 MB"):
        list(chunks)


def test_the_original_rows_of_a_chunk_are_found_again(reading):
    first = next(reading.chunks())
    later = Reading(
        reading.path, reading.dialect, LAYOUT, byte=first.byte, line=first.line, chunk_rows=2, chunk_bytes=10_000
    )
    assert reading.original_rows()[2] == ["P0@x.com", ""]
    assert later.original_rows() == {9: ["bad", ""], 10: ["P4@x.com", "a|b"]}
