import pytest

from calls import call, created
from honeyguide.features.users.models import Role
from people import ada, bo, cy

pytestmark = pytest.mark.django_db


def category(**values):
    return created(ada(), "categories", "category", {"title": "API Cat", "bundle": "asset", **values})


def test_a_category_is_shown_without_publish_details():
    made = category(color="ff00aa")
    assert made == {
        "id": made["id"], "title": "API Cat", "alias": "api-cat", "description": None, "color": "ff00aa", "bundle": "asset"
    }  # fmt: skip


def test_it_needs_a_title_and_a_bundle_that_exists():
    refused = call(ada(), "POST", "categories/new", {}).body["errors"][0]
    assert refused["details"] == {"bundle": ["A value is required."], "title": ["A title is required."]}
    refused = call(ada(), "POST", "categories/new", {"title": "x", "bundle": "sms"})
    assert (refused.status, refused.body["errors"][0]["details"]) == (400, {"bundle": ["This value is not valid."]})


def test_aliases_are_made_from_titles_once_within_their_bundle():
    assert [category()["alias"] for _ in range(3)] == ["api-cat", "api-cat1", "api-cat2"]
    assert category(bundle="page")["alias"] == "api-cat"
    assert category(alias="Žluťoučký kůň")["alias"] == "zlutoucky-kun"


def test_an_alias_changes_only_when_it_is_meant():
    made = category()
    path = f"categories/{made['id']}/edit"
    assert call(ada(), "PATCH", path, {"title": "Other"}).body["category"]["alias"] == "api-cat"
    assert call(ada(), "PATCH", path, {"alias": "mine"}).body["category"]["alias"] == "mine"
    assert call(ada(), "PATCH", path, {"alias": ""}).body["category"]["alias"] == "other"
    assert call(ada(), "PUT", path, {"title": "Put"}).body["category"]["alias"] == "put"
    category()
    assert call(ada(), "PATCH", path, {"alias": "api-cat"}).body["category"]["alias"] == "api-cat1"


def test_the_bundle_stays():
    made = category()
    edited = call(ada(), "PUT", f"categories/{made['id']}/edit", {"title": "x", "bundle": "page"})
    assert (edited.status, edited.body["category"]["bundle"]) == (200, "asset")


@pytest.mark.parametrize("color", ["ff00aa", "#ff00aa", ""])
def test_colours(color):
    assert category(color=color)["color"] == (color or None)


def test_a_colour_has_seven_letters_at_most():
    assert call(ada(), "POST", "categories/new", {"title": "x", "bundle": "page", "color": "12345678"}).status == 400


def test_what_used_it_loses_it():
    made = category(bundle="segment")
    segment = created(ada(), "segments", "list", {"name": "People", "category": made["id"]})
    assert call(ada(), "DELETE", f"categories/{made['id']}/delete").body["category"]["id"] is None
    assert call(ada(), "GET", f"segments/{segment['id']}").body["list"]["category"] is None


def test_who_names_a_bundle_needs_its_permission_to_list():
    category(bundle="email")
    role = Role.objects.create(name="Mailer", raw_permissions={"email:categories": ["view"], "api:access": ["full"]})
    mailer = bo()
    mailer.role = role
    mailer.save()
    assert call(mailer, "GET", "categories").status == 403
    assert call(mailer, "GET", "categories?bundle=page").status == 403
    assert call(mailer, "GET", "categories?bundle=global").status == 403
    assert call(mailer, "GET", "categories?bundle=x%00'y").status == 403
    assert call(mailer, "GET", "categories?bundle[]=email").status == 403
    assert call(mailer, "GET", "categories?bundle=email").body["total"] == 1
    role = Role.objects.create(name="All", raw_permissions={"category:categories": ["view"], "api:access": ["full"]})
    mailer = cy()
    mailer.role = role
    mailer.save()
    assert call(mailer, "GET", "categories").status == 200
    assert call(mailer, "GET", "categories?bundle=email").status == 403
