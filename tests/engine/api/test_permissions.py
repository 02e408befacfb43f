"""Who may do what: every resource with standard routes, every level, on items of one's own and of others."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from bodies import BODIES, least
from calls import call, created
from honeyguide.engine import config
from honeyguide.engine.access import tokens
from honeyguide.engine.api.routes import resources, routes
from honeyguide.features.clients.services import create_client
from honeyguide.features.users.models import Role, User
from people import PASSWORD, ada

pytestmark = pytest.mark.django_db

# Contract conventions 11: the sets that know own and other items. The others are plain.
OWN_AND_OTHER = {
    "assets": "asset:assets",
    "campaigns": "campaign:campaigns",
    "companies": "lead:leads",
    "contacts": "lead:leads",
    "devices": "lead:leads",
    "dynamiccontents": "dynamiccontent:dynamiccontents",
    "emails": "email:emails",
    "focus": "focus:items",
    "forms": "form:forms",
    "hooks": "webhook:webhooks",
    "messages": "channel:messages",
    "notes": "lead:notes",
    "notifications": "notification:notifications",
    "pages": "page:pages",
    "reports": "report:reports",
    "smses": "sms:smses",
    "tweets": "mauticSocial:tweets",
}
PLAIN = {
    "categories": "category:categories",
    "points": "point:points",
    "points/groups": "point:groups",
    "points/triggers": "point:triggers",
    "roles": "user:roles",
    "stages": "stage:stages",
    "users": "user:users",
}
ELSEWHERE = {"fields/contact", "fields/company", "segments", "tags"}  # with rules of their own, tested below
WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|CREATE|ALTER|DROP)|.*FOR UPDATE", re.IGNORECASE | re.DOTALL)


class Person:
    """Someone who signs in, and whose rights change from moment to moment."""

    def __init__(self, name="dee"):
        self.bearer = None
        self.role = Role.objects.create(name=name, raw_permissions={})
        self.user = User(username=name, first_name=name, last_name="X", email=f"{name}@example.com", role=self.role)
        self.user.set_password(PASSWORD)
        self.user.save()

    def may(self, *permissions):
        """Has exactly these rights from now on: `email:emails:viewown`."""
        granted = {}
        for permission in permissions:
            name, _, level = permission.rpartition(":")
            granted.setdefault(name, []).append(level)
        self.role.raw_permissions = granted
        with transaction.atomic():  # a row version of its own, as in life
            self.role.save()
        return self

    def call(self, *args):
        return call(self.user, *args, bearer=self.bearer)

    def refused(self, *args):
        """Makes a call that must be refused, and leave everything as it is."""
        with nothing_written():
            reply = self.call(*args)
        assert (reply.status, reply.body["errors"][0]["code"]) == (403, 403), args


@contextmanager
def nothing_written():
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield
    written = [text for text in statements if WRITE.match(text) and "rate_limits" not in text]
    assert written == []


@pytest.fixture
def dee(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # many people sign in here
    config.set_value("api_enabled", True)
    config.set_value("api_enable_basic_auth", True)
    return Person()


@pytest.fixture(params=["basic", "bearer"])
def dee_both(dee, request):
    """Dee, who signs in with her password or with a token."""
    if request.param == "bearer":
        app = create_client(name="App", redirect_text="https://app.example/", by=ada())[0]
        dee.bearer = tokens.issue(client_id=app.pk, user_id=dee.user.pk, seconds=3600)
    return dee


def pair(dee, name, base):
    """The number of an item of Dee's and of one of Ada's."""
    one = resources()[name].one
    theirs = created(ada(), name, one, least(name))["id"]
    dee.may("lead:leads:full", f"{base}:full")
    body = least(name)
    if "lead" in body:
        body["lead"] = created(dee.user, "contacts", "contact", {"firstname": "x"})["id"]
    mine = created(dee.user, name, one, body)["id"]
    return mine, theirs


def ids(reply, name):
    """The ids of a list's or batch's items."""
    listed = reply.body[resources()[name].many]
    return {item["id"] for item in (listed.values() if isinstance(listed, dict) else listed)}


def change(name):
    """A change that is none of what the item refers to."""
    return {key: value for key, value in least(name).items() if key not in ("lead", "role")}


def test_every_resource_is_tested():
    assert OWN_AND_OTHER.keys() | PLAIN.keys() | ELSEWHERE == BODIES.keys()
    assert {name for name, resource in resources().items() if "new" in resource.standard} == BODIES.keys()


@pytest.mark.parametrize("name", sorted(BODIES))
def test_without_a_right_nothing_goes(name, dee_both):
    number = created(ada(), name, resources()[name].one, least(name))["id"]
    body = least(name)
    dee_both.may()
    dee_both.refused("GET", name)
    dee_both.refused("GET", f"{name}?where[0][col]=id&where[0][expr]=eq&where[0][val]={number}")
    dee_both.refused("GET", f"{name}/{number}")
    dee_both.refused("POST", f"{name}/new", body)
    dee_both.refused("POST", f"{name}/batch/new", [body])
    dee_both.refused("PUT", f"{name}/999999/edit", body)
    for method in ("PUT", "PATCH"):
        dee_both.refused(method, f"{name}/{number}/edit", body)
        with nothing_written():
            assert dee_both.call(method, f"{name}/batch/edit", [body | {"id": number}]).body["statusCodes"] == [403]
    dee_both.refused("DELETE", f"{name}/{number}/delete")
    with nothing_written():
        assert dee_both.call("DELETE", f"{name}/batch/delete?ids={number}").body["errors"][0]["code"] == 403


@pytest.mark.parametrize(("name", "base"), OWN_AND_OTHER.items())
def test_viewing_own_and_others_items(name, base, dee_both):
    mine, theirs = pair(dee_both, name, base)
    assert {mine, theirs} <= ids(dee_both.call("GET", f"{name}?limit=0"), name)
    dee_both.may(f"{base}:viewown")
    assert dee_both.call("GET", f"{name}/{mine}").status == 200
    dee_both.refused("GET", f"{name}/{theirs}")
    everything = "where[0][col]=id&where[0][expr]=gt&where[0][val]=0"
    either = "where[0][expr]=orX&where[0][val][0][col]=id&where[0][val][0][expr]=gt&where[0][val][0][val]=0"
    for query in ("limit=0", everything, either, f"search=ids:{mine},{theirs}", f"search=!ids:0 or ids:{theirs}"):
        listed = ids(dee_both.call("GET", f"{name}?{query.replace(' ', '%20')}"), name)
        assert mine in listed, query
        assert theirs not in listed, query
    total = dee_both.call("GET", f"{name}?limit=1&search=ids:{mine},{theirs}").body["total"]
    assert str(total) == "1"
    dee_both.may(f"{base}:viewother")
    assert [dee_both.call("GET", f"{name}/{number}").status for number in (mine, theirs)] == [200, 200]
    assert {mine, theirs} <= ids(dee_both.call("GET", f"{name}?limit=0"), name)
    dee_both.refused("PATCH", f"{name}/{mine}/edit", {})
    dee_both.refused("DELETE", f"{name}/{mine}/delete")
    dee_both.refused("POST", f"{name}/new", {})


@pytest.mark.parametrize(("name", "base"), OWN_AND_OTHER.items())
def test_editing_own_and_others_items(name, base, dee_both):
    mine, theirs = pair(dee_both, name, base)
    for level, allowed, refused in (("editown", mine, theirs), ("editother", theirs, mine)):
        dee_both.may(f"{base}:{level}")
        assert dee_both.call("PATCH", f"{name}/{allowed}/edit", change(name)).status == 200
        dee_both.refused("PATCH", f"{name}/{refused}/edit", change(name))
        dee_both.refused("PUT", f"{name}/{refused}/edit", change(name))
        batch = dee_both.call(
            "PATCH", f"{name}/batch/edit", [change(name) | {"id": allowed}, change(name) | {"id": refused}]
        )
        assert batch.body["statusCodes"] == [200, 403]
        assert batch.body["errors"]["1"]["type"] == "api"
        dee_both.refused("DELETE", f"{name}/{allowed}/delete")
    dee_both.may(f"{base}:full")
    for number in (mine, theirs):
        assert dee_both.call("PATCH", f"{name}/{number}/edit", change(name)).status == 200


@pytest.mark.parametrize(("name", "base"), OWN_AND_OTHER.items())
def test_deleting_own_and_others_items(name, base, dee_both):
    for level in ("deleteown", "deleteother"):
        mine, theirs = pair(dee_both, name, base)
        allowed, refused = (mine, theirs) if level == "deleteown" else (theirs, mine)
        dee_both.may(f"{base}:{level}")
        dee_both.refused("DELETE", f"{name}/{refused}/delete")
        dee_both.refused("PATCH", f"{name}/{allowed}/edit", {})
        batch = dee_both.call("DELETE", f"{name}/batch/delete?ids={refused},{allowed}")
        assert (batch.status, [error["code"] for error in batch.body["errors"]]) == (200, [403])
        assert [call(ada(), "GET", f"{name}/{number}").status for number in (refused, allowed)] == [200, 404]


@pytest.mark.parametrize(("name", "base"), [*OWN_AND_OTHER.items(), *PLAIN.items()])
def test_creating(name, base, dee_both):
    body = least(name)
    if "lead" in body:
        dee_both.may("lead:leads:create")
        body["lead"] = created(dee_both.user, "contacts", "contact", {"firstname": "x"})["id"]
    edit = ("editown", "editother") if name in OWN_AND_OTHER else ("edit",)
    dee_both.may(*(f"{base}:{level}" for level in edit))
    dee_both.refused("POST", f"{name}/new", body)
    dee_both.refused("POST", f"{name}/batch/new", [body])
    dee_both.refused("PUT", f"{name}/999999/edit", body)
    assert dee_both.call("PUT", f"{name}/batch/edit", [body | {"id": 999_999}]).body["statusCodes"] == [403]
    dee_both.may(f"{base}:create", *(["lead:leads:editown"] if "lead" in body else []))
    dee_both.refused("PUT", f"{name}/999999/edit", body)  # that wants the right to edit what nobody owns, too
    assert dee_both.call("POST", f"{name}/new", body).status == 201
    dee_both.may(
        *(f"{base}:{level}" for level in ("create", *edit)), *(["lead:leads:editown"] if "lead" in body else [])
    )
    again = least(name) | ({"lead": body["lead"]} if "lead" in body else {})
    assert dee_both.call("PUT", f"{name}/999999/edit", again).status == 201


@pytest.mark.parametrize(("name", "base"), PLAIN.items())
def test_plain_rights_do_not_ask_who_made_an_item(name, base, dee_both):
    mine, theirs = pair(dee_both, name, base)
    body = change(name)
    dee_both.may(f"{base}:view")
    for number in (mine, theirs):
        assert dee_both.call("GET", f"{name}/{number}").status == 200
        dee_both.refused("PATCH", f"{name}/{number}/edit", body)
        dee_both.refused("DELETE", f"{name}/{number}/delete")
    assert {mine, theirs} <= ids(dee_both.call("GET", f"{name}?limit=0"), name)
    dee_both.may(f"{base}:edit")
    for number in (mine, theirs):
        assert dee_both.call("PATCH", f"{name}/{number}/edit", change(name)).status == 200
        dee_both.refused("DELETE", f"{name}/{number}/delete")
    dee_both.may(f"{base}:delete")
    for number in (mine, theirs):
        dee_both.refused("PATCH", f"{name}/{number}/edit", body)
        assert dee_both.call("DELETE", f"{name}/{number}/delete").status == 200


def test_fields_are_changed_only_with_the_full_right(dee):
    for name in ("fields/contact", "fields/company"):
        number = created(ada(), name, "field", least(name))["id"]
        dee.may("lead:fields:view")
        assert dee.call("GET", f"{name}/{number}").status == 200
        dee.refused("POST", f"{name}/new", least(name))
        dee.refused("PATCH", f"{name}/{number}/edit", {"label": "x"})
        dee.refused("DELETE", f"{name}/{number}/delete")
        dee.may("lead:fields:full")
        assert dee.call("PATCH", f"{name}/{number}/edit", {"label": "x"}).status == 200
        assert dee.call("DELETE", f"{name}/{number}/delete").status == 200


def test_who_may_view_segments_may_change_all_of_them_but_delete_only_their_own(dee):
    mine, theirs = pair(dee, "segments", "lead:lists")
    dee.may("lead:lists:viewown")
    assert ids(dee.call("GET", "segments"), "segments") == {mine}
    assert dee.call("GET", f"segments/{theirs}").status == 200
    assert dee.call("PATCH", f"segments/{theirs}/edit", {"name": "x"}).status == 200
    dee.refused("DELETE", f"segments/{theirs}/delete")
    assert dee.call("DELETE", f"segments/{mine}/delete").status == 200
    dee.may("lead:lists:viewother", "lead:lists:deleteother")
    assert ids(dee.call("GET", "segments"), "segments") == {theirs}
    assert dee.call("DELETE", f"segments/{theirs}/delete").status == 200


def test_tags_go_with_the_rights_on_ones_own_contacts(dee):
    number = created(ada(), "tags", "tag", least("tags"))["id"]
    dee.may("lead:leads:viewown")
    assert ids(dee.call("GET", "tags"), "tags") == {number}
    dee.refused("PATCH", f"tags/{number}/edit", {"tag": "x"})
    dee.may("lead:leads:editown")
    assert dee.call("PATCH", f"tags/{number}/edit", {"tag": "x"}).status == 200
    dee.refused("DELETE", f"tags/{number}/delete")
    dee.may("lead:leads:deleteown")
    assert dee.call("DELETE", f"tags/{number}/delete").status == 200


def test_a_category_is_guarded_by_its_bundle(dee):
    numbers = {
        bundle: created(ada(), "categories", "category", {"title": "x", "bundle": bundle})["id"]
        for bundle in ("email", "stage", "global")
    }
    dee.may("email:categories:edit")
    assert dee.call("PATCH", f"categories/{numbers['email']}/edit", {"title": "y"}).status == 200
    dee.refused("PATCH", f"categories/{numbers['stage']}/edit", {"title": "y"})
    dee.refused("GET", f"categories/{numbers['global']}")
    dee.refused("POST", "categories/new", {"title": "x", "bundle": "email"})
    dee.refused("GET", "categories")


def test_a_change_of_rights_counts_at_once(dee):
    dee.may("stage:stages:view")
    assert dee.call("GET", "stages").status == 200
    dee.may()
    dee.refused("GET", "stages")
    dee.role.is_admin = True
    dee.may()
    assert dee.call("GET", "stages").status == 200


def test_publishing_has_a_right_of_its_own(dee):
    dee.may("stage:stages:create", "stage:stages:edit")
    made = created(dee.user, "stages", "stage", least("stages") | {"isPublished": True})
    assert made["isPublished"] is False
    path = f"stages/{made['id']}/edit"
    kept = dee.call("PATCH", path, {"isPublished": True, "publishUp": "2030-01-01", "name": "y"}).body["stage"]
    assert (kept["isPublished"], kept["publishUp"], kept["name"]) == (False, None, "y")
    dee.may("stage:stages:edit", "stage:stages:publish")
    assert dee.call("PATCH", path, {"isPublished": True}).body["stage"]["isPublished"] is True


# --- actions: the routes beyond the standard ones ---------------------------------------------------------------------

# Which right on whose item each needs: view or edit own or others' items. The rest asks for a plain right, or for none.
ABOUT_AN_ITEM = {
    "campaigns/{id}/contacts": ("campaigns", "view"),
    "companies/{company_id}/contact/{contact_id}/add": ("companies", "edit"),
    "companies/{company_id}/contact/{contact_id}/remove": ("companies", "edit"),
    "contacts/{id}/dnc/{channel}/add": ("contacts", "edit"),
    "contacts/{id}/dnc/{channel}/remove": ("contacts", "edit"),
    "contacts/{id}/activity": ("contacts", "view"),
    "contacts/{id}/notes": ("contacts", "view"),
    "contacts/{id}/devices": ("contacts", "view"),
    "contacts/{id}/campaigns": ("contacts", "view"),
    "contacts/{id}/segments": ("contacts", "view"),
    "contacts/{id}/companies": ("contacts", "view"),
    "contacts/{id}/utm/add": ("contacts", "edit"),
    "contacts/{id}/utm/{utm_id}/remove": ("contacts", "edit"),
    "contacts/{contact_id}/points/{operator}/{delta}": ("contacts", "edit"),
    "contacts/{contact_id}/points/groups": ("contacts", "view"),
    "contacts/{contact_id}/points/groups/{group_id}": ("contacts", "view"),
    "contacts/{contact_id}/points/groups/{group_id}/{operator}/{value}": ("contacts", "edit"),
    "emails/{id}/send": ("emails", "view"),
    "forms/{form_id}/submissions": ("forms", "view"),
    "forms/{form_id}/submissions/contact/{contact_id}": ("forms", "view"),
    "forms/{form_id}/submissions/{submission_id}": ("forms", "view"),
}
OPEN = {  # to whoever signed in, by the contract; what they answer is limited by the rights of the caller
    "contacts/list/segments",
    "data",
    "data/{type}",
    "emails/reply/{tracking_hash}",
    "files/{dir}",
    "files/{dir}/{file}/delete",
    "hooks/triggers",
    "segments/{id}/contacts/add",  # with a status for each contact
    "stats",
    "stats/{table}",
    "users/self",
    "users/{id}/permissioncheck",
}
ACTIONS = {f"{route.method} {route.path}": route for route in routes() if route.action and not route.action.file}
NUMBERED = {"company_id": "companies", "group_id": "points/groups", "trigger_id": "points/triggers"}


def address(route, numbers):
    """The route's path with the example of each word, and the number of an item for each id."""
    given = {g.name: g for g in route.action.takes}

    def value(match):
        name = match.group(1)
        if name in given:
            return str(given[name].example)
        of = route.resource.name if name == "id" else NUMBERED.get(name, f"{name.removesuffix('_id')}s")
        return str(numbers.get(of, 1))

    return re.sub(r"{(\w+)}", value, route.path)


