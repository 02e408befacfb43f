"""The databases that tests themselves run in."""

import pytest

from honeyguide.engine.sql import scalar
from honeyguide.features.users.models import User
from people import ada, bo, cy


@pytest.mark.django_db
def test_people_exist_once():
    assert ada() == ada()
    assert ada().role.is_admin
    assert not bo().role.is_admin
    assert cy().check_password("correct horse battery staple")


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_may_commit():
    ada()
    assert scalar("SELECT count(*) FROM users") == 1


@pytest.mark.django_db
def test_and_the_next_one_sees_nothing_of_it():
    assert not User.objects.filter(username="ada").exists()
