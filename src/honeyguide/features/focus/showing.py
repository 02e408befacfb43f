"""What the script of a focus item needs to know to show it."""

from __future__ import annotations

import re
from typing import Any

import orjson

from honeyguide.engine.delivery.surroundings import site_url
from honeyguide.engine.resource.models import is_live
from honeyguide.engine.ui import assets
from honeyguide.features.focus.markup import color_of, markup
from honeyguide.features.focus.models import FocusItem
from honeyguide.features.forms.markup import embedded
from honeyguide.features.forms.models import Form

LONGEST_WAIT = 3600  # seconds
FONT = re.compile(r"[A-Za-z0-9 ,'-]{1,100}")
PLACES = {
    "top": "top:0;left:0;right:0",
    "bottom": "bottom:0;left:0;right:0",
    "middle": "top:50%;left:50%;transform:translate(-50%,-50%)",
    "top_left": "top:1rem;left:1rem",
    "top_right": "top:1rem;right:1rem",
    "bottom_left": "bottom:1rem;left:1rem",
    "bottom_right": "bottom:1rem;right:1rem",
}
USUAL = {"bar": "top", "modal": "middle", "notification": "top_right", "page": "top"}
WIDTHS = {
    "bar": "padding:.75rem 3rem;text-align:center",
    "modal": "max-width:32rem;padding:2rem;margin:auto",
    "notification": "max-width:20rem;padding:1.5rem",
    "page": "padding:4rem",
}
CSS = (
    "#mf-{id}{{position:{position};z-index:2147483000;box-sizing:border-box;box-shadow:0 0 1rem rgba(0,0,0,.3);{place};{width}}}"
    "#mf-{id} .mf-close{{position:absolute;top:.25rem;right:.5rem;border:0;background:none;color:inherit;font-size:1.5rem;"
    "cursor:pointer}}"
    "#mf-{id} .mf-link{{display:inline-block;padding:.5rem 1.25rem;border-radius:.25rem;text-decoration:none}}"
)
SLIDES = (
    "@keyframes mf-in{{from{{opacity:0;translate:0 1rem}}}}"
    "@media(prefers-reduced-motion:no-preference){{#mf-{id}{{animation:mf-in .4s ease-out}}}}"
)
SMALL = ";padding-block:.35rem;font-size:.875rem"


def script(item: FocusItem) -> str:
    """The whole script: what it does is the same for every item, what it shows is this one."""
    program = (assets.ROOT / "honeyguide/focus.js").read_text(encoding="utf-8").rstrip()
    told = orjson.dumps(settings(item)).decode().replace("</", "<\\/")
    return f"{program}({told});\n"


def settings(item: FocusItem) -> dict[str, Any]:
    given = item.properties if isinstance(item.properties, dict) else {}
    own = given.get(item.style) if isinstance(given.get(item.style), dict) else {}
    site = site_url()
    return {
        "id": item.pk,
        "html": markup(item, link=f"{site}/focus/{item.pk}/click", form=_form(item)),
        "css": _css(item, given, own),
        "pixel": f"{site}/focus/{item.pk}/viewpixel.gif",
        "when": str(given.get("when") or "immediately"),
        "seconds": _seconds(given.get("timeout")),
        "frequency": str(given.get("frequency") or "everypage"),
        "linkActivation": _is_on(given.get("link_activation")),
        "stopAfterConversion": _is_on(given.get("stop_after_conversion")),
        "stopAfterClose": _is_on(given.get("stop_after_close")),
        "closable": item.style != "bar" or own.get("allow_hide") is None or _is_on(own.get("allow_hide")),
        "pushes": item.style == "bar" and own.get("placement") != "bottom" and _is_on(own.get("push_page")),
    }


def _form(item: FocusItem) -> str:
    form = Form.objects.filter(pk=item.form_id).first() if item.type == "form" and item.form_id else None
    return embedded(form) if form and is_live(form) else ""


def _css(item: FocusItem, given: dict[str, Any], own: dict[str, Any]) -> str:
    placed = str(own.get("placement") or "")
    place = "inset:0" if item.style == "page" else PLACES.get(placed, PLACES[USUAL[item.style]])
    scrolls = item.style == "bar" and own.get("sticky") is not None and not _is_on(own.get("sticky"))
    width = WIDTHS[item.style] + (SMALL if own.get("size") == "regular" else "")
    number = item.pk or "new"
    css = CSS.format(id=number, position="absolute" if scrolls else "fixed", place=place, width=width)
    if _is_on(given.get("animate")):
        css += SLIDES.format(id=number)
    content = given.get("content") if isinstance(given.get("content"), dict) else {}
    if font := FONT.fullmatch(str(content.get("font") or "")):
        css += f"#mf-{number}{{font-family:{font.group()}}}"
    colors = {name: color_of(given, key) for name, key in (("background", "button"), ("color", "button_text"))}
    if button := ";".join(f"{name}:#{color}" for name, color in colors.items() if color):
        css += f"#mf-{number} .mf-link{{{button}}}"
    return css + str(content.get("css") or "").replace(
        "<", ""
    )  # an author's rules must not end the element around them


def _is_on(value: Any) -> bool:
    return str(value).lower() in ("1", "true", "yes", "on")


def _seconds(value: Any) -> int:
    text = str(value or "0").strip()
    return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
