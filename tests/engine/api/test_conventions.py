"""The API's conventions, on stages, roles, categories, users and tags: what every resource does alike."""

import base64

import orjson
import pytest
from django.db import transaction
from django.test import Client

from bodies import least
from calls import call, created
from honeyguide.engine import config
from people import PASSWORD, ada, cy

pytestmark = pytest.mark.django_db

ONES = {"stages": "stage", "roles": "role", "categories": "category", "users": "user", "tags": "tag"}
TEXT = {"stages": "name", "roles": "name", "categories": "title", "users": "lastName", "tags": "tag"}
CORS = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Max-Age")


@pytest.fixture(autouse=True)
def api_on():
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)


def basic(user="ada", password=PASSWORD):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def raw(method, path, body=b"", kind="application/json", signed=True, **headers):
    """A call as bytes, by Ada when it is signed."""
    ada()
    headers = {**(basic() if signed else {}), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Client().generic(method, path, body, content_type=kind, headers=headers)


def stage(**values):
    return created(ada(), "stages", "stage", {"name": "s", **values})


def names(query):
    reply = call(ada(), "GET", f"stages?{query}")
    assert reply.status == 200, reply.body
    return [item["name"] for item in reply.body["stages"]]


def error(reply):
    (only,) = reply.body["errors"]
    return reply.status, only["code"], only["message"]


# --- one item ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ONES)
def test_one_item_from_birth_to_death(name):
    one = ONES[name]
    made = call(ada(), "POST", f"{name}/new", least(name))
    number = made.body[one]["id"]
    assert (made.status, list(made.body), made.headers["Location"]) == (201, [one], f"/api/{name}/{number}")
    assert call(ada(), "GET", f"{name}/{number}").body == made.body
    patched = call(ada(), "PATCH", f"{name}/{number}/edit", {TEXT[name]: "other", "id": 5, "nonsense": 1})
    assert (patched.status, patched.body[one]["id"], patched.body[one][TEXT[name]]) == (200, number, "other")
    gone = call(ada(), "DELETE", f"{name}/{number}/delete")
    assert (gone.status, gone.body[one]["id"], gone.body[one][TEXT[name]]) == (200, None, "other")
    for method, path in (("GET", number), ("PATCH", f"{number}/edit"), ("DELETE", f"{number}/delete")):
        missing = call(ada(), method, f"{name}/{path}")
        assert missing.status == 404
        assert missing.body == {"errors": [{"code": 404, "message": "Item was not found.", "details": []}]}


@pytest.mark.parametrize("name", ONES)
def test_a_list_has_a_total_and_the_items(name):
    made = created(ada(), name, ONES[name], least(name))
    body = call(ada(), "GET", f"{name}?limit=0").body
    listed = body[name]
    assert list(body) == ["total", name]
    assert body["total"] == len(listed)
    assert (listed[str(made["id"])] if name == "tags" else listed[[i["id"] for i in listed].index(made["id"])]) == made
    nothing = call(ada(), "GET", f"{name}?search=ids:0").body
    assert nothing == {"total": 0, name: []}


def test_patch_leaves_and_put_resets_what_is_not_sent():
    made = stage(weight=5, description="<b>d</b>", publishUp="2030-01-02 03:04")
    path = f"stages/{made['id']}/edit"
    patched = call(ada(), "PATCH", path, {"name": "p"}).body["stage"]
    assert (patched["weight"], patched["description"], patched["publishUp"]) == (
        5,
        "<b>d</b>",
        "2030-01-02T03:04:00+00:00",
    )
    put = call(ada(), "PUT", path, {"name": "q"})
    stored = put.body["stage"]
    assert (put.status, stored["id"]) == (200, made["id"])
    assert (stored["weight"], stored["description"], stored["publishUp"], stored["isPublished"]) == (
        0, None, None, False,
    )  # fmt: skip
    assert "Location" not in put.headers


def test_put_of_an_unknown_id_creates_with_an_id_of_its_own():
    reply = call(ada(), "PUT", "stages/999999/edit", {"name": "x"})
    assert reply.status == 201
    assert reply.body["stage"]["id"] != 999_999
    assert reply.headers["Location"] == f"/api/stages/{reply.body['stage']['id']}"


def test_what_is_wrong_is_told_by_field_and_nothing_is_stored():
    reply = call(ada(), "POST", "stages/new", {"weight": "heavy"})
    assert reply.status == 400
    (only,) = reply.body["errors"]
    assert only["details"] == {"name": ["A name is required."], "weight": ["This value is not valid."]}
    assert only["message"] == "name: A name is required., weight: This value is not valid."
    assert "type" not in only
    assert call(ada(), "GET", "stages").body["total"] == 0


def test_who_made_and_changed_an_item():
    made = stage()
    assert (made["createdBy"], made["createdByUser"], made["modifiedByUser"]) == (ada().pk, "Ada Admin", None)
    edited = call(ada(), "PATCH", f"stages/{made['id']}/edit", {"name": "t"}).body["stage"]
    assert (edited["createdByUser"], edited["modifiedByUser"]) == ("Ada Admin", "Ada Admin")


# --- several at once --------------------------------------------------------------------------------------------------


def test_each_new_item_of_a_batch_has_its_own_status():
    reply = call(ada(), "POST", "stages/batch/new", [{"weight": 1}, {"name": "b"}])
    assert (reply.status, reply.body["statusCodes"]) == (201, [400, 201])
    assert list(reply.body["stages"]) == ["1"]
    assert reply.body["errors"] == [
        {
            "code": 400,
            "message": "name: A name is required.",
            "details": {"name": ["A name is required."]},
            "type": None,
        }
    ]


def test_a_batch_answers_under_the_keys_of_the_request():
    reply = call(ada(), "POST", "stages/batch/new", {"4": {"name": "a"}, "9": {"name": "b"}})
    assert {key: item["name"] for key, item in reply.body["stages"].items()} == {"4": "a", "9": "b"}
    assert reply.body["statusCodes"] == {"4": 201, "9": 201}
    listed = call(ada(), "POST", "stages/batch/new", {"0": {"name": "a"}, "1": {"name": "b"}})
    assert [item["name"] for item in listed.body["stages"]] == ["a", "b"]
    assert "errors" not in listed.body


def test_a_batch_edits_what_it_finds():
    number = stage()["id"]
    entries = [{"id": number, "name": "x"}, {"id": 999_999, "name": "y"}, {"id": number, "weight": "z"}]
    patched = call(ada(), "PATCH", "stages/batch/edit", entries)
    assert (patched.status, patched.body["statusCodes"]) == (200, [200, 404, 400])
    assert patched.body["errors"]["1"] == {"message": "Item was not found.", "code": 404, "type": "api"}
    assert call(ada(), "GET", f"stages/{number}").body["stage"]["name"] == "x"
    put = call(ada(), "PUT", "stages/batch/edit", entries[:2])
    assert put.body["statusCodes"] == [200, 201]


def test_a_value_that_no_column_holds_spoils_only_its_own_item():
    entries = [{"name": "a"}, {"name": "b", "rawPermissions": {"stage:stages": ["\x00"]}}, {"name": "c"}]
    reply = call(ada(), "POST", "roles/batch/new", entries)
    assert reply.body["statusCodes"] == [201, 400, 201]


@pytest.mark.parametrize(
    "query", ["ids={},{}", "ids[]={}&ids[]={}", "0={}&1={}", "0[id]={}&1[id]={}", "ids={},{},77,x"]
)
def test_the_ids_to_delete_stand_in_the_query(query):
    first, second = stage()["id"], stage()["id"]
    kept = stage()["id"]
    reply = call(ada(), "DELETE", f"stages/batch/delete?{query.format(first, second)}", {"ids": [kept]})
    assert (reply.status, [item["id"] for item in reply.body["stages"]]) == (200, [first, second])
    assert [item["id"] for item in call(ada(), "GET", "stages").body["stages"]] == [kept]


def test_a_batch_has_a_limit():
    config.set_value("api_batch_max_limit", 2)
    reply = call(ada(), "POST", "stages/batch/new", [{"name": "x"}] * 3)
    assert reply.status == 500
    assert reply.body == {
        "errors": [{"code": 500, "message": "A max of 2 entities are supported at a time.", "details": []}]
    }
    assert call(ada(), "GET", "stages").body["total"] == 0


def test_a_role_in_use_stops_a_batch_before_anything_is_deleted():
    free = created(ada(), "roles", "role", {"name": "free"})["id"]
    reply = call(ada(), "DELETE", f"roles/batch/delete?ids={free},{ada().role_id}")
    assert reply.status == 428
    assert call(ada(), "GET", f"roles/{free}").status == 200


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def three():
    for name, weight in (("b", 1), ("A", 2), ("c", 2)):
        stage(name=name, weight=weight, isPublished=name != "c")


@pytest.mark.usefixtures("three")
class TestLists:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["b", "A", "c"]),
            ("orderBy=name", ["A", "b", "c"]),
            ("orderBy=name&orderByDir=desc", ["c", "b", "A"]),
            ("orderBy=weight,name&orderByDir=DESC", ["c", "A", "b"]),
            ("orderBy=s.name", ["A", "b", "c"]),
            ("orderBy=name&order[0][col]=weight&order[0][dir]=DESC&order[1][col]=name", ["A", "c", "b"]),
            ("start=1&limit=1", ["A"]),
            ("start=1&limit=0", ["b", "A", "c"]),
            ("limit=2", ["b", "A"]),
            ("limit=", ["b", "A", "c"]),
            ("start=9&limit=1", []),
            ("published=1", ["b", "A"]),
            ("publishedOnly=1", ["b", "A", "c"]),
            ("where[0][col]=weight&where[0][expr]=eq&where[0][val]=2", ["A", "c"]),
            ("where[0][column]=weight&where[0][expr]=lt&where[0][value]=2", ["b"]),
            ("where[0][col]=name&where[0][expr]=in&where[0][val]=a,c", ["A", "c"]),
            ("where[0][col]=name&where[0][expr]=like&where[0][val]=%25B%25", ["b"]),
            ("where[0][col]=name&where[0][expr]=nosuch&where[0][val]=b", ["b", "A", "c"]),
            ("where[0][col]=description&where[0][expr]=isNull", ["b", "A", "c"]),
            ("where[0][col]=weight&where[0][expr]=eq&where[0][val]=2&search=c", ["c"]),
            ("where[0][col]=weight&where[0][expr]=between&where[0][val][]=2&where[0][val][]=3", ["A", "c"]),
            (
                "where[0][expr]=orX&where[0][val][0][col]=name&where[0][val][0][expr]=eq&where[0][val][0][val]=b"
                "&where[0][val][1][col]=name&where[0][val][1][expr]=eq&where[0][val][1][val]=c",
                ["b", "c"],
            ),
            ("search=is:unpublished", ["c"]),
            ("search=is:mine", ["b", "A", "c"]),
        ],
    )
    def test_what_they_hold(self, query, expected):
        assert names(query) == expected

    @pytest.mark.parametrize(
        "query",
        [
            "orderBy=nosuch",
            "order[0][dir]=ASC",
            "order[0][col]=name&order[0][dir]=sideways",
            "start=-1",
            "limit=-1",
            "where=x",
            "where[0][expr]=eq&where[0][val]=1",
            "where[0][col]=name&where[0][val]=1",
            "where[0][col]=nosuch&where[0][expr]=eq&where[0][val]=1",
            "search[]=x",
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, query):
        assert call(ada(), "GET", f"stages?{query}").status == 400

    def test_the_total_counts_what_other_pages_hold(self):
        assert call(ada(), "GET", "stages?limit=1&search=is:published").body["total"] == 2

    def test_minimal_and_selected_items_are_shorter(self):
        (full, minimal) = (call(ada(), "GET", f"stages?{q}").body["stages"][0] for q in ("", "minimal=1"))
        assert full.keys() - minimal.keys() == {"publishUp", "publishDown"}
        chosen = call(ada(), "GET", "stages?select[]=name").body["stages"][0]
        assert (chosen["name"], chosen["weight"]) == ("b", 0)  # not selected: the default of its class
        assert "description" not in chosen


# --- around the calls -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["stages/new", "stages/abc", "nosuch", "stages/1/nosuch", "stages%0Ax", "stages/1%00"])
def test_what_is_no_route_is_told_with_its_address(path):
    reply = raw("GET", f"/api/{path}?a=1")
    assert reply.status_code == 404
    (only,) = reply.json()["errors"]
    assert (only["code"], only["type"]) == (404, None)
    assert only["message"].startswith("Requested URL not found: /api/")
    assert "Mautic-Version" not in reply.headers


def test_the_version_is_told_by_controllers_only():
    for path, status in (("stages", 200), ("stages/999999", 404)):
        reply = raw("GET", f"/api/{path}")
        assert (reply.status_code, reply.headers["Mautic-Version"]) == (status, "5.1.1")
        assert reply.headers["Cache-Control"] == "no-cache, private"
    assert "Mautic-Version" not in raw("GET", "/api/stages", signed=False).headers


def test_a_trailing_slash_is_moved_away():
    reply = raw("GET", "/api/stages/?limit=1")
    assert (reply.status_code, reply.headers["Location"]) == (301, "http://testserver/api/stages?limit=1")


def test_the_front_controller_may_stand_in_the_path():
    assert raw("GET", "/index.php/api/stages").status_code == 200


def test_a_post_may_carry_another_verb_in_its_header_but_not_in_its_body():
    number = stage()["id"]
    body = orjson.dumps({"name": "x"})
    assert raw("POST", f"/api/stages/{number}/edit", body).status_code == 404
    assert raw("POST", f"/api/stages/{number}/edit", b"_method=PATCH&name=x", FORM).status_code == 404
    reply = raw("POST", f"/api/stages/{number}/edit", body, X_HTTP_Method_Override="patch")
    assert reply.json()["stage"]["name"] == "x"
    assert raw("GET", f"/api/stages/{number}/delete", X_HTTP_Method_Override="DELETE").status_code == 404


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"name": "x"}', 201),
        ("application/json; charset=utf-8", b'{"name": "x"}', 201),
        ("", b'{"name": "x"}', 201),
        (FORM, b"name=x&weight=3", 201),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--b--\r\n', 201),
        ("text/plain", b'{"name": "x"}', 400),
        ("application/json", b"", 400),
    ],
)  # fmt: skip
def test_bodies_by_their_type(kind, body, status):
    assert raw("POST", "/api/stages/new", body, kind).status_code == status


