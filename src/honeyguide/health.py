"""For load balancers and people who watch: is the process alive, can it do its work?"""

import sys

from django.db import Error, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from honeyguide.engine.database import queries

UNAVAILABLE = "Honeyguide's database is not available at the moment. Try again shortly.\n"


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers, whatever else is broken."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503."""
    try:
        queries.ping()
    except Error as error:
        return JsonResponse({"ready": False, "database": str(error).strip().split("\n")[0]}, status=503)
    return JsonResponse({"ready": True})


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's last resort: says when it is only the database that is away."""
    if isinstance(sys.exception(), OperationalError):
        return HttpResponse(UNAVAILABLE, status=503, content_type="text/plain", headers={"Retry-After": "5"})
    return HttpResponse("Something went wrong here; the log says what.\n", status=500, content_type="text/plain")


urlpatterns = [path("health", alive), path("ready", ready)]
