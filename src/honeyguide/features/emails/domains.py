"""Whether contacts' addresses lead to mail servers: what DNS says of their domains, asked once a week.

A domain takes mail when it has a mail server (MX), or a host of its own (RFC 5321 5.1), and does not say that it takes none
(RFC 7505). When DNS gives no answer nothing is known, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import dns.exception
import dns.name
import dns.resolver

from honeyguide.engine.sql import execute, rows

KEPT = "7 days"
SYNTAX = r"^[^\s@<>(),;:\\\"\[\]]{1,64}@[^\s@<>(),;:\\\"\[\]]{1,253}$"
SECONDS, SECONDS_IN_ALL = 3.0, 10.0
AT_ONCE = 32

DOMAIN = "lower(split_part(contacts.fields ->> 'email', '@', -1))"
IS_ADDRESS = f"(contacts.fields ->> 'email') ~ '{SYNTAX}'"
FRESH = f"d.domain = {DOMAIN} AND d.date_checked > now() - interval '{KEPT}'"
IS_KNOWN = f"(NOT coalesce({IS_ADDRESS}, false) OR EXISTS (SELECT FROM mail_domains d WHERE {FRESH}))"
TAKES_MAIL = f"({IS_ADDRESS} AND EXISTS (SELECT FROM mail_domains d WHERE {FRESH} AND d.takes_mail))"

# One pass: the domains of these contacts of which nothing is known, or nothing new.
UNKNOWN = f"""
    SELECT DISTINCT {DOMAIN} FROM contacts WHERE id = ANY(%s::bigint[]) AND NOT {IS_KNOWN} ORDER BY 1
"""
KEEP = """
    INSERT INTO mail_domains (domain, takes_mail, date_checked)
    SELECT domain, takes_mail, now() FROM unnest(%s::text[], %s::boolean[]) AS found (domain, takes_mail)
    ON CONFLICT (domain) DO UPDATE SET takes_mail = EXCLUDED.takes_mail, date_checked = EXCLUDED.date_checked
"""


def look_up(contact_ids: Sequence[int]) -> None:
    """Asks DNS for the domains of these contacts, many at once, for ten seconds at most."""
    domains = [row[0] for row in rows(UNKNOWN, (list(contact_ids),))]
    if not domains:
        return
    threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="dns")
    asked = {threads.submit(takes_mail, domain): domain for domain in domains}
    done, _ = wait(asked, timeout=SECONDS_IN_ALL)
    threads.shutdown(wait=False, cancel_futures=True)
    found = {asked[one]: one.result() for one in done}
    told = sorted((domain, answer) for domain, answer in found.items() if answer is not None)
    execute(KEEP, ([domain for domain, _ in told], [answer for _, answer in told]))


def takes_mail(domain: str) -> bool | None:
    """What DNS says of a domain; None when it does not answer."""
    try:
        name = dns.name.from_text(domain)
        found = _resolve(name, "MX")
        if found is not None:
            return any(server.exchange != dns.name.root for server in found)
        return any(_resolve(name, kind) is not None for kind in ("A", "AAAA"))
    except dns.resolver.NXDOMAIN:
        return False
    except (dns.resolver.LifetimeTimeout, dns.resolver.NoNameservers, dns.resolver.NoResolverConfiguration, OSError):
        return None
    except (dns.exception.DNSException, UnicodeError):  # no name that DNS could know
        return False


def _resolve(name: dns.name.Name, kind: str) -> dns.resolver.Answer | None:
    """The records of a kind; None when the name has none."""
    try:
        return resolver().resolve(name, kind, lifetime=SECONDS, search=False)
    except dns.resolver.NoAnswer:
        return None


def resolver() -> dns.resolver.Resolver:
    """Asks the name servers of this machine."""
    return dns.resolver.Resolver()
