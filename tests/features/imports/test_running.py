"""An import's life: queued, run in slices, stopped, resumed, failed."""

from pathlib import Path

import pytest
from django.db import OperationalError, connection

from honeyguide.features.contacts.models import Contact
from honeyguide.features.imports import jobs, services
from honeyguide.features.imports.models import Import
from honeyguide.features.imports.services import (
    DELAYED,
    FAILED,
    IMPORTED,
    IN_PROGRESS,
    MANUAL,
    QUEUED,
    STOPPED,
)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(services, "CHUNK_ROWS", 10)
    monkeypatch.setattr(services, "RETRY_SECONDS", (0.05,) * 20)


@pytest.fixture
def make(tmp_path, db):
    def create(rows: int = 35) -> Import:
        path = tmp_path / "f.csv"
        path.write_text("email\n" + "".join(f"p{i}@x.com\n" for i in range(rows)))
        return services.create_import(path, original_file="f.csv", mapping={"email": "email"})

    return create


def test_an_import_waits_until_it_is_queued_and_the_worker_runs_it_in_slices(make, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE_SECONDS", 0.0)
    imported = make()
    assert imported.status == MANUAL
    assert jobs.run_due() == 0
    assert services.queue(imported).status == QUEUED
    slices = 0
    while jobs.run_due():
        slices += 1
    imported.refresh_from_db()
    assert (imported.status, imported.inserted_count, slices) == (IMPORTED, 35, 4)
    assert not Path(imported.file_path).exists()


def test_progress_is_told_after_every_chunk(make):
    seen = []
    services.run(make().pk, progress=lambda i: seen.append((i.inserted_count, i.position["byte"] <= i.byte_count)))
    assert seen == [(10, True), (20, True), (30, True), (35, True)]


def test_stopping_takes_effect_before_the_next_chunk_and_resuming_goes_on(make):
    imported = make()
    stopped = services.run(imported.pk, progress=lambda i: services.stop(i) if i.inserted_count == 20 else None)
    assert (stopped.status, stopped.inserted_count, Contact.objects.count()) == (STOPPED, 20, 20)
    services.resume(stopped)
    done = services.run(imported.pk)
    assert (done.status, done.inserted_count, done.updated_count, Contact.objects.count()) == (IMPORTED, 35, 0, 35)


def test_unpublishing_stops(make):
    imported = make()
    Import.objects.filter(pk=imported.pk).update(is_published=False)
    assert services.run(imported.pk).status == STOPPED


def test_a_file_that_vanished_fails_with_a_reason(make):
    imported = make()
    Path(imported.file_path).unlink()
    done = services.run(imported.pk)
    assert (done.status, done.status_info) == (FAILED, "The file is no longer there.")


def test_a_field_that_vanished_fails_with_a_reason(make):
    imported = make()
    Import.objects.filter(pk=imported.pk).update(mapping={"email": "gone"})
    done = services.run(imported.pk)
    assert done.status == FAILED
    assert "There is no field 'gone'" in done.status_info


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_is_waited_for(make, monkeypatch):
    original, failed = services.write, []

    def write(records, *rest, **named):
        if len(failed) < 2:
            failed.append(1)
            connection.connection.close()
            raise OperationalError("server closed the connection unexpectedly")
        return original(records, *rest, **named)

    monkeypatch.setattr(services, "write", write)
    done = services.run(make().pk)
    assert (done.status, done.inserted_count, Contact.objects.count()) == (IMPORTED, 35, 35)


@pytest.mark.django_db(transaction=True)
def test_only_one_process_works_on_an_import(make):
    imported = make()
    copy = connection.copy()
    with copy.cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (services.LOCKS, imported.pk))
        Import.objects.filter(pk=imported.pk).update(status=IN_PROGRESS)
        with pytest.raises(services.Busy):
            services.run(imported.pk)
        assert jobs.run_due() == 0
        other.execute("SELECT pg_advisory_unlock_all()")
    copy.close()
    while jobs.run_due():
        pass
    imported.refresh_from_db()
    assert imported.status == IMPORTED


@pytest.mark.django_db(transaction=True)
def test_more_imports_than_may_run_at_once_wait(make):
    first, second = services.queue(make()), services.queue(make())
    copy = connection.copy()
    with copy.cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", (services.LOCKS, first.pk))
        Import.objects.filter(pk=first.pk).update(status=IN_PROGRESS)
        assert jobs.run_due() == 0
        second.refresh_from_db()
        assert (second.status, second.status_info) == (DELAYED, "Waits for another import.")
        other.execute("SELECT pg_advisory_unlock_all()")
    copy.close()
    while jobs.run_due():
        pass
    assert set(Import.objects.values_list("status", flat=True)) == {IMPORTED}


def test_a_row_that_the_database_refuses_is_found_and_the_others_are_imported(make, monkeypatch):
    """No value that passes cleaning is known to be refused; a trigger stands for one."""
    imported = make()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.fields ->> 'email' = 'p13@x.com' THEN RAISE numeric_value_out_of_range; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    done = services.run(imported.pk)
    assert (done.status, done.inserted_count, done.ignored_count) == (IMPORTED, 34, 1)
    failure = done.failures.get()
    assert (failure.line, failure.row) == (15, ["p13@x.com"])
    assert failure.error.startswith("The database refused the row: ")
