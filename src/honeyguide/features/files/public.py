"""Uploaded images, as pages and e-mails show them."""

from django.http import FileResponse, Http404, HttpRequest
from django.urls import path

from honeyguide.engine.resource import Refused
from honeyguide.features.files import storage


def image(request: HttpRequest, name: str) -> FileResponse:
    """The image of that path. It is never taken for anything else than what its name says."""
    subfolder, _, file = name.rpartition("/")
    try:
        found = storage.find("images", file, subfolder)
    except Refused:
        found = None
    if found is None:
        raise Http404
    response = FileResponse(found.open("rb"))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


IMAGES = path("media/images/<path:name>", image)
