"""What auditors search by: a site, a person, an event, a patient, a time; and the lists in which a case was shown."""

CREATE = """
CREATE INDEX audit_link_at ON audit_link (at);
CREATE INDEX audit_event_of_site ON audit_event (site_id, event);
CREATE INDEX audit_event_of_actor ON audit_event (actor_id);
CREATE INDEX audit_event_of_patient ON audit_event (patient_id) WHERE patient_id IS NOT NULL;
CREATE INDEX audit_event_case_lists ON audit_event USING gin ((body::jsonb -> 'facts' -> 'cases') jsonb_path_ops)
    WHERE event = 'case_list.read';
CREATE INDEX audit_event_patient_lists ON audit_event USING gin ((body::jsonb -> 'facts' -> 'patients') jsonb_path_ops)
    WHERE event = 'patient_list.read';
"""
DROP = """
DROP INDEX audit_link_at, audit_event_of_site, audit_event_of_actor, audit_event_of_patient, audit_event_case_lists,
    audit_event_patient_lists;
"""

# Most of an audit is reading: without this one, who asks for what was written walks back through all of it.
CREATE_WRITES = """
CREATE INDEX audit_event_of_site_writes ON audit_event (site_id) WHERE event NOT LIKE '%.read' AND event <> 'refused';
"""
DROP_WRITES = "DROP INDEX audit_event_of_site_writes;"
