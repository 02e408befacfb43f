"""Sessions, CSRF, messages and headers, for admin pages only: the API and public endpoints do not pay for them."""

from django.utils.module_loading import import_string

ADMIN_PREFIX = "/s/"
CHAIN = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def for_admin_pages(get_response):
    full = get_response
    for name in reversed(CHAIN):
        full = import_string(name)(full)

    def middleware(request):
        if request.path_info.startswith(ADMIN_PREFIX):
            return full(request)
        return get_response(request)

    return middleware
