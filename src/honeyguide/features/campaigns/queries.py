"""The set-based statements that move contacts through campaigns."""

from honeyguide.features.campaigns.models import LogState

PENDING = f"({LogState.SCHEDULED}, {LogState.WAITING})"  # the states of the index campaign_log_due

# --- steps

# One pass: which of the steps have somebody due; one look into the index of what is pending for each.
DUE = f"""
    SELECT s.id FROM unnest(%(steps)s::bigint[]) s (id)
    WHERE EXISTS (SELECT FROM campaign_log l WHERE l.event_id = s.id AND l.state IN {PENDING} AND l.due_at <= now())
    ORDER BY s.id
"""
# One pass: contacts that are due for a step and that no other worker has at hand, and whether they are still in the campaign.
CLAIM = f"""
    WITH due AS MATERIALIZED (
        SELECT l.contact_id, l.rotation, l.since FROM campaign_log l
        WHERE l.event_id = %(event)s AND l.state IN {PENDING} AND l.due_at <= now()
        ORDER BY l.due_at LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    )
    SELECT due.contact_id, due.rotation, due.since, m.contact_id IS NOT NULL
    FROM due LEFT JOIN campaign_contacts m
      ON m.campaign_id = %(campaign)s AND m.contact_id = due.contact_id AND NOT m.manually_removed
    ORDER BY 1
"""
# One pass: who is due for a step, whether or not another worker has them at hand.
AHEAD = f"""
    SELECT DISTINCT contact_id FROM (
        SELECT l.contact_id FROM campaign_log l
        WHERE l.event_id = %(event)s AND l.state IN {PENDING} AND l.due_at <= now() ORDER BY l.due_at LIMIT %(limit)s
    ) AS due
"""
# One pass: what became of the step for contacts it was claimed for.
SETTLE = """
    UPDATE campaign_log l SET state = %(state)s, at = clock_timestamp(), taken = %(taken)s, note = %(note)s
    FROM unnest(%(contacts)s::bigint[], %(rotations)s::int[]) AS b (contact_id, rotation)
    WHERE l.event_id = %(event)s AND l.contact_id = b.contact_id AND l.rotation = b.rotation
"""
# One pass: contacts whom a condition was claimed for have its answer, and what value gave it.
ANSWER = f"""
    UPDATE campaign_log l SET state = {LogState.DONE}, at = clock_timestamp(), taken = a.taken, note = a.note
    FROM (SELECT b.contact_id, b.rotation, {{taken}}, {{note}}
          FROM unnest(%s::bigint[], %s::int[]) AS b (contact_id, rotation) {{contacts}}) AS a (contact_id, rotation, taken, note)
    WHERE l.event_id = %s AND l.campaign_id = %s AND l.contact_id = a.contact_id AND l.rotation = a.rotation
    RETURNING l.contact_id, l.rotation, l.taken
"""
# One pass: contacts come to a step that is due at once and have it behind them, a condition with its answer. Who is not in the
# campaign any more, or had the step in this rotation, does not.
BEGIN = f"""
    INSERT INTO campaign_log (campaign_id, event_id, contact_id, rotation, state, since, due_at, at, failures, taken, note)
    SELECT m.campaign_id, e.id, b.contact_id, b.rotation, {LogState.DONE}, now(), now(), clock_timestamp(), 0, {{taken}}, {{note}}
    FROM unnest(%s::bigint[], %s::int[]) AS b (contact_id, rotation)
    CROSS JOIN (SELECT %s::bigint) AS e (id)
    JOIN campaign_contacts m ON m.campaign_id = %s AND m.contact_id = b.contact_id AND NOT m.manually_removed
    {{contacts}}
    ON CONFLICT DO NOTHING
    RETURNING contact_id, rotation, taken
"""
# One pass: why a step did nothing for contacts who go on all the same.
NOTE = """
    UPDATE campaign_log l SET note = b.note
    FROM unnest(%(contacts)s::bigint[], %(rotations)s::int[], %(notes)s::text[]) AS b (contact_id, rotation, note)
    WHERE l.event_id = %(event)s AND l.contact_id = b.contact_id AND l.rotation = b.rotation
"""
# One pass: who failed is tried again later, ever more seldom, and at last no more.
FAIL = f"""
    UPDATE campaign_log l SET
        failures = l.failures + 1, note = b.note, at = now(),
        state = CASE WHEN l.failures + 1 >= %(tries)s THEN {LogState.FAILED} ELSE {LogState.SCHEDULED} END,
        due_at = now() + %(pause)s::interval * (l.failures + 1)
    FROM unnest(%(contacts)s::bigint[], %(rotations)s::int[], %(notes)s::text[]) AS b (contact_id, rotation, note)
    WHERE l.event_id = %(event)s AND l.contact_id = b.contact_id AND l.rotation = b.rotation
"""
# One pass: plans a step for contacts; who has it already in this rotation keeps what there is.
PLAN = """
    INSERT INTO campaign_log (campaign_id, event_id, contact_id, rotation, state, since, due_at, failures)
    SELECT %s, %s, b.contact_id, b.rotation, %s, b.since, {due}, 0
    FROM (SELECT g.contact_id, g.rotation, coalesce(g.since, now()) AS since
          FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS g (contact_id, rotation, since)) AS b
    {contacts}
    ON CONFLICT DO NOTHING
"""
# One pass: the contacts did what the decision waited for, after it began to.
TAKE = f"""
    UPDATE campaign_log l SET state = {LogState.DONE}, at = now(), taken = true
    FROM unnest(%(contacts)s::bigint[], %(times)s::timestamptz[]) AS b (contact_id, acted_at)
    WHERE l.event_id = %(event)s AND l.contact_id = b.contact_id AND l.state = {LogState.WAITING} AND b.acted_at >= l.since
    RETURNING l.contact_id, l.rotation
"""

