"""Settings → API credentials, and on the account the applications one allowed and the tokens for one's own scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html

from honeyguide.engine.access.models import AccessToken
from honeyguide.engine.oauth2.models import CLIENT, OAUTH1, Approval, OAuthClient
from honeyguide.engine.resource import Invalid, NotFound
from honeyguide.engine.ui import messages
from honeyguide.engine.ui.lists import call_of
from honeyguide.engine.ui.screen import SIGNED_IN, Column, Menu, Page, Pages, Screen, Section
from honeyguide.engine.ui.tags import when
from honeyguide.features.clients import services
from honeyguide.features.clients.credentials import CREDENTIALS

ACCESS = "/s/account/access"
GRANT_NAMES = {
    "authorization_code": "Authorization code",
    "refresh_token": "Refresh token",
    "client_credentials": "Client credentials",
    "password": "Password",
}


def secret_page(request: HttpRequest, client: OAuthClient, secret: str, done: str) -> HttpResponse:
    """Id and secret with examples. It answers the POST itself: stored nowhere, the secret is never shown again."""
    context = {
        "title": client.name,
        "client": client,
        "secret": secret,
        "done": done,
        "site": call_of(request, CREDENTIALS).site,
        "acts_for_itself": CLIENT in client.grant_types,
        "redirect_uri": client.redirect_uris[0],
    }
    return render(request, "clients/secret.html", context)


def rotate_view(request: HttpRequest, item_id: int) -> HttpResponse:
    client = CREDENTIALS.store.get(item_id)
    if client is None:
        raise NotFound("There are no such credentials.")
    return secret_page(request, client, services.rotate_secret(client, by=request.user), "The secret has been changed.")


def detail(request: HttpRequest, client: OAuthClient) -> dict[str, Any]:
    now = timezone.now()
    return {
        "rows": [
            ("Protocol", "OAuth 1.0a" if client.protocol == OAUTH1 else "OAuth 2"),
            ("Redirect URIs", client.redirect_text),
            ("Grant types", ", ".join(GRANT_NAMES.get(name, name) for name in client.grant_types)),
            ("Acts for itself with the role", client.role.name if client.role and CLIENT in client.grant_types else ""),
            ("Allowed by", f"{client.approvals.count()} users"),
            ("Valid access tokens", client.access_tokens.filter(expires_at__gt=now).count()),
            ("Created", format_html("{} by {}", when(client.date_added), client.created_by_user)),
        ]
    }


MENU = Menu(label="API credentials", path="/s/credentials", icon="key", order=42, right="api:clients:view", admin=True)
CREDENTIALS_SCREEN = Screen(
    resource=CREDENTIALS,
    slug="credentials",
    icon="key",
    one="API credentials",
    many="API credentials",
    title=lambda client: client.name,
    columns=[
        Column(
            label="Name",
            show=lambda client: format_html('<a href="/s/credentials/view/{}">{}</a>', client.pk, client.name),
            sort="name",
        ),
        Column(
            label="Client ID", show=lambda client: format_html("<code>{}</code>", client.public_id), css="text-break"
        ),
        Column(label="Redirect URIs", show=lambda client: client.redirect_text, css="text-break"),
        Column(label="Created by", show=lambda client: client.created_by_user),
        Column(label="ID", show=lambda client: client.pk, sort="id", css="hg-num"),
    ],
    sections=[
        Section(title="Application", fields=["name", "redirectUris"]),
        Section(title="Settings", fields=["isPublished"], aside=True),
    ],
    labels={"isPublished": "May be used", "redirectUris": "Redirect URIs"},
    help={"redirectUris": "Where the application takes users back; several are separated by commas."},
    tip="Credentials let another application use the API by OAuth 2.",
    standard=("list", "new", "view", "edit", "delete"),
    detail=detail,
    detail_template="clients/detail.html",
    after_create=lambda request, client: secret_page(
        request, client, client.new_secret, "The credentials have been created."
    ),
)


def access_view(request: HttpRequest) -> HttpResponse:
    """Applications and tokens; a POST makes a token, which the answer shows, once."""
    errors: dict[str, Any] = {}
    token = ""
    values = {"days": "90", "scopes": ["read", "write"]}
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in ("name", "days")}
        values["scopes"] = request.POST.getlist("scopes")
        try:
            token = services.create_personal_token(request.user, **values)
        except Invalid as error:
            errors = error.errors
    context = {
        "title": "Applications and tokens",
        "approvals": Approval.objects.filter(user=request.user).select_related("client").order_by("client__name"),
        "tokens": AccessToken.objects.filter(user=request.user, client=None).order_by("-created_at"),
        "now": timezone.now(),
        "token": token,
        "values": values,
        "errors": errors,
        "site": call_of(request, CREDENTIALS).site,
    }
    return render(request, "clients/access.html", context, status=422 if errors else 200)


def revoke_application_view(request: HttpRequest, client_id: int) -> HttpResponse:
    services.revoke_approval(request.user, client_id)
    messages.success(request, "The application has no access to your account any more.")
    return redirect(ACCESS)


def revoke_token_view(request: HttpRequest, token_id: int) -> HttpResponse:
    services.revoke_personal_token(request.user, token_id)
    messages.success(request, "The token has been revoked.")
    return redirect(ACCESS)


PAGES = Pages(
    Page(path="credentials/rotate/<int:item_id>", view=rotate_view, right="api:clients:edit", methods=("POST",)),
    Page(path="account/access", view=access_view, right=SIGNED_IN, methods=("GET", "POST")),
    Page(
        path="account/access/application/<int:client_id>/revoke",
        view=revoke_application_view,
        right=SIGNED_IN,
        methods=("POST",),
    ),
    Page(path="account/access/token/<int:token_id>/revoke", view=revoke_token_view, right=SIGNED_IN, methods=("POST",)),
)
