"""SQL of what is old."""

VISITORS = "date_identified IS NULL AND coalesce(last_active, date_added) <= %(before)s"
QUIET = "date_identified IS NOT NULL AND coalesce(last_active, date_added) <= %(before)s"

COUNT = "SELECT count(*) FROM contacts WHERE {}"
# The next ones, by id, each locked, so that two cleaners take different ones and nobody is taken who acts just now.
NEXT = "SELECT id FROM contacts WHERE {} ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED"

COUNT_AUDIT = "SELECT count(*) FROM audit_log WHERE date_added < %(before)s"

COUNT_CALLS = "SELECT count(*) FROM webhook_logs WHERE date_added < %(before)s"
# The oldest calls of webhooks, by id: they were written in the order of their dates.
FORGET_CALLS = """
    DELETE FROM webhook_logs WHERE id IN (
        SELECT id FROM webhook_logs WHERE date_added < %(before)s ORDER BY id LIMIT %(limit)s
    )
"""

# The months of the event log that were over before, oldest first; their names come from the catalogue.
PARTITIONS = """
    SELECT child.relname, greatest(child.reltuples, 0)::bigint
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'events'::regclass AND child.relname ~ '^events_[0-9]{4}_[0-9]{2}$'
      AND to_date(right(child.relname, 7), 'YYYY_MM') + interval '1 month' <= %(before)s
    ORDER BY 1
"""
BEHIND = "SELECT EXISTS (SELECT FROM event_cursors WHERE (xid, event_id) < (%s, %s))"
