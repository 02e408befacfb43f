"""Writes docs/configuration.md from what the code declares; a test checks that the page is current.

python tools/configuration_page.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import django
import orjson
from django.conf import settings

if not settings.configured:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "honeyguide.settings")
    django.setup()

from honeyguide.engine.config.parameters import PARAMETERS, Parameter

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "configuration.md"
SOURCE = ROOT / "src" / "honeyguide"
READ = re.compile(r'\benv(?:_bool|_int)?\("([A-Z_]+)"(?:, (.+?))?\)')

USED = r'(?:\bget|_configured)\(\s*"{0}"|\belse "{0}"'  # how code asks for a parameter

MEANINGS = {
    "HONEYGUIDE_DATA_DIR": "Directory of the database and files; also `--data-dir`.",
    "HONEYGUIDE_HOST": "Address to listen on; also `--host`. `0.0.0.0` is every address of the machine.",
    "HONEYGUIDE_PORT": "Port to listen on; also `--port`.",
    "HONEYGUIDE_SITE_URL": "Where people reach the server: links in e-mails start with it, and https makes cookies secure.",
    "HONEYGUIDE_SMTP_URL": "SMTP server, stronger than `mailer_dsn`: `smtp://user:password@host:587`, or `smtps://…`.",
    "HONEYGUIDE_ADMIN_PASSWORD": "Password of `admin`, whom the first start makes. Without it one is made and printed once.",
    "HONEYGUIDE_DEMO": "The profile of `make run`: API and Basic auth on, sample data offered, mail caught instead of sent.",
    "HONEYGUIDE_CATCHER_PORT": "Port of the demo's mail catcher.",
    "HONEYGUIDE_WEB_PROCESSES": "Web processes.",
    "HONEYGUIDE_WEB_THREADS": "Threads, and so database connections, of each web process.",
    "HONEYGUIDE_SECRET_KEY": "Signs sessions and links. Without it a key is made and kept in the data directory.",
    "DATABASE_URL": "A PostgreSQL of your own instead of the embedded one; also `--database-url`.",
    "HONEYGUIDE_LOG_FORMAT": "text, or json: an object a line, with the request that answers name in `X-Request-ID`.",
    "HONEYGUIDE_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR.",
    "HONEYGUIDE_METRICS_TOKEN": "Switches on `/metrics` for Prometheus, for who sends this as a bearer token.",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "Switches on traces: the OpenTelemetry collector that gets them, like `http://collector:4318`.",
}
TABS = {
    "system": "System",
    "api": "API",
    "signin": "Signing in",
    "email": "E-mail",
    "mailbox": "The mailbox that is read",
    "callbacks": "What providers tell of deliveries",
    "contacts": "Contacts",
    "segments": "Segments",
    "reports": "Reports",
    "campaigns": "Campaigns",
    "sms": "Text messages",
    "notifications": "Notifications",
    "webhooks": "Webhooks and calls to other systems",
    "forms": "Forms",
    "tracking": "Tracking",
}
HEAD = """\
# Configuration

<!-- Written by tools/configuration_page.py. Change the declarations, not this page. -->

Two kinds: the environment says how a process runs and is read when it starts; parameters are changed while the product runs and
take effect within a second.

## Environment

`NAME_FILE` may name a file that holds the value of `NAME`, for secrets.

| variable | default | meaning |
|---|---|---|
"""
PARAMETERS_HEAD = """
## Parameters

Change them on the page *Configuration*, with `honeyguide config set NAME VALUE`, or for good with the environment variable
`HONEYGUIDE_CONFIG_<NAME>`, which is stronger than both. `honeyguide config list --changed` shows what differs from
the defaults. Lists are written `a,b,c` or as JSON. Names and defaults are Mautic's where it has the same parameter.

A parameter marked with ° is kept for features that are not there yet, or for compatibility, and has no effect.
"""


def environment() -> dict[str, str]:
    """Every variable that the settings read, with its default as it is written there."""
    text = (SOURCE / "settings.py").read_text(encoding="utf-8")
    return {name: default.strip('"') for name, default in READ.findall(text)}


def page() -> str:
    """The whole page. KeyError for a variable without a meaning."""
    lines = [
        f"| `{name}` | {_code('~/.local/share/honeyguide' if name == 'HONEYGUIDE_DATA_DIR' else default)} | {MEANINGS[name]} |"
        for name, default in environment().items()
    ]
    lines.append("| `HONEYGUIDE_CONFIG_<NAME>` | | A parameter, see below. |\n")
    parts = [HEAD + "\n".join(lines) + PARAMETERS_HEAD]
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name != "parameters.py")
    for tab in dict.fromkeys(p.tab for p in PARAMETERS.values()):
        declared = [p for p in PARAMETERS.values() if p.tab == tab]
        rows = "\n".join(_row(p, is_read=bool(re.search(USED.format(p.name), code))) for p in declared)
        parts.append(f"\n### {TABS[tab]}\n\n| parameter | default | meaning |\n|---|---|---|\n{rows}\n")
    return "".join(parts)


def _row(parameter: Parameter, *, is_read: bool) -> str:
    default = parameter.default
    shown = "yes" if default is True else "no" if default is False else default
    text = shown if isinstance(shown, str) else "" if shown is None else orjson.dumps(shown).decode()
    choices = f" One of {', '.join(map(str, parameter.choices))}." if parameter.choices else ""
    meaning = f"{parameter.help}{choices}".replace("|", "\\|")
    return f"| `{parameter.name}`{'' if is_read else ' °'} | {_code(text)} | {meaning} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
