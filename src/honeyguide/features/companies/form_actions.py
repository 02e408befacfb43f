"""What forms do to the companies of who sends them."""

from __future__ import annotations

from honeyguide.features.companies.scoring import score_companies_of
from honeyguide.features.forms.actions import Sent, SubmitAction


def score_companies(sent: Sent) -> None:
    if sent.contact_id and sent.number("score"):
        score_companies_of([sent.contact_id], sent.number("score"))


SCORE = SubmitAction("lead.scorecontactscompanies", "Change the score of the contact's companies", score_companies)
