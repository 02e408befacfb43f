"""What every e-mail of this installation shares: its address, its texts, its date formats, its fields."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from honeyguide.engine import config
from honeyguide.engine.delivery.addresses import is_address

UNSUBSCRIBE_TEXT = '<a href="|URL|">Unsubscribe</a> to no longer receive emails from us.'
WEBVIEW_TEXT = '<a href="|URL|">Having trouble reading this email? Click here.</a>'


def site_url() -> str:
    """The address of this server in links, without a slash at the end."""
    given = settings.SITE_URL or config.get("site_url")
    if given:
        return str(given).rstrip("/")
    host = settings.HOST if settings.HOST not in ("0.0.0.0", "::", "") else "localhost"  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


@dataclass(frozen=True)
class Surroundings:
    """Hashable, so that a compiled e-mail can be kept for as long as nothing around it changes.

    `field_types` are (alias, type) and `labels` (alias, label) of contact and company fields.
    """

    site_url: str
    field_types: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    from_name: str = ""
    from_email: str = ""
    reply_to: str | None = None
    return_path: str | None = None
    mailbox: str = ""  # the monitored one, whose addresses may have a part after a plus
    send_as_owner: bool = False
    append_pixel: bool = True
    track_links: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    unsubscribe_text: str = UNSUBSCRIBE_TEXT
    webview_text: str = WEBVIEW_TEXT
    signature: str = ""
    timezone: str = "UTC"
    date_format: str = "F j, Y"
    time_format: str = "g:i a"
    full_format: str = "F j, Y g:i a T"
    types: dict[str, str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", dict(self.field_types))

    @property
    def host(self) -> str:
        return urlsplit(self.site_url).hostname or "localhost"


def current(*, field_types: tuple[tuple[str, str], ...], labels: tuple[tuple[str, str], ...] = ()) -> Surroundings:
    """The surroundings as configured now."""
    address = site_url()
    custom = config.get("mailer_custom_headers")
    return Surroundings(
        site_url=address,
        field_types=field_types,
        labels=labels,
        from_name=config.get("mailer_from_name") or "",
        from_email=config.get("mailer_from_email") or f"honeyguide@{urlsplit(address).hostname or 'localhost'}",
        reply_to=config.get("mailer_reply_to_email"),
        return_path=config.get("mailer_return_path"),
        mailbox=_mailbox(),
        send_as_owner=config.get("mailer_is_owner"),
        append_pixel=config.get("mailer_append_tracking_pixel"),
        track_links=not config.get("disable_trackable_urls"),
        headers=tuple((str(k), str(v)) for k, v in custom.items()) if isinstance(custom, dict) else (),
        unsubscribe_text=config.get("unsubscribe_text") or UNSUBSCRIBE_TEXT,
        webview_text=config.get("webview_text") or WEBVIEW_TEXT,
        signature=config.get("default_signature_text") or "",
        timezone=config.get("default_timezone") or "UTC",
        date_format=config.get("date_format_dateonly"),
        time_format=config.get("date_format_timeonly"),
        full_format=config.get("date_format_full"),
    )


def _mailbox() -> str:
    """The address of the mailbox that is read; blank when none is, or it can take no part after a plus."""
    address = config.get("monitored_email_address").strip()
    return address if config.get("monitored_email_host") and is_address(address) and address.isascii() else ""
