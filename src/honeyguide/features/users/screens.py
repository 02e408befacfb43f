"""Signing in and out, one's own account, users and roles."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from honeyguide.engine import config
from honeyguide.engine.access.second_factor import waiting
from honeyguide.engine.access.sessions import end_sessions
from honeyguide.engine.access.sign_in import finish, sign_in
from honeyguide.engine.resource import Invalid
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.screen import PUBLIC, SIGNED_IN, Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import hue, initials, when
from honeyguide.features.users import openid, openid_page, permission_matrix, recovery_pages
from honeyguide.features.users.account import set_theme, update_account
from honeyguide.features.users.going_on import go_on, safe_target
from honeyguide.features.users.resource import ROLES, USERS
from honeyguide.features.users.second_factor_page import second_factor_view, turn_off_view

ACCOUNT_FIELDS = ("first_name", "last_name", "email", "position", "timezone", "signature")


def code_view(request: HttpRequest) -> HttpResponse:
    """The second step of signing in. An application's request that waits goes on after it."""
    if not waiting(request):
        return redirect(settings.LOGIN_URL)
    problem = ""
    if request.method == "POST":
        problem = finish(request, request.POST.get("code", ""))
        if not problem:
            return go_on(request, safe_target(request))
    context = {
        "title": "Sign in",
        "problem": problem,
        "next": request.POST.get("next") or request.GET.get("next") or "",
    }
    return render(request, "users/code.html", context, status=422 if problem else 200)


def login_view(request: HttpRequest) -> HttpResponse:
    target = safe_target(request)
    if request.user.is_authenticated:
        return redirect(target)
    name, problem = request.POST.get("username", ""), ""
    if request.method == "POST":
        problem = sign_in(request, name, request.POST.get("password", ""), remember="remember" in request.POST)
        if not problem:
            return go_on(request, target, needs_code=waiting(request) is not None)
    context = {
        "title": "Sign in",
        "next": target,
        "name": name,
        "problem": problem,
        "openid": config.get("openid_label") if openid.is_offered() else "",
    }
    return render(request, "users/login.html", context, status=422 if problem else 200)


def logout_view(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGIN_URL)


def account_view(request: HttpRequest) -> HttpResponse:
    user = request.user
    errors: dict[str, list[str]] = {}
    values = {name: getattr(user, name) or "" for name in ACCOUNT_FIELDS}
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in ACCOUNT_FIELDS}
        passwords = {n: request.POST.get(n, "") for n in ("password", "password_again", "current_password")}
        try:
            update_account(user, values | passwords)
        except Invalid as error:
            errors = error.errors
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "Your account has been saved.")
            return redirect("/s/account")
    context = {
        "title": "Account",
        "values": values,
        "errors": errors,
        "zones": sorted(available_timezones()),
        "back": "/s/dashboard",
    }
    return render(request, "users/account.html", context, status=422 if errors else 200)


def sign_out_elsewhere_view(request: HttpRequest) -> HttpResponse:
    """Ends every other session of the user: the lost phone, the forgotten browser."""
    ended = end_sessions(request.user.pk, keep=request.session.session_key)
    messages.success(request, f"Signed out in {ended} other {'place' if ended == 1 else 'places'}.")
    return redirect("/s/account/sessions")


def theme_view(request: HttpRequest) -> HttpResponse:
    set_theme(request.user, request.POST.get("theme", ""))
    return HttpResponse(status=204)


PAGES = Pages(
    Page(path="login", view=login_view, right=PUBLIC, methods=("GET", "POST")),
    Page(path="login/code", view=code_view, right=PUBLIC, methods=("GET", "POST")),
    Page(path="login/openid", view=openid_page.begin_view, right=PUBLIC),
    Page(path="login/openid/back", view=openid_page.back_view, right=PUBLIC),
    Page(path="account/openid", view=openid_page.connected_view, right=SIGNED_IN),
    Page(path="account/openid/disconnect", view=openid_page.disconnect_view, right=SIGNED_IN, methods=("POST",)),
    Page(path="account/secondFactor", view=second_factor_view, right=SIGNED_IN, methods=("GET", "POST")),
    Page(path="account/secondFactor/off", view=turn_off_view, right=SIGNED_IN, methods=("POST",)),
    Page(path="logout", view=logout_view, right=SIGNED_IN, methods=("POST",)),
    Page(path="account", view=account_view, right=SIGNED_IN, methods=("GET", "POST")),
    Page(path="account/signOutElsewhere", view=sign_out_elsewhere_view, right=SIGNED_IN, methods=("POST",)),
    Page(path="account/sessions", view=recovery_pages.places_view, right=SIGNED_IN),
    Page(
        path="account/sessions/<slug:place>/end", view=recovery_pages.end_place_view, right=SIGNED_IN, methods=("POST",)
    ),
    Page(path="passwordreset", view=recovery_pages.forgotten_view, right=PUBLIC, methods=("GET", "POST")),
    Page(
        path="passwordresetconfirm/<slug:number>/<str:token>",
        view=recovery_pages.new_password_view,
        right=PUBLIC,
        methods=("GET", "POST"),
    ),
    Page(path="account/theme", view=theme_view, right=SIGNED_IN, methods=("POST",)),
)


