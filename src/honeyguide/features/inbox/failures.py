"""Whether a refusal means that an address does not work (hard), or only that this message did not get through (soft).

The words win over the code where they are plain, because many servers say 550 or 5.7.1 to everything.
"""

import re

_EXTENDED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BASIC = re.compile(r"(?<![\d.])([45])(\d\d)(?=[\s\-:;,)]|$)")
# RFC 3463: no such mailbox or host, moved away, disabled, no route to its domain, or refused by the directory.
_HARD_CODES = {"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "4.1", "4.4", "0.0", "5.0"}
_SAYS_FULL = re.compile(
    r"over ?quota|quota exceeded|(?:mail)?box (?:is )?full|exceeded (?:its |the )?(?:storage|quota)", re.I
)
_SAYS_ABOUT_US = re.compile(
    r"spam|black ?list|block ?list|dnsbl|spamhaus|reputation|rate ?limit|too many|polic(?:y|ies)|dmarc|\bspf\b|dkim|"
    r"greylist|gr[ae]y-?list|virus|content rejected|relay(?:ing)? (?:access )?denied|temporar|try (?:again|later)",
    re.I,
)
_SAYS_NOBODY = re.compile(
    r"(?:user|recipient|mailbox|account|address|alias)[\w\s<>@.\"'\-]{0,80}?"
    r"(?:unknown|not found|does(?: not|n['’]t) exist|not exist|disabled|inactive|suspended|invalid|unavailable|no longer)|"
    r"(?:unknown|no such|invalid|non-?existent) (?:local )?(?:user|recipient|mailbox|account|address|person)|"
    r"no mailbox (?:here )?by that name|host (?:or domain name )?(?:unknown|not found)|domain (?:name )?not found|nxdomain|"
    r"unrouteable address|unknown user",
    re.I,
)
LONGEST = 2000


def code_of(text: str) -> str:
    """The status code in a server's words: "5.1.1", else "550"; blank when there is none."""
    text = text[:LONGEST]
    extended = [".".join(found.groups()) for found in _EXTENDED.finditer(text)]
    telling = [code for code in extended if not code.endswith(".0.0")]
    if telling or extended:
        return (telling or extended)[0]
    basic = _BASIC.search(text)
    return basic[0] if basic else ""


def says_failure(text: str) -> bool:
    """Whether a text without any form speaks of mail that was not delivered."""
    text = text[:LONGEST]
    return bool(_SAYS_NOBODY.search(text) or _SAYS_FULL.search(text) or code_of(text)[:1] in ("4", "5"))


def is_hard(status: str, words: str) -> bool:
    """`status` is the code that a report gives ("5.1.1", may be blank), `words` what the server said."""
    words = words[:LONGEST]
    code = status if status and not status.endswith(".0.0") else code_of(words) or status
    if code.startswith("4") or _SAYS_FULL.search(words):
        return False
    if _SAYS_NOBODY.search(words):
        return True
    if _SAYS_ABOUT_US.search(words):
        return False
    if code.count(".") == 2:
        return code.partition(".")[2] in _HARD_CODES
    return code in ("550", "551", "553")
