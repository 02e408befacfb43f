"""User agents: which of them are machines, and a short name for the others."""

import re

from honeyguide.engine.tracking.browsers import read_agent

# Programs that fetch what people never saw. General HTTP libraries are not among them: people's software uses them too.
_BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|scan(?:ner)?\b|preview|monitor|validator|facebookexternalhit|whatsapp|telegram"
    r"|safelinks|mimecast|proofpoint|barracuda|trendmicro|fortinet|sophos|symantec|zscaler|urldefense|headlesschrome"
    r"|phantomjs|lighthouse|googleother|bingpreview|yahoo! slurp|ahrefs|semrush",
    re.IGNORECASE,
)
# They fetch pictures when somebody opens a mail, whatever lists of robots say.
_MAIL_PROXIES = re.compile(r"GoogleImageProxy|YahooMailProxy")
# In this order: later ones occur inside the agents of earlier ones.
_PROGRAMS = (
    ("Thunderbird", "Thunderbird"), ("Outlook", "Outlook"), ("GoogleImageProxy", "Gmail"), ("YahooMailProxy", "Yahoo Mail"),
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("AppleWebKit", "Apple Mail"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 40


def is_bot(agent: str, more: tuple[str, ...] = ()) -> bool:
    """Whether the user agent calls itself a machine; `more` are further texts that mark one."""
    if _BOTS.search(agent) or (read_agent(agent).is_bot and not _MAIL_PROXIES.search(agent)):
        return True
    return any(text and text.lower() in agent.lower() for text in more)


def label(agent: str) -> str:
    """`Chrome/Windows`, or the start of what it calls itself; short, because one is kept per hit."""
    program = next((name for mark, name in _PROGRAMS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if program or system:
        return "/".join(filter(None, (program, system)))
    return re.sub(r"[^\x20-\x7e]", "", agent).partition(" ")[0][:LONGEST]