@pytest.mark.parametrize("body", [b"{", b'"text"', b"1", b"null", b"\xff", b"[" * 5000, b'{"a": NaN}'])
def test_a_body_that_is_no_object_is_a_bad_request(body):
    reply = raw("POST", "/api/stages/new", body)
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["message"].startswith("Looks like I encountered an error (error #400).")


def test_a_multipart_body_that_cannot_be_read_is_a_bad_request():
    assert raw("POST", "/api/stages/new", b"x", "multipart/form-data").status_code == 400


# --- who may call -----------------------------------------------------------------------------------------------------


def outside(reply):
    (only,) = reply.json()["errors"]
    assert only["code"] == reply.status_code
    return only["code"], only["message"], only["type"]


def test_who_does_not_sign_in_is_told_why():
    assert outside(raw("GET", "/api/stages", signed=False)) == (401, "API authorization denied.", "access_denied")
    wrong = (401, "Authorization denied, invalid credentials.", "access_denied")
    for header in (
        basic(password="wrong")["Authorization"],
        basic("nobody")["Authorization"],
        "Basic",
        "Basic !",
        "Basic YQ==",
    ):
        assert outside(raw("GET", "/api/stages", signed=False, Authorization=header)) == wrong
    bearer = raw("GET", "/api/stages", signed=False, Authorization="Bearer x")
    assert outside(bearer) == (401, "The access token provided is invalid.", "invalid_grant")


