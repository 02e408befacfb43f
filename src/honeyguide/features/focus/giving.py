"""Focus items that campaigns show to visitors while they are on a page: given by a step, taken by the script of that page.

A campaign reacts within a second or two of a visit, when that visit was answered long ago. So the script asks again shortly
after, but only while some campaign has such a step.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from honeyguide.engine.sql import execute, rows, scalar
from honeyguide.features.campaigns.plan import RUNNING

STEP = "focus.show"
KEPT = "30 minutes"  # then the visit is over for which it was given
LOOK_SECONDS = 5.0

# One pass: the contacts see the item on the page where they are. In the order of contacts, so that writers never wait in a
# circle.
GIVE = """
    INSERT INTO focus_items_given (contact_id, item_id, date_added)
    SELECT contact, %(item)s, now() FROM unnest(%(contacts)s::bigint[]) contact ORDER BY contact
    ON CONFLICT (contact_id, item_id) DO UPDATE SET date_added = EXCLUDED.date_added
"""
# One pass: what the contact has not been shown yet; it is forgotten with that. What was given too long ago is not told any more.
TAKE = f"""
    WITH taken AS (DELETE FROM focus_items_given WHERE contact_id = %s RETURNING item_id, date_added)
    SELECT taken.item_id FROM taken JOIN focus_items f ON f.id = taken.item_id
    WHERE taken.date_added > now() - interval '{KEPT}' AND f.is_published
      AND (f.publish_up IS NULL OR f.publish_up <= now()) AND (f.publish_down IS NULL OR f.publish_down > now())
    ORDER BY taken.date_added, taken.item_id
"""
SHOWN_BY_CAMPAIGNS = f"""
    SELECT EXISTS (SELECT FROM campaign_events e JOIN campaigns ON campaigns.id = e.campaign_id
                   WHERE e.type = '{STEP}' AND {RUNNING})
"""

_looked: tuple[float, bool] = (float("-inf"), False)


def give(contact_ids: Sequence[int], item_id: int) -> None:
    execute(GIVE, {"contacts": list(contact_ids), "item": item_id})


def take(contact_id: int) -> list[int]:
    """The ids of the items that the contact is to see now; each is told once."""
    return [row[0] for row in rows(TAKE, (contact_id,))] if are_given() else []


def are_given() -> bool:
    """Whether a running campaign shows focus items; looked up every five seconds at most, as every visit asks."""
    global _looked
    when, found = _looked
    if time.monotonic() - when > LOOK_SECONDS:
        found = scalar(SHOWN_BY_CAMPAIGNS)
        _looked = time.monotonic(), found
    return found
