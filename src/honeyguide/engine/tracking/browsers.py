"""What a User-Agent header tells of the machine and the program behind it, in the words the reference's clients know.

The patterns are those of `ua-parser`; here are only the names that its families have in answers, and what kind of machine it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import ua_parser

LONGEST = 1000  # characters that are read
REMEMBERED = 10_000  # distinct headers; most visitors share a few hundred


@dataclass(frozen=True, slots=True)
class Agent:
    """What is behind a header; "" where it says nothing. `client` is empty when no program is known."""

    client: dict[str, str]
    device: str  # desktop | smartphone | tablet | tv | console | wearable | …
    os_name: str = ""
    os_short_name: str = ""
    os_version: str = ""
    os_platform: str = ""
    brand: str = ""
    model: str = ""
    is_bot: bool = False


# Family there: (name, short name)
SYSTEMS = {
    "Android": ("Android", "AND"),
    "Arch Linux": ("Arch Linux", "ARL"),
    "BlackBerry OS": ("BlackBerry OS", "BLB"),
    "CentOS": ("CentOS", "CES"),
    "Chrome OS": ("Chrome OS", "COS"),
    "Debian": ("Debian", "DEB"),
    "Fedora": ("Fedora", "FED"),
    "FreeBSD": ("FreeBSD", "BSD"),
    "Gentoo": ("Gentoo", "GNT"),
    "iOS": ("iOS", "IOS"),
    "KaiOS": ("KaiOS", "KOS"),
    "Linux": ("GNU/Linux", "LIN"),
    "Linux Mint": ("Mint", "MIN"),
    "Mac OS X": ("Mac", "MAC"),
    "NetBSD": ("NetBSD", "NBS"),
    "OpenBSD": ("OpenBSD", "OBS"),
    "Red Hat": ("Red Hat", "RHT"),
    "Tizen": ("Tizen", "TIZ"),
    "Ubuntu": ("Ubuntu", "UBT"),
    "Web0S": ("webOS", "WOS"),
    "webOS": ("webOS", "WOS"),
    "Windows": ("Windows", "WIN"),
    "Windows Phone": ("Windows Phone", "WPH"),
}
ON_DESKS = frozenset(
    ("ARL", "BSD", "CES", "COS", "DEB", "FED", "GNT", "LIN", "MAC", "MIN", "NBS", "OBS", "RHT", "UBT", "WIN")
)
# Family there: (name, short name, engine, family)
BROWSERS = {
    "Android": ("Android Browser", "AN", "WebKit", "Android Browser"),
    "Chrome": ("Chrome", "CH", "Blink", "Chrome"),
    "Chrome Mobile": ("Chrome Mobile", "CM", "Blink", "Chrome"),
    "Chrome Mobile WebView": ("Chrome Webview", "CV", "Blink", "Chrome"),
    "Chrome Mobile iOS": ("Chrome Mobile iOS", "CI", "WebKit", "Chrome"),
    "Chromium": ("Chromium", "CR", "Blink", "Chrome"),
    "Edge": ("Microsoft Edge", "PS", "Blink", "Internet Explorer"),
    "Edge Mobile": ("Microsoft Edge", "PS", "Blink", "Internet Explorer"),
    "Firefox": ("Firefox", "FF", "Gecko", "Firefox"),
    "Firefox Mobile": ("Firefox Mobile", "FM", "Gecko", "Firefox"),
    "Firefox iOS": ("Firefox Mobile iOS", "FI", "WebKit", "Firefox"),
    "IE": ("Internet Explorer", "IE", "Trident", "Internet Explorer"),
    "IE Mobile": ("IE Mobile", "IM", "Trident", "Internet Explorer"),
    "Mobile Safari": ("Mobile Safari", "MF", "WebKit", "Safari"),
    "Mobile Safari UI/WKWebView": ("Mobile Safari", "MF", "WebKit", "Safari"),
    "Opera": ("Opera", "OP", "Blink", "Opera"),
    "Opera Mini": ("Opera Mini", "OI", "Presto", "Opera"),
    "Opera Mobile": ("Opera Mobile", "OM", "Blink", "Opera"),
    "Safari": ("Safari", "SF", "WebKit", "Safari"),
    "Samsung Internet": ("Samsung Browser", "SB", "Blink", "Chrome"),
    "UC Browser": ("UC Browser", "UC", "Blink", "Chrome"),
    "Vivaldi": ("Vivaldi", "VI", "Blink", "Chrome"),
    "Yandex Browser": ("Yandex Browser", "YA", "Blink", "Chrome"),
}
MAIL_PROGRAMS = frozenset(("Apple Mail", "Lotus Notes", "Outlook", "Spark", "Thunderbird", "Windows Live Mail"))
ENGINE_VERSIONS = {
    "Blink": r"Chrome/([\d.]+)",
    "Gecko": r"rv:([\d.]+)",
    "Trident": r"Trident/([\d.]+)",
    "WebKit": r"AppleWebKit/([\d.]+)",
}
BRANDS = {"XiaoMi": "Xiaomi", "SonyEricsson": "Sony Ericsson"}  # the library's: the reference's
PLATFORMS = ((r"x86_64|x64|WOW64|amd64", "x64"), (r"arm|aarch64", "ARM"), (r"i[3-6]86", "x86"))
# The first that is found says what kind of machine it is.
KINDS = (
    (r"PlayStation|Xbox|Nintendo", "console"),
    (r"Smart-?TV|HbbTV|Google ?TV|Android TV|Apple ?TV|BRAVIA|CrKey|Roku|Web0S|\bAFT\w+", "tv"),
    (r"Watch", "wearable"),
    (r"iPad|Tablet|Kindle|Android(?!.*Mobile)", "tablet"),
    (r"iPod", "portable media player"),
    (r"iPhone|Mobile|Android|Windows Phone|BlackBerry", "smartphone"),
)


@lru_cache(maxsize=REMEMBERED)
def read_agent(header: str) -> Agent:
    """Reads a User-Agent header. Costs some 20 µs for one that was not seen before."""
    text = header[:LONGEST]
    found = ua_parser.parse(text)
    name, short, version = _system(found.os)
    is_bot = found.device is not None and found.device.family == "Spider"
    brand, model = ("", "") if is_bot else _maker(found.device)
    kind = next((kind for pattern, kind in KINDS if re.search(pattern, text, re.IGNORECASE)), "")
    return Agent(
        client={} if is_bot else _client(found.user_agent, text),
        device=kind or ("desktop" if short in ON_DESKS else ""),
        os_name=name,
        os_short_name=short,
        os_version=version,
        os_platform=next((platform for pattern, platform in PLATFORMS if re.search(pattern, text)), ""),
        brand=brand,
        model=model,
        is_bot=is_bot,
    )


def _system(system: ua_parser.OS | None) -> tuple[str, str, str]:
    if system is None:
        return "", "", ""
    name, short = SYSTEMS.get(system.family, (system.family, ""))
    return name, short, _version(system.major, system.minor)


def _maker(device: ua_parser.Device | None) -> tuple[str, str]:
    """Brand and model; a computer's model is not told by any browser."""
    if device is None or not device.brand or device.brand.startswith("Generic"):
        return "", ""
    return BRANDS.get(device.brand, device.brand), "" if device.model == "Mac" else device.model or ""


def _client(program: ua_parser.UserAgent | None, text: str) -> dict[str, str]:
    if program is None:
        return {}
    version = _version(program.major, program.minor)
    if program.family not in BROWSERS:
        kind = "email client" if program.family in MAIL_PROGRAMS else "browser" if "Mozilla/" in text else "library"
        return {"type": kind, "name": program.family, "version": version}
    name, short, engine, family = BROWSERS[program.family]
    stamp = re.search(ENGINE_VERSIONS[engine], text) if engine in ENGINE_VERSIONS else None
    return {
        "type": "browser",
        "name": name,
        "short_name": short,
        "version": version,
        "engine": engine,
        "engine_version": stamp[1] if stamp else "",
        "family": family,
    }


def _version(*parts: str | None) -> str:
    return ".".join(part for part in parts if part)
