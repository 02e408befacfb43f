"""Account → Second factor: switching codes on with an app, and off again."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from honeyguide.engine.access import second_factor
from honeyguide.engine.access.models import SecondFactor
from honeyguide.engine.access.sign_in import MAX_CODE, WRONG_CODE
from honeyguide.engine.ui import messages

PATH = "/s/account/secondFactor"


def second_factor_view(request: HttpRequest) -> HttpResponse:
    """Shows the QR code, and takes the first code of the app; the answer shows the recovery codes, once."""
    user, problem, codes = request.user, "", []
    if request.method == "POST" and not user.has_second_factor:
        codes = second_factor.confirm(user, request.POST.get("code", "")[:MAX_CODE])
        problem = "" if codes else WRONG_CODE
    context = {"title": "Second factor", "is_on": user.has_second_factor, "codes": codes, "problem": problem}
    if user.has_second_factor:
        context["left"] = len(SecondFactor.objects.get(user=user).recovery)
    else:
        factor = second_factor.begin(user)
        context["secret"] = second_factor.secret_of(factor)
        context["qr"] = segno.make(second_factor.address_of(factor), error="m").svg_data_uri(scale=5, light="white")
    return render(request, "users/second_factor.html", context, status=422 if problem else 200)


def turn_off_view(request: HttpRequest) -> HttpResponse:
    """Wants a code: who finds an open session must not be able to take the factor away."""
    if not second_factor.is_right(request.user, request.POST.get("code", "")[:MAX_CODE]):
        messages.error(request, WRONG_CODE)
    else:
        second_factor.turn_off(request.user, by=request.user)
        messages.success(request, "The second factor is off.")
    return redirect(PATH)
