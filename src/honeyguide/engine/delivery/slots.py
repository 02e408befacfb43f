"""Slots of a page: elements with `data-slot`, as the builders of the reference leave them, whose content we write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html.parser import HTMLParser

Fill = Callable[[Mapping[str, str]], str | None]  # the attributes of the slot -> its HTML, None to leave it as it is


def filled(html: str, fills: Mapping[str, Fill]) -> str:
    """`html` with the content of slots replaced; `fills` are by the value of `data-slot`. All else stays as it was written."""
    if "data-slot" not in html:
        return html
    found = _Slots(html, fills)
    found.feed(html)
    found.close()
    parts, at = [], 0
    for start, end, content in found.places:
        parts += [html[at:start], content]
        at = end
    return "".join([*parts, html[at:]])


class _Slots(HTMLParser):
    """Where the content of each slot begins and ends. Slots inside a slot are part of its content."""

    def __init__(self, html: str, fills: Mapping[str, Fill]) -> None:
        super().__init__(convert_charrefs=False)
        self.fills = fills
        self.places: list[tuple[int, int, str]] = []
        self._lines = [0]
        for line in html.split("\n"):  # what the parser counts as lines
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._open: tuple[str, int, int, str] | None = None  # tag, elements of it that are open, start, content

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._open:
            name, depth, start, content = self._open
            if tag == name:
                self._open = name, depth + 1, start, content
            return
        attributes = {name: value or "" for name, value in attrs}
        fill = self.fills.get(attributes.get("data-slot", ""))
        content = fill(attributes) if fill else None
        if content is not None:
            self._open = tag, 1, self._here() + len(self.get_starttag_text() or ""), content

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<div />` holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if not self._open or tag != self._open[0]:
            return
        name, depth, start, content = self._open
        if depth > 1:
            self._open = name, depth - 1, start, content
            return
        self.places.append((start, self._here(), content))
        self._open = None
