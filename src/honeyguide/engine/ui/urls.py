"""The URLs of the admin pages, from what features declare. Mount at ''."""

from collections.abc import Iterator

from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from honeyguide.engine.resource import NotFound
from honeyguide.engine.ui.guard import guarded
from honeyguide.engine.ui.registry import pages, screens
from honeyguide.engine.ui.screen import SIGNED_IN, Page
from honeyguide.engine.ui.standard import standard_pages


def _missing(request, rest: str):
    raise NotFound("There is no page at this address.")


def _declared() -> Iterator[Page]:
    """Features' own pages come first, so that `contacts/import` is not taken for a contact."""
    for group in pages():
        yield from group
    for screen in screens():
        yield from standard_pages(screen)


def _patterns() -> Iterator[URLPattern]:
    taken = set()
    for page in _declared():
        if page.path not in taken:
            taken.add(page.path)
            yield path(f"s/{page.path}", guarded(page.view, page.right, tuple(page.methods)))


urlpatterns = [
    path("", RedirectView.as_view(url="/s/dashboard")),
    path("s", RedirectView.as_view(url="/s/dashboard")),
    path("s/", RedirectView.as_view(url="/s/dashboard")),
    *_patterns(),
    re_path(r"^s/(?P<rest>.*)$", guarded(_missing, SIGNED_IN, ("GET", "POST"))),
]
