"""The properties of point actions and of the events of triggers, as forms ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from honeyguide.features.campaigns.parameters import Choices, Parameter
from honeyguide.features.categories import Category
from honeyguide.features.emails.to_users import TO_USERS

ANY = "None chosen means any."


def email_categories() -> Choices:
    found = Category.objects.filter(bundle__in=("email", "global")).order_by("title")[:1000]
    return [(str(category.pk), category.title) for category in found]


def _several(name: str, label: str, of: str) -> Parameter:
    return Parameter(name=name, label=label, of=of, several=True, help=ANY)


EMAILS = _several("emails", "E-mails", "Email")
ACTIONS: dict[str, Sequence[Parameter]] = {
    "email.send": [EMAILS],
    "email.open": [
        EMAILS,
        Parameter(name="categories", label="Of a category", choices=email_categories, several=True, help=ANY),
    ],
    "page.hit": [_several("pages", "Landing pages", "Page")],
    "url.hit": [
        Parameter(name="page_url", label="Address", required=True, help="* stands for anything: https://example.com/shop/*"),
        Parameter(name="first_time", label="Only on the first visit", kind="switch"),
        Parameter(name="page_hits", label="From so many visits on", kind="number"),
        Parameter(name="returns_within", label="Comes back within so many seconds", kind="number"),
        Parameter(name="returns_after", label="Comes back after so many seconds", kind="number"),
        Parameter(name="accumulative_time", label="Stayed for so many seconds in all", kind="number"),
    ],
    "form.submit": [_several("forms", "Forms", "Form")],
    "asset.download": [_several("assets", "Assets", "Asset")],
}  # fmt: skip
EVENTS: dict[str, Sequence[Parameter]] = {
    "lead.changetags": [
        Parameter(name="add_tags", label="Add tags", several=True, help="Several with commas."),
        Parameter(name="remove_tags", label="Remove tags", several=True, help="Several with commas."),
    ],
    "lead.changelists": [
        Parameter(name="addToLists", label="Add to segments", of="Segment", several=True),
        Parameter(name="removeFromLists", label="Remove from segments", of="Segment", several=True),
    ],
    "campaign.changecampaign": [
        Parameter(name="addTo", label="Add to campaigns", of="Campaign", several=True),
        Parameter(name="removeFrom", label="Remove from campaigns", of="Campaign", several=True),
    ],
    "email.send": [Parameter(name="email", label="E-mail", of="Email", required=True)],
    "email.send_to_user": TO_USERS,
}
