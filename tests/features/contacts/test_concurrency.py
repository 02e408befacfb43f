"""Real threads with real connections: one e-mail address makes one contact."""

import threading

import pytest
from django.db import connection

from honeyguide.engine.sql import rows, scalar
from honeyguide.features.contacts.services import create_contact, create_contacts
from people import ada

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works):
    """Runs the functions at the same moment, each with a connection of its own; raises what any of them raised."""
    barrier, failures = threading.Barrier(len(works)), []

    def run(work):
        try:
            connection.ensure_connection()
            barrier.wait()
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_one_address_makes_one_contact():
    user = ada()
    for i in range(10):
        address = f"same{i}@example.com"
        together(
            *[
                lambda n=n, a=address: create_contact({"email": a, f"address{n % 2 + 1}": str(n)}, by=user)
                for n in range(6)
            ]
        )
    assert rows("SELECT lower(fields ->> 'email'), count(*) FROM contacts GROUP BY 1 HAVING count(*) > 1") == []
    assert scalar("SELECT count(*) FROM contacts") == 10


def test_batches_and_singles_meet():
    user = ada()
    forwards = [{"email": f"b{i}@example.com", "firstname": "F"} for i in range(400)]
    small = [{"email": f"b{i}@example.com", "lastname": "B"} for i in reversed(range(100))]
    together(
        lambda: create_contacts(forwards, by=user),
        lambda: create_contacts(small, by=user),
        lambda: [create_contact(record, by=user) for record in small[:30]],
    )
    assert scalar("SELECT count(*) FROM contacts") == 400
    assert rows("SELECT 1 FROM contacts GROUP BY lower(fields ->> 'email') HAVING count(*) > 1") == []


def test_one_new_company_is_made_once():
    user = ada()
    together(
        *[lambda n=n: create_contact({"email": f"c{n}@example.com", "company": "Acme"}, by=user) for n in range(5)]
    )
    assert scalar("SELECT count(*) FROM companies") == 1
    assert scalar("SELECT count(*) FROM company_contacts WHERE is_primary") == 5
