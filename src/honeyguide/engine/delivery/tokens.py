"""The token language of e-mails: `{contactfield=firstname|friend}` and its kin.

A text is parsed once into literal parts and holes. A hole is a function from the recipient to text that is already safe
where it stands: escaped in HTML, bare in plain text and headers. There are no attributes, calls or conditions to reach
anything with; a token nobody knows stays as it is written.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from honeyguide.engine.dates import to_datetime
from honeyguide.engine.delivery.phpdates import LETTERS, format_date, shift
from honeyguide.engine.delivery.plaintext import from_html
from honeyguide.engine.delivery.recipients import Recipient
from honeyguide.engine.delivery.sealed import sign_address
from honeyguide.engine.delivery.surroundings import Surroundings

Hole = Callable[[Recipient], str]
Part = str | Hole

TOKEN = re.compile(r"\{([^{}\r\n]{1,500})\}|%7B((?:(?!%7D)[^{}\s<>]){1,500})%7D", re.IGNORECASE)
BLANK_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
OWNER_FIELDS = {
    "email": "email",
    "firstname": "first_name",
    "lastname": "last_name",
    "position": "position",
    "signature": "signature",
}


@dataclass(frozen=True)
class Place:
    """Where a text stands: `html` decides how values are written; `more` resolves tokens only one e-mail has;
    `custom` are names of replacements given with a single send."""

    surroundings: Surroundings
    html: bool
    more: Mapping[str, Callable[[str], Part | None]]
    custom: frozenset[str] = frozenset()
    labels: bool = False  # show [Label] for fields: nobody in particular reads this

    def safe(self, text: str) -> str:
        return escape(text) if self.html else text

    def markup(self, text: str) -> str:
        """A text that is HTML by nature, where it stands."""
        return text if self.html else from_html(text)


def parse(text: str, place: Place) -> list[Part]:
    """Literal parts and holes, in order; neighbouring literals are one."""
    parts: list[Part] = []
    for part in _split(text, place):
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part != "":
            parts.append(part)
    return parts


def fill(parts: Iterable[Part], recipient: Recipient) -> str:
    return "".join([part if isinstance(part, str) else part(recipient) for part in parts])


def in_url(url: str) -> list[Part]:
    """The parts of a stored URL: field values are encoded, except that a URL may begin with one that holds an address."""
    parts: list[Part] = []
    end = 0
    for found in TOKEN.finditer(url):
        name, argument = _read(found)
        if name not in ("contactfield", "leadfield"):
            continue
        alias, _, default = argument.partition("|")
        parts += [url[end : found.start()], _in_url(alias.strip().lower(), default, bare=found.start() == 0)]
        end = found.end()
    return [*parts, url[end:]]


def _in_url(alias: str, default: str, *, bare: bool) -> Hole:
    default = "" if default == "true" else default
    if bare:
        return lambda r: _shown(r.values.get(alias)).strip() or default
    return lambda r: quote(_shown(r.values.get(alias)) or default, safe="")


def names(text: str) -> Iterator[str]:
    """The token names in a text, in lower case."""
    for found in TOKEN.finditer(text):
        yield _read(found)[0]


def _split(text: str, place: Place) -> Iterator[Part]:
    end = 0
    for found in TOKEN.finditer(text):
        part = _resolve(found, place)
        if part is not None:
            yield text[end : found.start()]
            yield part
            end = found.end()
    yield text[end:]


def _read(found: re.Match) -> tuple[str, str]:
    """Name and argument of a token: `contactfield`, `firstname|friend`."""
    body = found[1] if found[1] is not None else unquote(found[2])
    name, separator, argument = re.match(r"([^=|]*)([=|]?)(.*)", body, re.DOTALL).groups()
    return name.strip().lower(), unescape(argument) if separator else ""


def _resolve(found: re.Match, place: Place) -> Part | None:
    body = (found[1] if found[1] is not None else unquote(found[2])).lower()
    if body in place.custom:
        return lambda r: place.markup(str(r.tokens.get(body, "")))
    name, argument = _read(found)
    if name in place.more:
        return place.more[name](argument)
    known = TOKENS.get(name)
    return known(argument, place) if known else None


def _contact_field(argument: str, place: Place) -> Part | None:
    alias, _, modifier = argument.partition("|")
    alias = alias.strip().lower()
    types = place.surroundings.types
    if place.labels:
        return place.safe(f"[{dict(place.surroundings.labels).get(alias, alias)}]")
    if modifier == "true":
        return lambda r: quote(_shown(r.values.get(alias)), safe="")
    if modifier in ("date", "time", "datetime"):
        return _dated(alias, modifier, place)
    default = place.safe(modifier)
    if types.get(alias) == "html":
        return lambda r: place.markup(_shown(r.values.get(alias))) or default
    if not place.html:
        return lambda r: _shown(r.values.get(alias)) or default
    return lambda r: escape(_shown(r.values.get(alias))) or default


def _shown(value: Any) -> str:
    if value.__class__ is str:
        return value
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _dated(alias: str, form: str, place: Place) -> Hole:
    around = place.surroundings
    letters = {"date": around.date_format, "time": around.time_format, "datetime": around.full_format}[form]
    zone = _zone(around.timezone) if around.types.get(alias) == "datetime" else None

    def hole(recipient: Recipient) -> str:
        moment = to_datetime(_shown(recipient.values.get(alias)))
        if moment is None:
            return ""
        return place.safe(format_date(moment.astimezone(zone) if zone else moment, letters))

    return hole


def _owner_field(argument: str, place: Place) -> Part | None:
    attribute = OWNER_FIELDS.get(argument.strip().lower())
    if attribute is None:
        return None
    if place.labels:
        return place.safe(f"[{argument}]")
    write = place.markup if attribute == "signature" else place.safe
    return lambda r: write(getattr(r.owner, attribute) or "") if r.owner else ""


def _unsubscribe_url(around: Surroundings) -> Hole:
    start = f"{around.site_url}/email/unsubscribe/"

    def hole(recipient: Recipient) -> str:
        if not recipient.hash:
            return start + "preview"
        return f"{start}{recipient.hash}/{quote(recipient.address, safe='@')}/{sign_address(recipient.address)}"

    return hole


def _webview_url(around: Surroundings) -> Hole:
    return lambda r: f"{around.site_url}/email/view/{r.hash or 'preview'}"


def _resubscribe_url(around: Surroundings) -> Hole:
    return lambda r: f"{around.site_url}/email/resubscribe/{r.hash or 'preview'}"


def _pixel_url(around: Surroundings) -> Hole:
    return lambda r: f"{around.site_url}/email/{r.hash}.gif" if r.hash else BLANK_PIXEL


def _url(make: Callable[[Surroundings], Hole]) -> Callable[[str, Place], Hole]:
    return lambda argument, place: make(place.surroundings)


def _text_with_url(which: str, make: Callable[[Surroundings], Hole]) -> Callable[[str, Place], Hole]:
    """The configured sentence, its |URL| being the recipient's."""

    def resolve(argument: str, place: Place) -> Hole:
        before, *rest = place.markup(getattr(place.surroundings, which)).split("|URL|")
        url = make(place.surroundings)
        return lambda r: url(r).join([before, *rest])

    return resolve


