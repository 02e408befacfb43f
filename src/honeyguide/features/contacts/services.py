"""Changes to contacts: the only writers (contract resource-contacts, engine contacts.md). One door to this package."""

from honeyguide.features.contacts.changes import adjust_points, set_owner, set_stage
from honeyguide.features.contacts.deleting import delete_contacts
from honeyguide.features.contacts.ips import attach_ip, attach_ips, look_up_again
from honeyguide.features.contacts.merging import merge_contacts, resolve
from honeyguide.features.contacts.preferences import (
    BOUNCED,
    CONTACTABLE,
    MANUAL,
    UNSUBSCRIBED,
    remove_do_not_contact,
    set_categories,
    set_do_not_contact,
    set_frequency_rules,
)
from honeyguide.features.contacts.rows import Row, page, read
from honeyguide.features.contacts.saving import Saved, create_contact, create_contacts, update_contact
from honeyguide.features.contacts.sources import API, API_BATCH, PAGE, Source
from honeyguide.features.contacts.utm import add_utm_tags, remove_utm_tag
from honeyguide.features.tags import modify_tags

__all__ = [
    "API", "API_BATCH", "BOUNCED", "CONTACTABLE", "MANUAL", "PAGE", "UNSUBSCRIBED", "Row", "Saved", "Source",
    "add_utm_tags", "adjust_points", "attach_ip", "attach_ips", "create_contact", "create_contacts", "delete_contacts",
    "look_up_again", "merge_contacts", "modify_tags", "page", "read", "remove_do_not_contact", "remove_utm_tag", "resolve",
    "set_categories", "set_do_not_contact", "set_frequency_rules", "set_owner", "set_stage", "update_contact",
]  # fmt: skip
