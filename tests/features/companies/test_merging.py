"""Two companies become one."""

import pytest

from honeyguide.engine.resource.errors import NotFound, Refused
from honeyguide.engine.sql import rows
from honeyguide.features.companies.membership import add_contacts
from honeyguide.features.companies.services import create_company, merge_companies, read
from honeyguide.features.contacts.services import create_contact
from honeyguide.features.contacts.services import read as read_contacts
from people import ada, bo, cy

pytestmark = pytest.mark.django_db


def make(name, **values):
    return create_company({"companyname": name, **values}, by=ada()).id


def contact(*companies):
    number = create_contact({"firstname": "Jim"}, by=ada()).id
    for company in companies:
        add_contacts(company, [number])
    return number


def links():
    return rows("SELECT contact_id, company_id, is_primary FROM company_contacts ORDER BY 1, 2")


def test_it_works():
    winner, loser = make("Acme", companycity="Rome", score=3), make("Acme Ltd", companycity="Oslo", companyphone="1")
    in_both, in_loser, elsewhere = contact(loser, winner), contact(loser), contact(make("Other"), loser)
    merge_companies(winner, loser, by=ada())
    merged = read([winner])[winner]
    assert merged.fields == {"companyname": "Acme", "companycity": "Rome", "companyphone": "1"}
    assert (merged.score, read([loser])) == (3, {})
    assert [link for link in links() if link[1] == winner] == [
        (in_both, winner, True),
        (in_loser, winner, True),
        (elsewhere, winner, False),
    ]
    named = {number: row.fields.get("company") for number, row in read_contacts([in_both, in_loser, elsewhere]).items()}
    assert named == {in_both: "Acme", in_loser: "Acme", elsewhere: "Other"}


def test_a_unique_value_that_the_winner_lacks_is_taken():
    winner, loser = make("Acme"), make("Beta")
    rows("UPDATE companies SET fields = fields - 'companyname' WHERE id = %s RETURNING 1", (winner,))
    merge_companies(winner, loser, by=ada())
    assert read([winner])[winner].fields["companyname"] == "Beta"


def test_the_owner_is_kept_or_taken():
    winner, loser = make("A"), make("B", owner=bo().pk)
    merge_companies(winner, loser, by=ada())
    assert read([winner])[winner].owner_id == bo().pk
    other = make("C", owner=ada().pk)
    merge_companies(winner, other, by=ada())
    assert read([winner])[winner].owner_id == bo().pk


def test_what_cannot_be_merged():
    winner = make("A")
    with pytest.raises(Refused):
        merge_companies(winner, winner)
    with pytest.raises(NotFound):
        merge_companies(winner, 999_999)


def test_the_page_finds_the_other_one_and_merges(client):
    winner, loser = make("Acme"), make("Acme & Co")
    client.force_login(ada())
    assert "Merge with another" in client.get(f"/s/companies/view/{winner}").content.decode()
    shown = client.get(f"/s/companies/merge/{winner}", {"q": "acme"}).content.decode()
    assert ("Acme &amp; Co" in shown, f'value="{winner}"' in shown) == (True, False)
    assert "No other company" in client.get(f"/s/companies/merge/{winner}", {"q": "zzz\x00"}).content.decode()
    for wrong in ("", "x", "9" * 30, "999999", str(winner)):
        assert client.post(f"/s/companies/merge/{winner}", {"loser": wrong}).status_code in (400, 404)
    assert client.post(f"/s/companies/merge/{winner}", {"loser": loser})["Location"] == f"/s/companies/view/{winner}"
    assert read([winner, loser]).keys() == {winner}


def test_only_who_may_delete_the_other(client):
    winner, loser = make("Acme"), make("Beta")
    client.force_login(cy())
    assert client.post(f"/s/companies/merge/{winner}", {"loser": loser}).status_code == 403
    client.force_login(bo())
    assert client.post(f"/s/companies/merge/{winner}", {"loser": loser}).status_code == 403
    assert read([winner, loser]).keys() == {winner, loser}