def test_the_e_mail_address_signs_in_too():
    ada()
    header = basic("ADA@example.com")["Authorization"]
    assert raw("GET", "/api/stages", signed=False, Authorization=header).status_code == 200


def test_basic_and_the_whole_api_can_be_off():
    config.set_value("api_enable_basic_auth", False)
    code, message, kind = outside(raw("GET", "/api/stages"))
    assert (code, kind) == (403, "access_denied")
    assert message.startswith("Basic Auth disabled.")
    config.set_value("api_enabled", False)
    code, message, kind = outside(raw("GET", "/api/nosuch", signed=False))
    assert (code, kind) == (403, "api_disabled")
    assert message.startswith("API disabled.")


@pytest.mark.parametrize("change", ["password", "unpublish"])
def test_a_remembered_password_is_forgotten_with_the_first_change(change):
    user = ada()
    assert raw("GET", "/api/stages").status_code == 200
    if change == "password":
        user.set_password("another one")
    else:
        user.is_published = False
    with transaction.atomic():  # a row version of its own, as in life
        user.save()
    assert raw("GET", "/api/stages").status_code == 401


def test_refused_without_rights():
    reply = call(cy(), "GET", "stages")
    assert error(reply) == (403, 403, "You do not have access to the requested area/action.")
    assert reply.headers["Mautic-Version"] == "5.1.1"