def example(route):
    return {g.name: g.example for g in route.action.takes if g.place == "body" and g.example is not None}


@pytest.fixture
def numbers():
    """An item of Ada's of each resource."""
    return {name: created(ada(), name, resources()[name].one, least(name))["id"] for name in sorted(BODIES)}


def test_without_a_right_no_action_goes(dee_both, numbers):
    dee_both.may()
    for route in ACTIONS.values():
        if route.path not in OPEN:
            dee_both.refused(route.method, address(route, numbers), example(route))


@pytest.mark.parametrize("action", [key for key, route in ACTIONS.items() if route.path in ABOUT_AN_ITEM])
def test_actions_on_own_and_others_items(action, dee_both, numbers):
    route = ACTIONS[action]
    name, verb = ABOUT_AN_ITEM[route.path]
    base, beside = OWN_AND_OTHER[name], ["lead:leads:full"] if name != "contacts" else ["point:groups:view"]
    beside = [] if name == "companies" else beside  # whose contacts go by the same right
    mine, theirs = pair(dee_both, name, base)
    contact = created(dee_both.user, "contacts", "contact", {"firstname": "x"})["id"]
    contacts = {mine: {"contacts": contact}, theirs: {}}
    levels = {"own": [mine], "other": [mine, theirs] if verb == "view" else [theirs]}
    for reach, allowed in levels.items():
        dee_both.may(f"{base}:{verb}{reach}", *beside)
        for number in (mine, theirs):
            sent = route.method, address(route, numbers | contacts[number] | {name: number}), example(route)
            if number in allowed:
                with transaction.atomic():
                    assert dee_both.call(*sent).status != 403, (reach, sent)
            else:
                dee_both.refused(*sent)


def test_an_administrator_may_do_every_action(dee_both, numbers):
    dee_both.role.is_admin = True
    dee_both.may()
    for route in ACTIONS.values():
        if route.action.media == "application/json":
            reply = dee_both.call(route.method, address(route, numbers), example(route))
            assert reply.status not in (401, 403), (route.path, reply.body)
