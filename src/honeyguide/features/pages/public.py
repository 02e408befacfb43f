"""Landing pages as visitors ask for them.

What stands in a page was written by somebody who may write pages, not by us, and it comes from the same address as the
admin pages. So it is sandboxed: its scripts run, but as nobody, without cookies, storage or a way to call us in the
visitor's name. On a host of their own (`pages_host`), where nobody is ever signed in, they may do what scripts do.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from honeyguide.engine import config
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.tracking.views import is_web_address, show_message
from honeyguide.engine.ui.middleware import is_host_of_pages
from honeyguide.features.emails.services import reader
from honeyguide.features.pages import addresses, choosing, rendering
from honeyguide.features.pages.models import Page
from honeyguide.features.visits import reading
from honeyguide.features.visits.public import note_visit, visitor_of, with_cookies
from honeyguide.features.visits.services import recipient_of

SANDBOX = (
    "sandbox allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads "
    "allow-top-navigation-by-user-activation"
)
CHOICE_DAYS = 14
CLOSED = 403
NOTED_AS_CLOSED = 401  # as the reference notes visits of pages that are not published


def show(request: HttpRequest, address: str) -> HttpResponse:
    """The page at this address, or the way to where it is."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    page = addresses.find(address)
    if page is None or page.is_preference_center:
        return missing(request)
    if not is_live(page):
        return _closed(request, page)
    if page.variant_parent is not None:
        return _to(request, page.variant_parent, 301)
    if f"/{address}" != addresses.path_of(page):
        return _to(request, page, 301)
    family = choosing.translations(page)
    if len(family) > 1 and "ntrd" not in request.GET and not addresses.names_language(address):
        better = choosing.translation(family, _languages(request))
        if better is not None and better.pk != page.pk:
            return _to(request, better, 302)
    return _shown(request, page, family)


def preview(request: HttpRequest, page_id: int) -> HttpResponse:
    """A live page as it is for nobody in particular, and not counted. Who is signed in is led to the preview of any page."""
    page = Page.objects.select_related("category").filter(pk=page_id).first() if page_id < 2**63 else None
    if page is not None and settings.SESSION_COOKIE_NAME in request.COOKIES:
        return HttpResponseRedirect(f"/s/pages/frame/{page.pk}")
    if page is None or page.is_preference_center or not is_live(page):
        return missing(request)
    response = answer(request, rendering.rendered(page, Recipient(""), family=choosing.translations(page)))
    response["X-Robots-Tag"] = "noindex"
    return response


def missing(request: HttpRequest) -> HttpResponse:
    """The landing page that is configured for this, or a sentence."""
    number = str(config.get("404_page") or "")
    page = Page.objects.select_related("category").filter(pk=rendering.number(number)).first() if number else None
    if page is None or not is_live(page):
        return show_message(request, "Not found", "There is nothing at this address.", status=404)
    response = answer(request, rendering.rendered(page, Recipient("")))
    response.status_code = 404
    response["X-Robots-Tag"] = "noindex"
    return response


def _shown(request: HttpRequest, page: Page, family: list[Page]) -> HttpResponse:
    shares = choosing.variants(page)
    cookie = f"mautic_page_{page.pk}"
    shown = choosing.variant(shares, request.COOKIES.get(cookie, "")) if len(shares) > 1 else page
    visitor = note_visit(request, _asked(request, page), about=shown.pk)
    contact = visitor.contact if visitor else None
    html = rendering.rendered(shown, reader(_contact(request, contact)), family=family, visitor=contact)
    response = with_cookies(answer(request, html), visitor)
    if shown.no_index:
        response["X-Robots-Tag"] = "noindex"
    if len(shares) > 1:
        response.set_cookie(cookie, str(shown.pk), max_age=CHOICE_DAYS * 24 * 3600, samesite="Lax", httponly=True)
    return response


def _closed(request: HttpRequest, page: Page) -> HttpResponse:
    """A page that is not live leads where its author said, or says that it is not."""
    target = page.redirect_url or ""
    if page.redirect_type and is_web_address(target):
        visitor = note_visit(request, _asked(request, page), about=page.pk, code=int(page.redirect_type))
        response = HttpResponse(status=int(page.redirect_type), headers={"Location": target})
    else:
        visitor = note_visit(request, _asked(request, page), about=page.pk, code=NOTED_AS_CLOSED)
        response = show_message(request, "Not available", "This page is not available at the moment.", status=CLOSED)
    response["Cache-Control"] = "no-store, private"
    return with_cookies(response, visitor)


def _to(request: HttpRequest, page: Page, status: int) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    response = redirect(addresses.path_of(page) + (f"?{query}" if query else ""))
    response.status_code = status
    response["Cache-Control"] = "no-store, private"
    return response


def _asked(request: HttpRequest, page: Page) -> reading.Asked:
    return reading.of_page(request, addresses.url_of(page), page.title)


def _languages(request: HttpRequest) -> list[str]:
    """What the visitor reads: what their contact says, then what their browser says."""
    visitor = visitor_of(request)
    own = str(reader(visitor.contact).values.get("preferred_locale") or "") if visitor else ""
    spoken = choosing.accepted(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    return [own, *spoken] if own else spoken


def _contact(request: HttpRequest, visitor: int | None) -> int | None:
    """Whose values fill the page: the recipient of the e-mail whose link was followed, else the visitor."""
    return recipient_of(request.GET.get("ct", "")) or visitor


def answer(request: HttpRequest, html: str) -> HttpResponse:
    """A page with the headers that landing pages have."""
    response = HttpResponse(html)
    if not is_host_of_pages(request):
        response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response["Cache-Control"] = "no-store, private"
    return response
