"""The plain text of an HTML e-mail: what it says, with its links, for readers without HTML."""

import re
from html.parser import HTMLParser

_HIDDEN = {"head", "style", "script", "title"}
_BLOCKS = {
    "address", "article", "blockquote", "center", "div", "dl", "dt", "dd", "fieldset", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.hidden = 0
        self.link: tuple[str, int] | None = None  # where it leads, where its text starts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag == "br":
            self.written.append("\n")
        elif tag == "li":
            self.written.append("\n- ")
        elif tag in ("td", "th"):
            self.written.append(" ")
        elif tag in _BLOCKS:
            self.written.append("\n\n" if tag in _PARAGRAPHS else "\n")
        attributes = dict(attrs)
        if tag == "img" and attributes.get("alt"):
            self.written.append(attributes["alt"] or "")
        if tag == "a" and attributes.get("href"):
            self.link = ((attributes["href"] or "").strip(), len(self.written))

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag == "a" and self.link:
            (target, start), self.link = self.link, None
            if target not in "".join(self.written[start:]) and not target.startswith("#"):
                self.written.append(f" ({target})")
        elif tag in _BLOCKS:
            self.written.append("\n\n" if tag in _PARAGRAPHS else "\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.written.append(re.sub(r"[ \t\r\n\f]+", " ", data))


def from_html(html: str) -> str:
    """Readable text of an HTML document; tokens in it stay what they are."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [re.sub(r"  +", " ", line).strip() for line in "".join(reader.written).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
