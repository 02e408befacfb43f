"""One linear history that matches the models."""

import itertools
import re

import pytest
from django.core.management import call_command

from house.source import PACKAGE


def test_numbers_are_unique():
    numbers = [path.name[:4] for path in PACKAGE.glob("migrations/0*.py")]
    assert len(numbers) == len(set(numbers)), (
        "Two migrations have one number: renumber the later one and its dependency."
    )


def test_history_is_one_line():
    """Each migration depends on the one before it, so that two branches that add one conflict where it is seen."""
    names = sorted(path.stem for path in PACKAGE.glob("migrations/0*.py"))
    for before, this in itertools.pairwise(names):
        text = (PACKAGE / "migrations" / f"{this}.py").read_text()
        assert re.search(rf"""honeyguide["'], ["']{before}["']""", text), f"{this} must depend on {before}."


@pytest.mark.django_db
def test_no_model_change_lacks_its_migration(capsys):
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(f"Run makemigrations and name the file after the change:\n{capsys.readouterr().out}")
