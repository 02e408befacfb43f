import base64

import pytest
from django.test import Client

from calls import call, created
from honeyguide.features.users.models import Role, User
from honeyguide.features.users.services import password_problem
from people import PASSWORD, ada, bo, cy

pytestmark = pytest.mark.django_db

STRONG = "Tr1cky-enough"


def body(**values):
    return {
        "username": "dee",
        "firstName": "Dee",
        "lastName": "New",
        "email": "dee@example.com",
        "plainPassword": {"password": STRONG, "confirm": STRONG},
        "role": cy().role_id,
        **values,
    }


def dee(**values):
    return created(ada(), "users", "user", body(**values))


def refusal(**values):
    answer = call(ada(), "POST", "users/new", {k: v for k, v in body(**values).items() if v is not None})
    assert answer.status == 400, answer.body
    return answer.body["errors"][0]["details"]


class TestNewUsers:
    def test_who_is_new_can_sign_in_and_never_sees_the_password(self):
        made = dee(position="PM")
        assert (made["position"], made["role"]["name"], made["isPublished"]) == ("PM", "No rights", True)
        secret = base64.b64encode(f"dee@example.com:{STRONG}".encode()).decode()
        answer = Client().get("/api/users/self", headers={"Authorization": f"Basic {secret}"})
        assert answer.status_code == 200
        assert "assword" not in answer.content.decode() + str(made)

    @pytest.mark.parametrize(
        ("field", "value", "text"),
        [
            ("username", "", "Username is required."),
            ("username", None, "Username is required."),
            ("firstName", "", "First name is required."),
            ("lastName", None, "Last name is required."),
            ("email", "dee@", "The email entered is invalid."),
            ("role", "", "A role must be chosen for this user."),
            ("role", None, "A role must be chosen for this user."),
            ("timezone", "Mars/Olympus", "This value is not valid."),
        ],
    )
    def test_what_is_wrong_is_told(self, field, value, text):
        assert refusal(**{field: value})[field] == [text]
        assert not User.objects.filter(email__istartswith="dee").exists()

    def test_names_and_addresses_are_taken_as_either(self):
        assert refusal(username="ADA@example.com")["username"] == ["Username is already in use. Please choose another."]
        assert refusal(email="Cy@Example.com")["email"] == ["Email is already in use. Please choose another."]

    def test_the_password_is_looked_at_last(self):
        weak = {"password": "x", "confirm": "y"}
        assert "password" not in refusal(plainPassword=weak, firstName="")
        assert refusal(plainPassword=weak) == {"password": ["Password must be at least 6 characters."]}
        assert refusal(plainPassword=None) == {"password": ["This value should not be blank."]}

    @pytest.mark.parametrize("given", ["text", ["a", "b"], {"password": ["x"]}, {"password": None, "confirm": 1}, 5])
    def test_a_password_in_another_shape_is_none(self, given):
        assert "password" in refusal(plainPassword=given) or refusal(plainPassword=given) == {
            "plainPassword": ["This value is not valid."]
        }


@pytest.mark.parametrize(
    ("password", "confirmation", "begins"),
    [
        ("", "", "This value should not be blank."),
        ("aB3-5", "aB3-5", "Password must be at least 6"),
        ("abcdef", "abcdef", "Please enter a stronger"),
        ("Abcdef1", "Abcdef2", "Passwords do not match."),
    ],
)
def test_passwords(password, confirmation, begins):
    assert password_problem(password, confirmation).startswith(begins)
    assert password_problem(STRONG, STRONG) is None


