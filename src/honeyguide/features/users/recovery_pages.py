"""The pages for who forgot the password, and the places where one is signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.access import throttle
from honeyguide.engine.access.sessions import end_session, places_of
from honeyguide.engine.access.sign_in import MAX_PASSWORD, TOO_MANY
from honeyguide.engine.resource import Invalid
from honeyguide.engine.tracking.visitors import address_of
from honeyguide.engine.ui import messages
from honeyguide.features.users import resetting
from honeyguide.features.users.jobs import send_password_link


def forgotten_view(request: HttpRequest) -> HttpResponse:
    context = {"title": "Forgotten password"}
    if request.method == "POST":
        name = request.POST.get("username", "").replace("\x00", "").strip()[:191]
        if not throttle.may_try(f"reset:{name}", address_of(request)):
            return render(request, "users/forgotten.html", {**context, "problem": TOO_MANY}, status=429)
        if name:
            send_password_link.defer(name=name, site=request.build_absolute_uri("/"))
        context["sent"] = True
    return render(request, "users/forgotten.html", context)


def new_password_view(request: HttpRequest, number: str, token: str) -> HttpResponse:
    user = resetting.user_of(number, token)
    context = {"title": "New password", "expired": user is None}
    if user is None:
        return render(request, "users/new_password.html", context, status=404)
    if request.method == "POST":
        given = (request.POST.get(name, "")[:MAX_PASSWORD] for name in ("password", "password_again"))
        try:
            resetting.set_password(user, *given)
        except Invalid as error:
            return render(request, "users/new_password.html", {**context, "errors": error.errors}, status=422)
        messages.success(request, "Your password has been changed. Please sign in.")
        return redirect("/s/login")
    response = render(request, "users/new_password.html", context)
    response["Referrer-Policy"] = "no-referrer"  # the address is a secret
    return response


def places_view(request: HttpRequest) -> HttpResponse:
    context = {"title": "Signed in", "places": places_of(request.user.pk, current=request.session.session_key)}
    return render(request, "users/places.html", context)


def end_place_view(request: HttpRequest, place: str) -> HttpResponse:
    if end_session(request.user.pk, place):
        messages.success(request, "You are signed out there.")
    return redirect("/s/account/sessions")
