"""What the pages of companies ask for beside the companies themselves."""

from __future__ import annotations

from honeyguide.engine.sql import rows

COUNTS = "SELECT company_id, count(*) FROM company_contacts WHERE company_id = ANY(%s) GROUP BY company_id"
CONTACTS_OF = "SELECT contact_id FROM company_contacts WHERE company_id = %s ORDER BY contact_id DESC LIMIT %s"


def contact_counts(company_ids: list[int]) -> dict[int, int]:
    return dict(rows(COUNTS, (company_ids,)))


def contacts_of(company_id: int, *, limit: int) -> list[int]:
    return [row[0] for row in rows(CONTACTS_OF, (company_id, limit))]
