"""Every table that holds something of a contact: how its rows are found, and what becomes of them when the contact is erased.

Conditions and changes are SQL with the names %(contacts)s (ids) and %(email)s (the address in lower case, blank for none, of
the only one). What is found by the address is left when many are erased at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from honeyguide.engine.events import EventType

OF_CONTACT = "contact_id = ANY(%(contacts)s::bigint[])"
OF_ITS_MAIL = f"outbox_id IN (SELECT id FROM outbox WHERE {OF_CONTACT})"
# What an event may keep when nobody knows any more whose it was: that numbers stay what they were.
IMPERSONAL = "'link', 'bot', 'code', 'email_id', 'source_id', 'page_id', 'slot', 'manually', 'action', 'delta', 'type'"
FORGET_PAYLOAD = f"""
    contact_id = NULL, payload = (
        SELECT nullif(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(payload) WHERE key IN ({IMPERSONAL})
    )
"""
# The types that tell of the contact itself, or hold what it wrote.
ITS_OWN = f"(type <= {EventType.CATEGORIES_CHANGED.value} OR type = {EventType.SMS_REPLIED.value})"


@dataclass(frozen=True, slots=True)
class Holding:
    """`whose` is a condition on the table's rows. Erasing deletes them, or makes them impersonal with `forget`, an UPDATE's
    assignments. `exported` is off for what is only a copy on its way."""

    table: str
    label: str
    whose: str = OF_CONTACT
    forget: str = ""
    exported: bool = True

    @property
    def by_address(self) -> bool:
        """Whether its rows are told by the e-mail address."""
        return "%(email)s" in self.whose

    @property
    def erasing(self) -> str:
        change = f"UPDATE {self.table} SET {self.forget}" if self.forget else f"DELETE FROM {self.table}"
        return f"{change} WHERE {self.whose}"


# In the order of erasing: what is found by another table comes before that one.
REGISTRY = (
    Holding(
        "ip_addresses",
        "IP addresses",
        "id IN (SELECT ip_address_id FROM contact_ip_addresses WHERE contact_id = ANY(%(contacts)s::bigint[])) "
        "AND NOT EXISTS (SELECT FROM contact_ip_addresses o WHERE o.ip_address_id = ip_addresses.id "
        "AND o.contact_id <> ALL(%(contacts)s::bigint[])) "
        "AND NOT EXISTS (SELECT FROM form_submissions s WHERE s.ip_address_id = ip_addresses.id "
        "AND (s.contact_id IS NULL OR s.contact_id <> ALL(%(contacts)s::bigint[])))",
    ),
    Holding("contact_ip_addresses", "Links to IP addresses"),
    Holding(
        "sms_replies",
        "Text messages received",
        f"id IN (SELECT object_id FROM events WHERE {OF_CONTACT} AND type = {EventType.SMS_REPLIED.value})",
    ),
    Holding("events", "What happened to it", f"{OF_CONTACT} AND {ITS_OWN}"),
    Holding("events", "What it did", f"{OF_CONTACT} AND NOT {ITS_OWN}", FORGET_PAYLOAD),
    Holding(
        "audit_log",
        "Changes people made",
        "bundle = 'lead' AND object = 'lead' AND object_id = ANY(%(contacts)s::bigint[])",
        "details = '{}'",
    ),
    Holding("notices", "E-mails that came back", OF_ITS_MAIL),
    Holding(
        "notices",
        "Notices of its address",
        "%(email)s <> '' AND position(%(email)s in lower(address || ' ' || reason)) > 0 "
        f"AND (outbox_id IS NULL OR NOT {OF_ITS_MAIL})",
    ),
    Holding("outbox", "E-mails", OF_CONTACT, "contact_id = NULL, address = NULL, options = NULL, answer = NULL"),
    Holding(
        "outbox",
        "E-mails to its address",
        "%(email)s <> '' AND lower(address) = %(email)s AND (contact_id IS NULL OR contact_id <> ALL(%(contacts)s::bigint[]))",
        "address = NULL, options = NULL",
    ),
    Holding(
        "dispatches",
        "Text messages and notifications",
        OF_CONTACT,
        "contact_id = NULL, address = NULL, content = NULL, answer = NULL",
    ),
    Holding("push_subscriptions", "Browsers that may be notified"),
    Holding("form_submissions", "Answers to forms"),
    Holding("campaign_log", "Steps of campaigns"),
    Holding("campaign_contacts", "Campaigns"),
    Holding("segment_contacts", "Segments"),
    Holding("company_contacts", "Companies"),
    Holding("contact_categories", "Categories"),
    Holding("contact_tags", "Tags"),
    Holding("devices", "Devices"),
    Holding("do_not_contact", "Do not contact"),
    Holding("dynamic_contents_given", "Dynamic content"),
    Holding("focus_items_given", "Focus items to be shown"),
    Holding("frequency_rules", "How often it may be written to"),
    Holding("notes", "Notes"),
    Holding("point_action_log", "Point actions"),
    Holding("point_group_scores", "Points in groups"),
    Holding("point_trigger_log", "Point triggers"),
    Holding("utm_tags", "UTM tags"),
    Holding("contact_merges", "Contacts merged into it"),
    Holding(
        "import_failures",
        "Rows of imports that failed",
        "%(email)s <> '' AND position(%(email)s in lower(row::text)) > 0",
    ),
    Holding(
        "webhook_queue",
        "Webhooks on their way",
        "%(email)s <> '' AND position(%(email)s in lower(payload)) > 0 AND type <> 'mautic.lead_post_delete'",
        exported=False,
    ),
    Holding(
        "webhook_logs",
        "Webhooks that were sent",
        "%(email)s <> '' AND position(%(email)s in lower(request)) > 0",
        "request = ''",
        exported=False,
    ),
    Holding(
        "idempotency_keys",
        "Answers kept for a repetition",
        "%(email)s <> '' AND position(convert_to(%(email)s, 'UTF8') in body) > 0",
        exported=False,
    ),
    Holding("contacts", "The contact", "id = ANY(%(contacts)s::bigint[])"),
)
