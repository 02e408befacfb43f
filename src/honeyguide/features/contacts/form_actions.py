"""What forms do to the contact who sends them."""

from __future__ import annotations

from honeyguide.features.contacts.services import add_utm_tags, modify_tags, remove_do_not_contact
from honeyguide.features.forms.actions import Sent, SubmitAction

UTM = ("utm_campaign", "utm_content", "utm_medium", "utm_source", "utm_term")


def change_tags(sent: Sent) -> None:
    if sent.contact_id:
        modify_tags([sent.contact_id], add=sent.texts("add_tags"), remove=sent.texts("remove_tags"))


def note_utm_tags(sent: Sent) -> None:
    """Those of the address of the page that the form stands in."""
    tagged = {name: sent.query[name] for name in UTM if sent.query.get(name)}
    if sent.contact_id and tagged:
        add_utm_tags(sent.contact_id, {**tagged, "url": sent.referer, "query": dict(sent.query)})


def let_write_again(sent: Sent) -> None:
    if sent.contact_id:
        remove_do_not_contact(sent.contact_id, "email")


TAGS = SubmitAction("lead.changetags", "Change the contact's tags", change_tags, on_campaign_forms=True)
UTM_TAGS = SubmitAction("lead.addutmtags", "Note UTM tags", note_utm_tags, on_campaign_forms=True)
WRITE_AGAIN = SubmitAction(
    "lead.remove_do_not_contact", "Remove the contact from do not contact", let_write_again, on_campaign_forms=True
)