# --- membership

MEMBER_OF_SOURCE = """
    EXISTS (SELECT FROM segment_contacts s JOIN campaign_segments c ON c.segment_id = s.segment_id
            WHERE c.campaign_id = %(campaign)s AND s.contact_id = {contact} AND NOT s.manually_removed)
"""
# One pass: members of the source segments who were never in the campaign, or who may come back by themselves.
ENTRANTS = """
    SELECT DISTINCT s.contact_id
    FROM segment_contacts s
    JOIN campaign_segments c ON c.segment_id = s.segment_id AND c.campaign_id = %(campaign)s
    LEFT JOIN campaign_contacts m ON m.campaign_id = %(campaign)s AND m.contact_id = s.contact_id
    WHERE NOT s.manually_removed AND s.contact_id > %(after)s
      AND (%(among)s::bigint[] IS NULL OR s.contact_id = ANY(%(among)s::bigint[]))
      AND (m.contact_id IS NULL OR (%(restart)s AND m.manually_removed AND m.date_last_exited IS NOT NULL))
    ORDER BY s.contact_id LIMIT %(limit)s
"""
# One pass: members who came by a segment and are in none of the campaign's segments any more.
LEAVERS = f"""
    SELECT m.contact_id FROM campaign_contacts m
    WHERE m.campaign_id = %(campaign)s AND NOT m.manually_added AND NOT m.manually_removed AND m.contact_id > %(after)s
      AND (%(among)s::bigint[] IS NULL OR m.contact_id = ANY(%(among)s::bigint[]))
      AND NOT {MEMBER_OF_SOURCE.format(contact="m.contact_id")}
    ORDER BY m.contact_id LIMIT %(limit)s
"""
# One pass: contacts come in, those who may come again in a new rotation, and the log tells of each.
ENTER = """
    WITH wanted AS (
        SELECT id FROM contacts WHERE id = ANY(%(contacts)s::bigint[]) ORDER BY id
    ), entered AS (
        INSERT INTO campaign_contacts AS m (campaign_id, contact_id, date_added, manually_added, manually_removed, rotation)
        SELECT %(campaign)s, id, now(), %(manually)s, false, 1 FROM wanted
        ON CONFLICT (campaign_id, contact_id) DO UPDATE SET
            manually_added = m.manually_added OR %(manually)s, manually_removed = false, date_last_exited = NULL,
            date_added = CASE WHEN m.manually_removed THEN now() ELSE m.date_added END, rotation = m.rotation + 1
        WHERE CASE WHEN %(manually)s THEN m.manually_removed OR %(restart)s
                   ELSE m.manually_removed AND m.date_last_exited IS NOT NULL AND %(restart)s END
        RETURNING contact_id, rotation
    ), told AS (
        INSERT INTO events (type, contact_id, object_id) SELECT %(event)s::smallint, contact_id, %(campaign)s FROM entered
    )
    SELECT contact_id, rotation FROM entered ORDER BY contact_id
"""
# One pass: contacts leave, what was planned for them is called off, and the log tells of each.
LEAVE = f"""
    WITH gone AS (
        UPDATE campaign_contacts SET manually_removed = true, manually_added = false,
            date_last_exited = CASE WHEN %(exit)s THEN now() END
        WHERE campaign_id = %(campaign)s AND contact_id = ANY(%(contacts)s::bigint[]) AND NOT manually_removed
        RETURNING contact_id
    ), stopped AS (
        UPDATE campaign_log l SET state = {LogState.CANCELLED}, at = now(), note = 'The contact left the campaign.'
        FROM gone WHERE l.contact_id = gone.contact_id AND l.campaign_id = %(campaign)s AND l.state IN {PENDING}
    ), told AS (
        INSERT INTO events (type, contact_id, object_id) SELECT %(event)s::smallint, contact_id, %(campaign)s FROM gone
    )
    SELECT contact_id FROM gone
"""
# One pass: a new rotation for members; tells each one's.
ROTATE = """
    UPDATE campaign_contacts SET rotation = rotation + 1
    WHERE campaign_id = %(campaign)s AND contact_id = ANY(%(contacts)s::bigint[]) AND NOT manually_removed
    RETURNING contact_id, rotation
"""

# --- after an edit

# One pass: what waited for a step that is no more will not wait for ever.
CALL_OFF_DELETED = f"""
    UPDATE campaign_log l SET state = {LogState.CANCELLED}, at = now(), note = 'The step was deleted.'
    WHERE l.campaign_id = %(campaign)s AND l.event_id = ANY(%(events)s::bigint[]) AND l.state IN {PENDING}
"""
# One pass: the time of a step was changed while contacts wait for it.
RETIME = """
    UPDATE campaign_log b SET due_at = {due}
    FROM contacts WHERE contacts.id = b.contact_id AND b.event_id = %s AND b.state = %s AND b.failures = 0
"""
# One pass: a decision was put after a step that contacts have behind them; they may still take it.
CATCH_UP = f"""
    SELECT p.contact_id, p.rotation, p.at FROM campaign_log p
    JOIN campaign_contacts m ON m.campaign_id = p.campaign_id AND m.contact_id = p.contact_id AND NOT m.manually_removed
    WHERE p.event_id = %(parent)s AND p.state = {LogState.DONE} AND m.rotation = p.rotation
      AND (%(taken)s::boolean IS NULL OR p.taken = %(taken)s)
      AND NOT EXISTS (SELECT FROM campaign_log l
                      WHERE l.event_id = %(event)s AND l.contact_id = p.contact_id AND l.rotation = p.rotation)
"""
