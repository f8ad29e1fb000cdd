"""The audit's chain checked by the database itself, link by link, in one statement: the fast one of two verifiers.

The other is tools/verify_audit.py. They share no line on purpose: what one overlooks, the other finds.
"""

# The first place after `seq` that does not hold by itself, and why. `hash` is what the chain came to at `seq`.
FIRST_FAULT = r"""
WITH chain AS (
    SELECT l.seq, l.prev, l.hash, e.id,
           lag(l.seq, 1, %(seq)s::bigint) OVER (ORDER BY l.seq) AS seq_before,
           lag(l.hash, 1, %(hash)s::bytea) OVER (ORDER BY l.seq) AS hash_before,
           sha256(l.prev || int8send(l.seq) || uuid_send(e.id)
                  || int8send((extract(epoch FROM l.at) * 1000000)::bigint) || convert_to(e.body, 'UTF8')) AS again,
           (e.event, e.site_id, e.actor_id, e.target_id, e.case_id, e.patient_id) IS NOT DISTINCT FROM
           (b.told ->> 'event', (b.told ->> 'site')::uuid, (b.told ->> 'actor_id')::uuid,
            (b.told ->> 'target_id')::uuid, (b.told ->> 'case')::uuid, (b.told ->> 'patient')::uuid) AS columns_agree
    FROM audit_link l LEFT JOIN audit_event e ON e.id = l.event
    CROSS JOIN LATERAL (SELECT e.body::jsonb AS told OFFSET 0) b  -- parsed once a row, not once a column
    WHERE l.seq > %(seq)s AND l.seq <= %(upto)s)
SELECT CASE WHEN seq <> seq_before + 1 THEN seq_before + 1 ELSE seq END,
       CASE WHEN seq <> seq_before + 1 THEN 'missing'
            WHEN prev <> hash_before THEN 'unlinked'
            WHEN id IS NULL THEN 'no_event'
            WHEN hash <> again THEN 'changed'
            ELSE 'columns' END
FROM chain
WHERE seq <> seq_before + 1 OR prev <> hash_before OR id IS NULL OR hash <> again OR NOT columns_agree
ORDER BY seq LIMIT 1
"""

EVENTS_WITHOUT_A_PLACE = """
SELECT id FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.event = e.id) LIMIT 1
"""

LAST_LINK = "SELECT seq, hash, at FROM audit_link ORDER BY seq DESC LIMIT 1"
HEAD = "SELECT seq, hash FROM audit_head"