class TestEditing:
    def test_patch_keeps_the_name_and_the_password(self):
        path = f"users/{cy().pk}/edit"
        sent = {"username": "eve", "position": "CEO", "plainPassword": {"password": STRONG, "confirm": STRONG}}
        edited = call(ada(), "PATCH", path, sent).body["user"]
        assert (edited["username"], edited["position"]) == ("cy", "CEO")
        assert User.objects.get(pk=cy().pk).check_password(PASSWORD)

    def test_put_keeps_name_and_role_and_resets_the_rest(self):
        made = dee(position="PM", signature="<b>Dee</b>")
        sent = {"username": "eve", "firstName": "D", "lastName": "N", "email": "d@example.com", "role": ada().role_id}
        edited = call(ada(), "PUT", f"users/{made['id']}/edit", sent).body["user"]
        assert (edited["username"], edited["role"]["id"], edited["position"]) == ("dee", cy().role_id, None)

    def test_another_ones_address_is_refused_and_ones_own_is_not(self):
        path = f"users/{cy().pk}/edit"
        assert call(ada(), "PATCH", path, {"email": ada().email}).status == 400
        assert call(ada(), "PATCH", path, {"email": "CY@example.com"}).status == 200

    def test_a_user_goes_and_what_was_his_stays(self):
        made = dee()
        contact = created(ada(), "contacts", "contact", {"email": "x@example.com", "owner": made["id"]})
        gone = call(ada(), "DELETE", f"users/{made['id']}/delete")
        assert (gone.status, gone.body["user"]["id"]) == (200, None)
        assert call(ada(), "GET", f"contacts/{contact['id']}").body["contact"]["owner"] is None


class TestRights:
    def test_everyone_may_ask_who_they_are(self):
        shown = call(cy(), "GET", "users/self").body
        assert (shown["username"], shown["role"]["name"]) == ("cy", "No rights")
        assert None not in shown.values()

    def test_permissions_are_checked_for_the_user_in_the_path(self):
        asked = {"permissions": ["lead:leads:viewown", "lead:leads:viewother", "stage:stages:view"]}
        told = call(ada(), "POST", f"users/{bo().pk}/permissioncheck", asked).body
        assert told == {"lead:leads:viewown": True, "lead:leads:viewother": False, "stage:stages:view": False}
        one = call(ada(), "POST", f"users/{ada().pk}/permissioncheck", {"permissions": "user:users:create"})
        assert one.body == {"user:users:create": True}

    def test_no_or_unknown_permissions(self):
        path = f"users/{bo().pk}/permissioncheck"
        nothing = call(ada(), "POST", path, {})
        assert nothing.body["errors"][0]["message"] == "At least one permission must be submitted."
        assert call(ada(), "POST", path, {"permissions": ["no:such:right"]}).status == 403

    def test_roles_to_choose_from_are_told_to_who_makes_users(self):
        ada()
        assert call(cy(), "GET", "users/list/roles").status == 403
        names = [role["name"] for role in call(ada(), "GET", "users/list/roles?filter=No").body]
        assert names == ["No rights"]


class TestRoles:
    def test_a_role_returns_what_was_sent(self):
        sent = {"email:emails": ["viewown", "viewother"]}
        made = created(ada(), "roles", "role", {"name": "Readers", "rawPermissions": sent})
        assert (made["rawPermissions"], made["isAdmin"]) == (sent, False)
        path = f"roles/{made['id']}/edit"
        assert call(ada(), "PATCH", path, {"name": "R"}).body["role"]["rawPermissions"] == sent
        assert call(ada(), "PUT", path, {"name": "R"}).body["role"]["rawPermissions"] == sent

    @pytest.mark.parametrize(
        "wrong", [{"email:emails": ["fly"]}, {"no:such": ["view"]}, {"email:emails": "full"}, {"email:emails": [1]}]
    )
    def test_unknown_levels_are_refused(self, wrong):
        assert call(ada(), "POST", "roles/new", {"name": "x", "rawPermissions": wrong}).status == 400
        assert not Role.objects.filter(name="x").exists()

    def test_a_role_in_use_stays(self):
        kept = call(ada(), "DELETE", f"roles/{cy().role_id}/delete")
        assert (kept.status, kept.body["errors"][0]["code"]) == (428, 428)
        assert Role.objects.filter(pk=cy().role_id).exists()

    def test_searching_roles_and_users(self):
        people = [ada(), bo(), cy()]
        found = call(ada(), "GET", "users?search=is:admin").body["users"]
        assert [user["username"] for user in found] == ["ada"]
        found = call(ada(), "GET", "users?search=role:no or name:own").body["users"]
        assert {user["username"] for user in found} == {"cy", "bo"}
        assert call(ada(), "GET", "users?search=email:ada@").body["total"] == 1
        assert call(ada(), "GET", f"users?search=ids:{people[1].pk}").body["users"][0]["username"] == "bo"
        assert "No rights" not in [r["name"] for r in call(ada(), "GET", "roles?search=is:admin").body["roles"]]
