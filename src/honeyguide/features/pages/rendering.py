"""A landing page as a visitor gets it: tokens filled, scripts and description of the page's settings put into its head."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from django.utils.html import escape, format_html, format_html_join

from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.slots import Fill, filled
from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.delivery.tokens import Part, Place, fill, parse
from honeyguide.engine.resource.models import is_live
from honeyguide.features.dynamiccontents.services import content_for
from honeyguide.features.emails.services import surroundings
from honeyguide.features.forms.markup import embedded
from honeyguide.features.forms.models import Form
from honeyguide.features.pages.addresses import path_of, url_of, with_addresses
from honeyguide.features.pages.models import Page
from honeyguide.features.themes import storage as themes

NO_MORE: Mapping[str, Callable[[str], str]] = {}
HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)
BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
DESCRIBED = re.compile(r"<meta\b[^>]*\bname\s*=\s*[\"']?description\b", re.IGNORECASE)
SHARED_BY = (
    ("E-mail", "mailto:?body={}"), ("Facebook", "https://www.facebook.com/sharer/sharer.php?u={}"),
    ("X", "https://x.com/intent/post?url={}"), ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url={}"),
)  # fmt: skip


def rendered(
    page: Page,
    reader: Recipient,
    *,
    labels: bool = False,
    family: Iterable[Page] = (),
    visitor: int | None = None,
    more: Mapping[str, Callable[[str], str]] = NO_MORE,
) -> str:
    """The page's HTML for `reader`; with `labels`, [labels] stand for values. `family` are its translations, `visitor` is the
    contact whose slots are filled, `more` gives the HTML of further tokens and slots by their names."""
    tokens = _tokens(page, list(family)) | {"dwc": lambda slot: _slot(slot, visitor)} | more
    place = Place(surroundings(), html=True, more=tokens, labels=labels)
    slots = {"dwc": _slot_for(visitor)} | {name: _token_of(name) for name in more}
    html = filled(with_addresses(source(page)), slots)
    return _completed(fill(parse(html, place), reader), page)


def source(page: Page) -> str:
    """The page as it was written, or its theme."""
    return page.custom_html or themes.page(page.template or "") or ""


def _token_of(name: str) -> Fill:
    """A slot is filled with what the token of its name stands for."""
    return lambda attributes: f"{{{name}}}"


def _slot_for(visitor: int | None) -> Fill:
    """A slot of dynamic content: its token if there is something for the visitor, else what it holds for everybody."""

    def fill_in(attributes: Mapping[str, str]) -> str | None:
        name = attributes.get("data-param-slot-name", "").strip()
        return f"{{dwc={name}}}" if not set(name) & set("{}\r\n") and _slot(name, visitor) else None

    return fill_in


def _tokens(page: Page, family: list[Page]) -> dict[str, Callable[[str], Part | None]]:
    return {
        "pagetitle": lambda argument: escape(page.title),
        "pagemetadescription": lambda argument: escape(page.meta_description or ""),
        "langbar": lambda argument: _language_bar(page, family),
        "sharebuttons": lambda argument: _share_buttons(page),
        "form": _form,
        "focus": _focus,
    }


def number(argument: str) -> int | None:
    """The id that a token names."""
    text = argument.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _form(argument: str) -> str | None:
    """A form that is not live leaves nothing."""
    form = Form.objects.filter(pk=number(argument)).first()
    if form is None:
        return None
    return embedded(form) if is_live(form) else ""


def _slot(argument: str, visitor: int | None) -> str:
    """What dynamic content has for the visitor; nothing for who is not known."""
    return (content_for(argument.strip(), visitor) if visitor and argument.strip() else None) or ""


def _focus(argument: str) -> str | None:
    item = number(argument)
    return None if item is None else format_html('<script src="{}/focus/{}.js" async></script>', site_url(), item)


def _language_bar(page: Page, family: list[Page]) -> str:
    links = ((path_of(one), one.language, one.language.replace("_", "-")) for one in family)
    if len(family) < 2:
        return ""
    items = format_html_join("", '<li><a href="{0}?ntrd=1" hreflang="{2}" data-language="{1}">{1}</a></li>', links)
    return format_html('<ul class="page-language-bar">{}</ul>', items)


def _share_buttons(page: Page) -> str:
    address = quote(url_of(page), safe="")
    links = ((url.format(address), name) for name, url in SHARED_BY)
    return format_html_join(" ", '<a class="share-button" href="{}" target="_blank" rel="noopener">{}</a>', links)


def _completed(html: str, page: Page) -> str:
    """With what the page's settings add. Scripts come in last, so that nothing in them is taken for a token."""
    head = ""
    if page.meta_description and not DESCRIBED.search(html):
        head += format_html('<meta name="description" content="{}">\n', page.meta_description)
    if page.no_index:
        head += '<meta name="robots" content="noindex">\n'
    html = _before(HEAD_END, html, head + (page.head_script or ""), missing_at=0)
    return at_end(html, page.footer_script or "")


def at_end(html: str, added: str) -> str:
    """`html` with something more at the end of its body."""
    return _before(BODY_END, html, added, missing_at=len(html))


def _before(tag: re.Pattern[str], html: str, added: str, *, missing_at: int) -> str:
    """`added` before the last such tag; where there is none, at the place given."""
    if not added:
        return html
    found = list(tag.finditer(html))
    at = found[-1].start() if found else missing_at
    return html[:at] + added + html[at:]
