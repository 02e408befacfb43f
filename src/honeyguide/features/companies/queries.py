"""Set-based statements about companies and who belongs to them."""

# One pass: a link for every contact that has none to the company.
JOIN = """
    INSERT INTO company_contacts (contact_id, company_id, is_primary, date_associated)
    SELECT id, %(company)s, false, clock_timestamp() FROM contacts WHERE id = ANY(%(contacts)s) ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING contact_id
"""
# One pass: removes the contacts' links to these companies.
LEAVE = """
    DELETE FROM company_contacts WHERE contact_id = ANY(%(contacts)s) AND company_id = ANY(%(companies)s)
    RETURNING contact_id, company_id
"""
# One pass: removes the contacts' links to all companies but one.
LEAVE_OTHERS = """
    DELETE FROM company_contacts WHERE contact_id = ANY(%(contacts)s) AND company_id <> %(company)s
    RETURNING contact_id, company_id
"""
# One pass: the links to one company lead to another; true where the contact was not there yet. A primary link stays primary.
MOVE = """
    WITH gone AS (
        DELETE FROM company_contacts WHERE company_id = %(loser)s RETURNING contact_id, is_primary, date_associated
    ), moved AS (
        INSERT INTO company_contacts (contact_id, company_id, is_primary, date_associated)
        SELECT contact_id, %(winner)s, is_primary, date_associated FROM gone ORDER BY contact_id
        ON CONFLICT (contact_id, company_id) DO UPDATE
        SET is_primary = company_contacts.is_primary OR excluded.is_primary
        RETURNING contact_id
    )
    SELECT contact_id, NOT EXISTS (
        SELECT FROM company_contacts c WHERE c.contact_id = moved.contact_id AND c.company_id = %(winner)s
    ) FROM moved ORDER BY contact_id
"""
OF_CONTACT = "SELECT company_id FROM company_contacts WHERE contact_id = %s"
MAKE_PRIMARY = """
    UPDATE company_contacts SET is_primary = (company_id = %(company)s)
    WHERE contact_id = ANY(%(contacts)s::bigint[]) AND is_primary <> (company_id = %(company)s)
    RETURNING 1
"""
# One pass: the first company of every contact that has none as primary.
PROMOTE = """
    UPDATE company_contacts SET is_primary = true
    FROM (
        SELECT DISTINCT ON (contact_id) contact_id, company_id, is_primary
        FROM company_contacts WHERE contact_id = ANY(%(contacts)s)
        ORDER BY contact_id, is_primary DESC, date_associated, company_id
    ) first
    WHERE company_contacts.contact_id = first.contact_id AND company_contacts.company_id = first.company_id
      AND NOT first.is_primary
    RETURNING 1
"""
# One pass: every contact's company field, where it differs from its primary company's name.
MIRROR = """
    WITH named AS (
        SELECT c.id, k.fields ->> 'companyname' AS name
        FROM contacts c
        LEFT JOIN company_contacts l ON l.contact_id = c.id AND l.is_primary
        LEFT JOIN companies k ON k.id = l.company_id
        WHERE c.id = ANY(%(contacts)s) AND c.fields ->> 'company' IS DISTINCT FROM k.fields ->> 'companyname'
        ORDER BY c.id FOR NO KEY UPDATE OF c
    )
    UPDATE contacts SET fields = CASE WHEN name IS NULL THEN fields - 'company'
                                      ELSE fields || jsonb_build_object('company', name) END,
                        date_identified = CASE WHEN name IS NULL THEN date_identified ELSE coalesce(date_identified, now()) END
    FROM named WHERE named.id = contacts.id
    RETURNING contacts.id
"""
# The contacts whose primary company is one of these.
PRIMARIES = "SELECT contact_id, company_id FROM company_contacts WHERE contact_id = ANY(%s) AND is_primary"
PRIMARY_CONTACTS = "SELECT contact_id FROM company_contacts WHERE company_id = ANY(%s) AND is_primary ORDER BY 1"

# One pass: companies that are about to go, with their names, locked in the order of ids.
LOCK_NAMES = "SELECT id, fields ->> 'companyname' FROM companies WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