def show_name(user) -> str:
    return format_html(
        '<div class="hg-person"><span class="avatar avatar-sm bg-{}-lt">{}</span><a href="/s/users/edit/{}">{}</a></div>',
        hue(user.username), initials(user.name), user.pk, user.name,
    )  # fmt: skip


USERS_MENU = Menu(label="Users", path="/s/users", icon="users-group", order=30, right="user:users:view", admin=True)
USERS_SCREEN = Screen(
    resource=USERS,
    slug="users",
    icon="users-group",
    one="user",
    many="Users",
    title=lambda user: user.name,
    columns=[
        Column(label="Name", show=show_name, sort="lastName"),
        Column(label="Username", show=lambda user: user.username, sort="username"),
        Column(label="Email", show=lambda user: user.email, sort="email"),
        Column(label="Role", show=lambda user: user.role.name),
        Column(label="Last login", show=lambda user: when(user.last_login, "ago") or "never"),
        Column(label="ID", show=lambda user: user.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Person", fields=["firstName", "lastName", "position", "signature"]),
        Section(title="Sign-in", fields=["username", "email", "role"], template="users/sign_in.html"),
        Section(title="Settings", fields=["isPublished", "timezone"], aside=True),
    ],
    labels={"isPublished": "May sign in", "timezone": "Time zone"},
    search_help=[
        ("is:admin", "administrators"),
        ("role:name", "with this role"),
        ("email:name", "address begins with"),
    ],
    standard=("list", "new", "edit", "delete"),
    collect_form=lambda request, item: user_params(request, item),
)


def user_params(request: HttpRequest, item) -> dict:
    params: dict = {
        name: request.POST.get(name, "")
        for name in ("firstName", "lastName", "position", "signature", "email", "role", "timezone")
    }
    params["isPublished"] = "isPublished" in request.POST
    if item is None:
        params["username"] = request.POST.get("username", "")
        params["plainPassword"] = {
            "password": request.POST.get("password", ""),
            "confirm": request.POST.get("password_again", ""),
        }
    return params


def role_params(request: HttpRequest) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "description": request.POST.get("description", ""),
        "isAdmin": "isAdmin" in request.POST,
        "rawPermissions": permission_matrix.sent(request),
    }


def granted(request: HttpRequest, role: Any) -> dict[str, Any]:
    """What the boxes show: what was just sent, else what the role holds."""
    if request.method == "POST":
        return permission_matrix.sent(request)
    return role.raw_permissions if role is not None and isinstance(role.raw_permissions, dict) else {}


ROLES_MENU = Menu(label="Roles", path="/s/roles", icon="shield-lock", order=31, right="user:roles:view", admin=True)
ROLES_SCREEN = Screen(
    resource=ROLES,
    slug="roles",
    icon="shield-lock",
    one="role",
    many="Roles",
    title=lambda role: role.name,
    columns=[
        Column(
            label="Name",
            show=lambda role: format_html('<a href="/s/roles/edit/{}">{}</a>', role.pk, role.name),
            sort="name",
        ),
        Column(label="Description", show=lambda role: role.description),
        Column(label="Full access", show=lambda role: "Yes" if role.is_admin else "No"),
        Column(label="ID", show=lambda role: role.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Role", fields=["name", "description", "isAdmin"]),
        Section(title="Permissions", template="users/permissions.html"),
    ],
    prepare_form=lambda request, role: {"permissions": permission_matrix.rows_of(granted(request, role))},
    collect_form=lambda request, role: role_params(request),
    labels={"isAdmin": "Full access to everything"},
    standard=("list", "new", "edit", "delete"),
)