def _signature(argument: str, place: Place) -> Hole:
    """The owner's signature when mail goes out in the owner's name, else the system's."""
    around = place.surroundings

    def hole(recipient: Recipient) -> str:
        owner = recipient.owner if around.send_as_owner else None
        text = (owner.signature if owner and owner.signature else around.signature) or ""
        text = text.replace("|FROM_NAME|", escape(owner.name if owner else around.from_name))
        if owner:
            for alias, attribute in OWNER_FIELDS.items():
                text = text.replace(f"|USER_{alias.upper()}|", escape(getattr(owner, attribute) or ""))
        return place.markup(re.sub(r"\r?\n", "<br />\n", text))

    return hole


def _today(argument: str, place: Place) -> Part | None:
    """`{today}`, `{today|time}`, `{today|H:i|+1 day}`: now, in the contact's time zone."""
    form, _, offsets = argument.partition("|")
    around = place.surroundings
    named = {"": around.date_format, "date": around.date_format, "time": around.time_format,
             "datetime": around.full_format}  # fmt: skip
    letters = named.get(form.strip().lower(), form)
    if not any(letter in LETTERS for letter in letters):
        return None

    def hole(recipient: Recipient) -> str:
        zone = _zone(str(recipient.values.get("timezone") or around.timezone))
        return place.safe(format_date(shift(datetime.now(UTC).astimezone(zone), offsets), letters))

    return hole


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _trackable(argument: str, place: Place) -> Hole:
    """A tracked link; put in by `links`, which knows the token of each URL."""
    start = f"{place.surroundings.site_url}/r/{quote(argument)}?ct="
    return lambda r: start + r.hash


TOKENS: dict[str, Callable[[str, Place], Part | None]] = {
    "contactfield": _contact_field,
    "leadfield": _contact_field,
    "ownerfield": _owner_field,
    "unsubscribe_url": _url(_unsubscribe_url),
    "unsubscribe_text": _text_with_url("unsubscribe_text", _unsubscribe_url),
    "resubscribe_url": _url(_resubscribe_url),
    "webview_url": _url(_webview_url),
    "webview_text": _text_with_url("webview_text", _webview_url),
    "tracking_pixel": _url(_pixel_url),
    "signature": _signature,
    "today": _today,
    "trackable": _trackable,
}
