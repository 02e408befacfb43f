"""The properties of a focus item as its form asks for them: groups of parameters, kept as a map of maps (contract
resource-focus)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from honeyguide.engine.ui.properties import inputs, read
from honeyguide.features.campaigns.parameters import Parameter

SIDES = (("top", "At the top"), ("bottom", "At the bottom"))
CORNERS = (
    ("top_left", "Top left"), ("top_right", "Top right"), ("bottom_left", "Bottom left"), ("bottom_right", "Bottom right"),
)  # fmt: skip
MOMENTS = (
    ("immediately", "At once"), ("scroll_slight", "After scrolling a little"), ("scroll_middle", "In the middle of the page"),
    ("scroll_bottom", "At the end of the page"), ("leave", "When the visitor is about to leave"),
)  # fmt: skip
FREQUENCIES = (
    ("everypage", "On every page"), ("once", "Once"), ("q2min", "Every two minutes"), ("q15min", "Every 15 minutes"),
    ("hourly", "Once an hour"), ("daily", "Once a day"),
)  # fmt: skip
FONTS = (
    ("Arial, Helvetica, sans-serif", "Arial"), ("Georgia, serif", "Georgia"), ("Tahoma, Geneva, sans-serif", "Tahoma"),
    ("'Times New Roman', Times, serif", "Times New Roman"), ("'Trebuchet MS', sans-serif", "Trebuchet"),
    ("Verdana, Geneva, sans-serif", "Verdana"), ("'Courier New', monospace", "Courier New"),
)  # fmt: skip


def _switch(name: str, label: str, *, on: bool = False) -> Parameter:
    return Parameter(name=name, label=label, kind="switch", default=int(on))


def _choice(name: str, label: str, choices: Sequence[tuple[str, str]], usual: str) -> Parameter:
    return Parameter(name=name, label=label, choices=choices, default=usual)


def _color(name: str, label: str, usual: str) -> Parameter:
    return Parameter(name=name, label=label, kind="color", default=usual)


BEHAVIOUR = (
    _choice("when", "When it is shown", MOMENTS, "immediately"),
    Parameter(name="timeout", label="After so many seconds", kind="number", default="0"),
    _choice("frequency", "How often", FREQUENCIES, "everypage"),
    _switch("link_activation", "Also when a link leads away from the site"),
    _switch("animate", "Let it slide in"),
    _switch("stop_after_conversion", "Never again to who has clicked or answered", on=True),
    _switch("stop_after_close", "Never again to who has closed it"),
)
STYLES: Mapping[str, Sequence[Parameter]] = {
    "bar": (
        _choice("placement", "Place", SIDES, "top"),
        _choice("size", "Size", (("large", "Large"), ("regular", "Regular")), "large"),
        _switch("sticky", "Stays while the page is scrolled", on=True),
        _switch("push_page", "Pushes the page down", on=True),
        _switch("allow_hide", "Can be closed", on=True),
    ),
    "modal": (_choice("placement", "Place", (SIDES[0], ("middle", "In the middle"), SIDES[1]), "middle"),),
    "notification": (_choice("placement", "Place", CORNERS, "top_right"),),
}
COLORS = (
    _color("primary", "Background", "4e5d9d"),
    _color("text", "Text", "ffffff"),
    _color("button", "Button", "fdb933"),
    _color("button_text", "Text of the button", "000000"),
)
TEXTS = (
    Parameter(name="headline", label="Headline"),
    Parameter(name="tagline", label="Text", kind="long"),
    _choice("font", "Font", FONTS, FONTS[0][0]),
    Parameter(name="css", label="More CSS", kind="long", help="Rules for the whole page: begin them with #mf-number."),
)
LINK = (
    Parameter(name="link_text", label="Text of the button"),
    Parameter(name="link_url", label="Where it leads", help="An address that begins with https://"),
    _switch("link_new_window", "In a new window", on=True),
)


def blocks(post: QueryDict | None, stored: Any) -> dict[str, Any]:
    """Inputs by group, with what was just sent, else with what is stored."""
    kept = read_properties(post)[0] if post is not None else stored if isinstance(stored, Mapping) else {}
    return {
        "behaviour": inputs(BEHAVIOUR, kept, "behaviour:"),
        "styles": [(name, inputs(declared, kept.get(name), f"{name}:")) for name, declared in STYLES.items()],
        "colors": [one | {"value": f"#{one['value'].lstrip('#')}"} for one in inputs(COLORS, kept.get("colors"), "colors:")],
        "texts": inputs(TEXTS, kept.get("content"), "content:"),
        "link": inputs(LINK, kept.get("content"), "content:"),
    }  # fmt: skip


def read_properties(post: QueryDict) -> tuple[dict[str, Any], list[str]]:
    """The properties that a form sends, and what is wrong with them in words. Only the chosen style's own are sent."""
    style = post.get("style", "")
    behaviour, wrong = read(post, BEHAVIOUR, "behaviour:")
    colors, _ = read(post, COLORS, "colors:")
    content, _ = read(post, (*TEXTS, *LINK), "content:")
    own, _ = read(post, STYLES.get(style, ()), f"{style}:")
    told: dict[str, Any] = {**behaviour, "content": content}
    told["colors"] = {name: color.lstrip("#") for name, color in colors.items()}
    return told | ({style: own} if own else {}), wrong
