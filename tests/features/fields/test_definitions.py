import pytest

from honeyguide.features.fields.services import definitions

pytestmark = pytest.mark.django_db


def test_it_works():
    fields = definitions("lead")
    assert list(fields)[:3] == ["title", "firstname", "lastname"]
    assert [d.alias for d in fields.unique] == ["email"]
    assert definitions("company")["companyindustry"].options["Energy"] == "Energy"
