"""Sessions, messages and headers, for admin pages only: the API and public endpoints do not pay for them."""

from django.http import HttpRequest, HttpResponseNotFound
from django.utils.module_loading import import_string

from honeyguide.engine import config
from honeyguide.engine.ui import assets

ADMIN_PREFIXES = ("/s/", *(f"{front}/oauth/v{n}/authorize" for front in ("", "/index.php") for n in (1, 2)))
# CSRF is checked by `guard.guarded` around each view: its middleware needs the view, which a chain in a function has not.
CHAIN = [
    "django.middleware.security.SecurityMiddleware",
    "honeyguide.engine.ui.middleware.content_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Own files only: no inline script or style ever runs. Pages that show foreign HTML bring a policy of their own.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'"
)
# For foreign HTML (an e-mail) in a frame: it may look as it likes, but runs nothing and is nobody.
FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src * 'unsafe-inline'; "
    "font-src * data:; media-src *; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def for_admin_pages(get_response):
    full = get_response
    for name in reversed(CHAIN):
        full = import_string(name)(full)

    def middleware(request):
        path = request.path_info
        if "\0" in path and "/api/" not in path:  # nothing has such an address; the API says so itself
            return HttpResponseNotFound("There is no such page.", content_type="text/plain")
        if path.startswith(ADMIN_PREFIXES):
            return nobody_signs_in(request) if is_host_of_pages(request) else full(request)
        if path.startswith(assets.PREFIX):
            return assets.serve(request)
        return get_response(request)

    return middleware


def is_host_of_pages(request: HttpRequest) -> bool:
    """Whether this came to the host that is kept for landing pages, where their scripts run and nobody is signed in."""
    host = str(config.get("pages_host") or "").strip().lower()
    return bool(host) and request.META.get("HTTP_HOST", "").lower() == host


def nobody_signs_in(request: HttpRequest) -> HttpResponseNotFound:
    return HttpResponseNotFound("There is no such page on this host.", content_type="text/plain")


def content_policy(get_response):
    """The one place that sets Content-Security-Policy and forbids caches to keep admin pages."""

    def middleware(request):
        response = get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware
