import pytest

from calls import call, created
from people import ada

pytestmark = pytest.mark.django_db


def page(**values):
    return created(ada(), "pages", "page", {"title": "My page", **values})


def test_aliases_are_made_from_titles_and_unique():
    assert [page()["alias"] for _ in range(2)] == ["my-page", "my-page1"]
    path = f"pages/{page(alias='Žluť')['id']}/edit"
    assert call(ada(), "PATCH", path, {"alias": "my-page"}).body["page"]["alias"] == "my-page2"


def test_scripts_stay_and_handlers_go():
    html = '<script>a()</script><p onclick="x" class=y ONLOAD=z>p</p>'
    assert page(customHtml=html)["customHtml"] == "<script>a()</script><p class=y>p</p>"


def test_a_redirect_needs_an_address():
    reply = call(ada(), "POST", "pages/new", {"title": "x", "redirectType": "301"})
    assert reply.body["errors"][0]["details"] == {"redirectUrl": ["A value is required."]}
    assert page(redirectType="302", redirectUrl="http://x.test")["redirectType"] == "302"


def test_a_template_is_a_theme():
    assert page(template="blank")["template"] == "blank"
    assert call(ada(), "POST", "pages/new", {"title": "x", "template": "nosuch"}).status == 400


def test_variants_and_translations_are_listed_with_their_parent_only():
    parent = page()
    variant = page(variantParent=parent["id"], variantSettings={"weight": 50})
    page(translationParent=parent["id"], language="cs")
    assert variant["variantStartDate"]
    listed = call(ada(), "GET", "pages").body
    assert (listed["total"], listed["pages"][0]["id"]) == (1, parent["id"])
    shown = call(ada(), "GET", f"pages/{parent['id']}").body["page"]
    assert [child["id"] for child in shown["variantChildren"]] == [variant["id"]]
    assert shown["translationChildren"][0]["language"] == "cs"
    assert shown["variantStartDate"]


def test_every_edit_is_a_revision():
    path = f"pages/{page()['id']}/edit"
    assert [call(ada(), "PATCH", path, {}).body["page"]["revision"] for _ in range(2)] == [2, 3]
