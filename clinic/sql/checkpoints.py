"""Signed checkpoints of the audit as the database holds them: copies, insert-only. The witness lies elsewhere."""

CREATE = """
CREATE TABLE audit_checkpoint (seq bigint PRIMARY KEY, at timestamptz NOT NULL, line text NOT NULL);
CREATE TRIGGER audit_keep_row BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
REVOKE ALL ON audit_checkpoint FROM rounds_app;
GRANT SELECT, INSERT ON audit_checkpoint TO rounds_app;
"""

# Reading, so that an export can say where the chain ends. Locking or changing it would need another right.
HEAD_IS_READ = "GRANT SELECT ON audit_head TO rounds_app;"
