"""Every configuration parameter: name, type, default, where it is edited and what it does.

Names and defaults are the reference's (contract conventions 10, engine config.md), so that `MAUTIC_*` habits carry over.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from honeyguide.engine import places


class InvalidValue(ValueError):
    """A text that the parameter's type cannot take; the message says what it takes."""


class Day(str):
    """A day like 2026-12-01, or blank for none."""

    __slots__ = ()


class Zone(str):
    """The name of a time zone, like Europe/Berlin."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    default: Any
    tab: str
    help: str
    type: type = str
    choices: tuple = ()

    def parse(self, value: Any) -> Any:
        """Text from a form, the environment or the command line, or a typed value, as this parameter's type."""
        if self.default is None and value in (None, ""):
            return None
        if value is None:
            raise InvalidValue(f"{self.name} needs a value.")
        parsed = _PARSERS[self.type](self.name, value)
        if self.choices and parsed not in self.choices:
            raise InvalidValue(f"{self.name} must be one of: {', '.join(map(str, self.choices))}.")
        return parsed


def _bool(name: str, value: Any) -> bool:
    text = str(value).strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off", ""}:
        return False
    raise InvalidValue(f"{name} must be yes or no.")


def _int(name: str, value: Any) -> int:
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise InvalidValue(f"{name} must be a whole number, 0 or more.")
    return int(text)


def _str(name: str, value: Any) -> str:
    text = str(value)
    if "\x00" in text:
        raise InvalidValue(f"{name} must not contain NUL characters.")
    return text


def _day(name: str, value: Any) -> Day:
    text = str(value).strip()
    try:
        return Day(date.fromisoformat(text).isoformat() if text else "")
    except ValueError:
        raise InvalidValue(f"{name} must be a day like 2026-12-01, or blank.") from None


def _zone(name: str, value: Any) -> Zone:
    text = str(value).strip()
    if not places.is_timezone(text):
        raise InvalidValue(f"{name} must be the name of a time zone, like Europe/Berlin.")
    return Zone(text)


def _list(name: str, value: Any) -> list:
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return [part.strip() for part in _str(name, value).split(",") if part.strip()]
    return _json(name, value, list, "a list like a,b,c or JSON")


def _map(name: str, value: Any) -> dict:
    return _json(name, value or {}, dict, 'a map as JSON, like {"a": "b"}')


def _json(name: str, value: Any, kind: type, described: str) -> Any:
    """The value, or what its text says as JSON, when it is of this kind and a database can keep it."""
    try:
        parsed = orjson.loads(value) if isinstance(value, str) else value
        if isinstance(parsed, kind) and b"\\u0000" not in orjson.dumps(parsed):
            return parsed
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass
    raise InvalidValue(f"{name} must be {described}.")


_PARSERS = {bool: _bool, int: _int, str: _str, Day: _day, Zone: _zone, list: _list, dict: _map}


def _tab(tab: str, *declared: tuple) -> list[Parameter]:
    """(name, default, help[, choices]); the type is the default's, text when the default is None."""
    return [
        Parameter(name, default, tab, help_, str if default is None else type(default), *rest)
        for name, default, help_, *rest in declared
    ]


UPLOADS = (
    "csv", "doc", "docx", "epub", "gif", "jpg", "jpeg", "mpg", "mpeg", "mp3", "odt", "odp", "ods", "pdf", "png", "ppt",
    "pptx", "tif", "tiff", "txt", "xls", "xlsx", "wav",
)  # fmt: skip
SHOWN = ("gif", "jpg", "jpeg", "mpg", "mpeg", "mp3", "pdf", "png", "wav")
PERIODS = ("DAY", "WEEK", "MONTH")
PROVIDERS = {
    "Google": ["gmail.com", "googlemail.com"],
    "Microsoft": ["outlook.com", "hotmail.com", "live.com", "msn.com"],
    "Yahoo": ["yahoo.com", "ymail.com", "aol.com"],
    "Apple": ["icloud.com", "me.com", "mac.com"],
}

# Intervals of ISO 8601, with days written as the reference stores them.
WAITS = (
    "null", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT4H", "PT8H", "PT12H", "PT1D", "PT3D", "PT5D", "PT14D", "P3M",
)  # fmt: skip

