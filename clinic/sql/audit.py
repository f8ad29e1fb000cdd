"""The audit chain. Two insert-only tables and one head row; an event gets its place when its transaction commits.

Deferred on purpose: the head is locked for the length of a commit, not of a request, and writers do not deadlock.
Plain SQL on purpose: a trigger that a setting can switch off would be no evidence.
The hash covers the text as stored, so a verifier needs no JSON rules; the columns to search by are computed from it.
"""

CREATE = r"""
CREATE TABLE audit_event (
    id uuid PRIMARY KEY,
    body text NOT NULL,
    event text GENERATED ALWAYS AS ((body::jsonb) ->> 'event') STORED,
    site_id uuid GENERATED ALWAYS AS (((body::jsonb) ->> 'site')::uuid) STORED,
    actor_id uuid GENERATED ALWAYS AS (((body::jsonb) ->> 'actor_id')::uuid) STORED,
    target_id uuid GENERATED ALWAYS AS (((body::jsonb) ->> 'target_id')::uuid) STORED,
    case_id uuid GENERATED ALWAYS AS (((body::jsonb) ->> 'case')::uuid) STORED,
    patient_id uuid GENERATED ALWAYS AS (((body::jsonb) ->> 'patient')::uuid) STORED
);
CREATE INDEX audit_event_of_case ON audit_event (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX audit_event_of_target ON audit_event (target_id) WHERE target_id IS NOT NULL;
CREATE TABLE audit_link (
    seq bigint PRIMARY KEY, event uuid NOT NULL UNIQUE, at timestamptz NOT NULL, prev bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE audit_head (one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL, hash bytea NOT NULL);
INSERT INTO audit_head VALUES (true, 0, '\x00');

CREATE FUNCTION audit_link_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head public.audit_head; now_at timestamptz; sealed bytea;
BEGIN
    SELECT * INTO STRICT head FROM public.audit_head FOR UPDATE;
    now_at := date_trunc('microseconds', clock_timestamp());
    sealed := sha256(head.hash || int8send(head.seq + 1) || uuid_send(NEW.id)
                     || int8send((extract(epoch FROM now_at) * 1000000)::bigint) || convert_to(NEW.body, 'UTF8'));
    INSERT INTO public.audit_link (seq, event, at, prev, hash) VALUES (head.seq + 1, NEW.id, now_at, head.hash, sealed);
    UPDATE public.audit_head SET seq = head.seq + 1, hash = sealed;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION audit_link_new() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER audit_link_new AFTER INSERT ON audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_new();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit rows are never changed' USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER audit_keep_row BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_keep_row BEFORE UPDATE OR DELETE ON audit_link FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit_link FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

REVOKE ALL ON audit_event, audit_link, audit_head FROM rounds_app;
GRANT SELECT, INSERT ON audit_event TO rounds_app;
GRANT SELECT ON audit_link TO rounds_app;
"""