def test_one_call_too_many():
    config.set_value("api_rate_limiter_limit", 2)
    remaining = [raw("GET", "/api/stages").headers["X-RateLimit-Remaining"] for _ in range(2)]
    assert remaining == ["1", "0"]
    reply = raw("GET", "/api/stages")
    assert reply.status_code == 429
    assert reply.content == (
        b'{ "errors": [ { "code": 429, "message": "You exceeded the rate limit of 2 API calls per hour.", '
        b'"details": [] } ]}'
    )
    assert (reply.headers["X-RateLimit-Limit"], reply.headers["X-RateLimit-Remaining"]) == ("2", "0")
    assert int(reply.headers["X-RateLimit-Reset"]) > 1_700_000_000
    assert "Mautic-Version" not in reply.headers


# --- other sites ------------------------------------------------------------------------------------------------------

PREFLIGHT = {"Access_Control_Request_Headers": "Authorization", "Access_Control_Request_Method": "GET"}


def test_a_preflight_needs_no_sign_in():
    config.set_value("cors_restrict_domains", False)
    reply = raw("OPTIONS", "/api/stages", signed=False, Origin="https://a.test", **PREFLIGHT)
    assert (reply.status_code, reply.content) == (204, b"")
    assert [reply.headers[name] for name in CORS] == ["https://a.test", "true", "36000"]
    assert not set(CORS) & set(raw("OPTIONS", "/api/stages", signed=False, Origin="https://a.test").headers)


def test_only_listed_sites_when_they_are_restricted():
    config.set_value("cors_restrict_domains", True)
    config.set_value("cors_valid_domains", ["https://a.test", "https://*.b.test"])
    for origin, allowed in (("https://a.test", True), ("https://x.b.test", True), ("https://evil.test", False)):
        reply = raw("OPTIONS", "/api/stages", signed=False, Origin=origin, **PREFLIGHT)
        assert (reply.headers.get(CORS[0]) == origin) is allowed
        ordinary = raw("GET", "/api/stages", Origin=origin, X_Requested_With="XMLHttpRequest")
        assert (ordinary.headers.get(CORS[0]) == origin) is allowed
        assert CORS[0] not in raw("GET", "/api/stages", Origin=origin).headers