PARAMETERS: dict[str, Parameter] = {
    p.name: p
    for p in [
        *_tab(
            "system",
            ("site_url", "", "Address under which people reach this server; links in e-mails start with it."),
            ("default_pagelimit", 30, "Rows per page.", (5, 10, 15, 20, 25, 30, 50, 100)),
            ("default_timezone", Zone("UTC"), "Time zone of dates without one of their own."),
            ("locale", "en_US", "Language of the pages."),
            ("default_daterange_filter", "-1 month", "What charts show at first."),
            ("date_format_full", "F j, Y g:i a T", "Date and time, in PHP's letters."),
            ("date_format_short", "D, M d", "Short date."),
            ("date_format_dateonly", "F j, Y", "Date of {contactfield=...|date}."),
            ("date_format_timeonly", "g:i a", "Time of {contactfield=...|time}."),
            ("cors_restrict_domains", True, "Answer browsers of other sites only when they are listed."),
            ("cors_valid_domains", [], "Sites whose browsers may call; * matches any text."),
            ("trusted_proxies", [], "Addresses whose X-Forwarded-For is believed."),
            ("do_not_track_ips", [], "Addresses that are never tracked: exact or CIDR."),
            ("do_not_track_internal_ips", [], "Addresses of your own people: not tracked."),
            ("do_not_track_bots", [], "Further texts in a user agent that mark a bot."),
            ("track_private_ip_ranges", False, "Track addresses of private networks too."),
            ("anonymize_ip", False, "Store *.*.*.* instead of addresses."),
            (
                "ip_lookup_database",
                "",
                "File that tells where addresses are, in MaxMind's format. Blank: ip-lookup.mmdb in the data folder.",
            ),
            ("ip_lookup_create_organization", False, "Fill the company from the address's organisation."),
            ("audit_log_keep_days", 0, "Days after which entries of the audit log are deleted; 0 keeps them."),
            ("visitor_keep_days", 0, "Days after which visitors nobody knows are forgotten; 0 keeps them."),
            ("event_log_keep_days", 0, "Days after which whole months of the event log are dropped; 0 keeps them."),
            (
                "export_keep_days",
                7,
                "Days after which exported files and files of sent reports are deleted, and links to them end; 0 keeps them.",
            ),
            ("gdpr_user_purge_threshold", 1095, "Days after which an inactive contact may be purged."),
        ),
        *_tab(
            "api",
            ("api_enabled", False, "Answer the REST API at all."),
            ("api_enable_basic_auth", False, "Let API clients sign in with user name and password."),
            (
                "api_oauth_protocol",
                "oauth2",
                "What new API credentials are for: OAuth 2, or OAuth 1.0a for clients that know nothing else.",
                ("oauth2", "oauth1"),
            ),
            ("api_oauth2_access_token_lifetime", 60, "Minutes an access token lives."),
            ("api_oauth2_refresh_token_lifetime", 14, "Days a refresh token lives."),
            ("api_batch_max_limit", 200, "Most items of a batch call."),
            (
                "api_rate_limiter_limit",
                0,
                "Calls per hour and credential; 0 is no limit. A new installation begins with 360000.",
            ),
        ),
        *_tab(
            "signin",
            ("openid_issuer", "", "OpenID Connect provider whose people may sign in: https://accounts.example.com."),
            ("openid_client_id", "", "Our client id there. Its redirect URI is /s/login/openid/back of this server."),
            ("openid_client_secret", "", "Our client secret there; none for a public client."),
            ("openid_label", "single sign-on", "What the button says: Sign in with …"),
            ("openid_role", 0, "Number of the role that newcomers get; 0 lets in only who has an account here."),
        ),
        *_tab(
            "email",
            ("mailer_from_name", "Honeyguide", "Sender name when an e-mail has none."),
            ("mailer_from_email", "", "Sender address when an e-mail has none."),
            ("mailer_reply_to_email", None, "Reply-To when an e-mail has none."),
            ("mailer_return_path", None, "Envelope sender; bounces go there."),
            (
                "mailer_dsn",
                "smtp://localhost:25",
                "SMTP server: smtp://user:password@host:587, smtps:// for TLS from the start.",
            ),
            ("mailer_append_tracking_pixel", True, "Put the open pixel at the end of each HTML e-mail."),
            ("mailer_custom_headers", {}, "Headers of every e-mail, name to value."),
            ("mailer_is_owner", False, "Send as the owner of the contact."),
            ("mailer_throttle", 0, "Most messages per second over this transport; 0 is no limit."),
            ("mailer_domain_throttles", {}, 'Most messages per second by recipient domain: {"gmail.com": 20}.'),
            (
                "mailer_warmup_start",
                Day(""),
                "First day of the warm-up plan, like 2026-12-01; blank is no plan. Transactional e-mails never wait for it.",
            ),
            (
                "mailer_warmup_limits",
                [50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 102400],
                "Most messages to each mailbox provider on the first day, the second, and so on; then there is no limit.",
            ),
            ("mailer_warmup_groups", PROVIDERS, "The domains of mailbox providers; all others together are one."),
            ("mailer_connections", 16, "Connections kept to the SMTP server at most."),
            ("mailer_max_attempts", 8, "Tries after temporary refusals before a message counts as failed."),
            (
                "mailer_unknown_policy",
                "hold",
                "A message whose fate is unknown after a crash: hold it, or send it again.",
                ("hold", "resend"),
            ),
            ("default_signature_text", None, "{signature} when the contact has no owner."),
            ("unsubscribe_text", None, "{unsubscribe_text}; |URL| is the link."),
            ("webview_text", None, "{webview_text}; |URL| is the link."),
            ("unsubscribe_message", None, "Shown after unsubscribing; |URL| resubscribes, |EMAIL| is the address."),
            ("resubscribe_message", None, "Shown after subscribing again; |URL| unsubscribes, |EMAIL| is the address."),
            ("email_frequency_number", 0, "Most marketing e-mails to one contact per period; 0 is no limit."),
            ("email_frequency_time", "DAY", "The period of that limit.", PERIODS),
            ("disable_trackable_urls", False, "Leave links as they are."),
            ("show_contact_preferences", False, "Unsubscribing opens the preference page first."),
            ("show_contact_segments", False, "Segments on the preference page."),
            ("show_contact_frequency", False, "Frequency on the preference page."),
            ("show_contact_pause_dates", False, "Pause dates on the preference page."),
            ("show_contact_categories", False, "Categories on the preference page."),
            ("show_contact_preferred_channels", False, "Preferred channel on the preference page."),
        ),
        *_tab(
            "mailbox",
            (
                "monitored_email_host",
                "",
                "IMAP server of the mailbox to which bounces and answers go; blank reads none.",
            ),
            ("monitored_email_port", 993, "Its port: 993 with ssl, 143 otherwise."),
            (
                "monitored_email_encryption",
                "ssl",
                "TLS from the start (ssl), STARTTLS (tls), or none.",
                ("ssl", "tls", "none"),
            ),
            ("monitored_email_user", "", "User name there."),
            ("monitored_email_password", "", "Its password."),
            ("monitored_email_folders", ["INBOX"], "Folders that are looked into; others stay untouched."),
            ("monitored_email_done_folder", "", "Where handled messages are moved; blank leaves them, marked as read."),
            (
                "monitored_email_address",
                "",
                "Address of that mailbox. E-mails then name it as the place for bounces and for unsubscribing by mail, "
                "with their number after a plus: bounces+bounce_…@example.com.",
            ),
        ),
        *_tab(
            "callbacks",
            (
                "mailer_callback_secret",
                "",
                "Proves who calls /mailer/callback?secret=…: needed for Postmark, SparkPost and Mailjet, which do not sign.",
            ),
            ("mailer_callback_sendgrid_key", "", "SendGrid's public key of signed event webhooks."),
            ("mailer_callback_mailgun_key", "", "Mailgun's webhook signing key."),
            ("mailer_callback_sns_topics", [], "ARNs of the SNS topics by which Amazon SES may tell of bounces."),
        ),
        *_tab(
            "contacts",
            (
                "contact_unique_identifiers_operator",
                "OR",
                "A contact is the same when any (OR) or all (AND) unique fields match.",
                ("OR", "AND"),
            ),
            ("company_unique_identifiers_operator", "OR", "The same for companies.", ("OR", "AND")),
            (
                "contact_columns",
                ["name", "email", "location", "stage", "points", "last_active", "id"],
                "Columns of the contact list.",
            ),
            ("background_import_if_more_rows_than", 0, "Kept for compatibility: imports always run in the background."),
            ("parallel_import_limit", 1, "Imports that run at once."),
            ("contact_export_in_background", True, "Make CSV files in the background."),
            ("contact_export_batch_size", 20000, "Rows read at once by an export."),
            ("contact_allow_multiple_companies", True, "A contact may belong to several companies."),
            ("contact_api_count_cache_ttl", 5, "Seconds that the total of contact lists may be old."),
            ("csv_formula_guard", True, "Put ' before cells that a spreadsheet would run as a formula."),
        ),
        *_tab(
            "segments",
            ("segment_rebuild_time_warning", 30, "Hours after which an old build is marked."),
            ("segment_build_time_warning", 30, "Seconds after which a slow build is marked."),
        ),
        *_tab(
            "reports",
            ("csv_always_enclose", False, "Put quotation marks around every cell of CSV files."),
            ("report_export_batch_size", 1000, "Rows of a report that are read at once."),
            (
                "report_export_max_filesize_in_bytes",
                5_000_000,
                "Reports go with their e-mails up to this size, first as CSV, then as zip; larger ones are linked to.",
            ),
            ("report_temp_dir", "", "Where files of sent reports are kept; blank is in the data directory."),
        ),
        *_tab(
            "campaigns",
            (
                "campaign_time_wait_on_event_false",
                "PT1H",
                "How long a step that failed waits for its next try, then two and three times as long; null: no other try.",
                WAITS,
            ),
            (
                "campaign_send_notification_to_author",
                True,
                "Write to who last changed a campaign that stopped by itself.",
            ),
            ("campaign_notification_email_addresses", [], "Where to write instead."),
        ),
        *_tab(
            "webhooks",
            (
                "queue_mode",
                "immediate_process",
                "One call per event (immediate_process), or several events in one (command_process).",
                ("immediate_process", "command_process"),
            ),
            ("events_orderby_dir", "ASC", "Which waiting events go first: the oldest or the newest.", ("ASC", "DESC")),
            ("webhook_limit", 10, "Most events in one call with command_process."),
            ("webhook_timeout", 15, "Seconds a receiver has to answer."),
            ("webhook_max_attempts", 8, "Calls of one delivery, over two days, before it counts as failed."),
            ("webhook_disable_limit", 100, "Failures in a row, without a success, that switch a webhook off."),
            ("webhook_log_max", 1000, "Calls that are remembered of each webhook."),
            ("webhook_log_keep_days", 0, "Days after which calls of webhooks are forgotten; 0 keeps them."),
            ("webhook_email_details", True, "Tell the content of e-mails in their events."),
            ("webhook_send_notification_to_author", True, "Write to who last changed a webhook that was switched off."),
            ("webhook_notification_email_addresses", [], "Where to write instead."),
            (
                "outbound_allowed_networks",
                [],
                "Networks that are not public and may be called all the same: 10.1.0.0/16. Else webhooks reach none.",
            ),
        ),
        *_tab(
            "sms",
            ("sms_enabled", False, "Send text messages."),
            (
                "sms_transport",
                "mautic.sms.twilio.transport",
                "Who sends them: Twilio, or anybody who speaks its API at sms_base_url.",
                ("mautic.sms.twilio.transport",),
            ),
            ("sms_username", "", "Account SID."),
            ("sms_password", "", "Auth token; it also proves that replies come from the provider."),
            ("sms_messaging_service_sid", "", "Messaging service that messages come from."),
            ("sms_from", "", "Number or name that messages come from when there is no messaging service."),
            ("sms_base_url", "https://api.twilio.com", "Address of the provider's API."),
            ("sms_connections", 16, "Calls to the provider at once."),
            ("sms_verify_signature", True, "Hear only providers who sign what they tell (X-Twilio-Signature)."),
            ("sms_default_region", "US", "Country of numbers without one, in two letters."),
            ("sms_frequency_number", 0, "Most text messages to one contact per period; 0 is no limit."),
            ("sms_frequency_time", "DAY", "The period of that limit.", PERIODS),
            ("sms_disable_trackable_urls", False, "Leave links in text messages as they are."),
        ),
        *_tab(
            "notifications",
            ("notification_enabled", False, "Ask visitors for notifications and send them."),
            ("notification_icon", "", "Address of the picture beside notifications."),
            (
                "notification_vapid_private_key",
                "",
                "Private key for push services (VAPID), in URL-safe base64. Blank: one that follows from the secret key.",
            ),
            ("notification_connections", 16, "Contacts that are notified at once."),
        ),
        *_tab(
            "forms",
            (
                "form_upload_dir",
                "",
                "Folder of uploaded files, outside anything that is served. Blank: in the data folder.",
            ),
            ("blacklisted_extensions", ["php", "sh"], "Endings of files that no form takes."),
            ("do_not_submit_emails", [], "Addresses, or *@domain, that e-mail fields may refuse."),
            ("successful_submit_action", "top", "Where a form shows its message.", ("top", "bottom")),
            ("form_submissions_per_minute", 120, "Most submissions from one address in a minute; 0 is no limit."),
        ),
        *_tab(
            "tracking",
            ("track_contact_by_ip", False, "Recognise visitors by their address."),
            ("track_by_tracking_url", False, "Recognise visitors by the contact in a tracked link."),
            ("cat_in_page_url", False, "Addresses of landing pages begin with their category."),
            ("404_page", "", "Number of the landing page that is shown when there is none at an address."),
            (
                "allowed_extensions",
                [
                    "csv",
                    "doc",
                    "docx",
                    "epub",
                    "gif",
                    "jpg",
                    "jpeg",
                    "mpg",
                    "mpeg",
                    "mp3",
                    "odt",
                    "odp",
                    "ods",
                    "pdf",
                    "png",
                    "ppt",
                    "pptx",
                    "tif",
                    "tiff",
                    "txt",
                    "xls",
                    "xlsx",
                    "wav",
                ],
                "Files that may be uploaded, by the end of their names.",
            ),
            (
                "streamed_extensions",
                list(SHOWN),
                "Assets that browsers show; all others are kept as files.",
            ),
            ("max_size", 6, "Megabytes of an asset's file at most."),
            (
                "pages_host",
                "",
                "A host of its own for landing pages: pages.example.com. Their scripts may use cookies there; nobody signs in.",
            ),
        ),
    ]
}
