"""Static files: scripts, styles and icons of the pages, served from the package by WhiteNoise's tables.

Their address carries a digest of all of them, so a browser may keep them for ever and a new release is seen at once.
Nothing has to be collected, and a request for one of them touches neither sessions nor URL patterns.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotFound
from whitenoise import WhiteNoise

ROOT = Path(__file__).parent / "static"
PREFIX = "/static/"


@cache
def digest() -> str:
    """Twelve letters that change whenever any file does."""
    content = hashlib.sha256()
    for path in sorted(ROOT.rglob("*")):
        if path.is_file():
            content.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return content.hexdigest()[:12]


@cache
def _files() -> WhiteNoise:
    return WhiteNoise(
        None, ROOT, PREFIX + digest(), immutable_file_test=lambda path, url: True, allow_all_origins=False
    )


def url(name: str) -> str:
    """The address of a file below `static/`."""
    return f"{PREFIX}{digest()}/{name}"


def serve(request: HttpRequest) -> HttpResponse:
    found = _files().files.get(request.path_info)
    if found is None:
        return HttpResponseNotFound("There is no such file.", content_type="text/plain")
    answer = found.get_response(request.method, request.META)
    response = FileResponse(answer.file or (), status=int(answer.status))
    for name, value in answer.headers:
        response[name] = value
    response["X-Content-Type-Options"] = "nosniff"
    return response
