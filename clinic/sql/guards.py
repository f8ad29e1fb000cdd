"""Rules the database keeps whatever the application does: legal moves of a case, rows that are never changed."""

from clinic.models.cases import MOVES


def _legal_pairs() -> str:
    return ", ".join(f"('{old.value}', '{new.value}')" for old, news in MOVES.items() for new in sorted(news))


CASE_MOVES = f"""
CREATE FUNCTION clinic_case_moves_legally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IS DISTINCT FROM NEW.state AND (OLD.state, NEW.state) NOT IN ({_legal_pairs()}) THEN
        RAISE EXCEPTION 'a case cannot move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_moves_legally';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_moves_legally BEFORE UPDATE OF state ON clinic_case
    FOR EACH ROW EXECUTE FUNCTION clinic_case_moves_legally();
CREATE FUNCTION clinic_case_starts_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'open' THEN
        RAISE EXCEPTION 'a case starts open' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_starts_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_starts_open BEFORE INSERT ON clinic_case FOR EACH ROW EXECUTE FUNCTION clinic_case_starts_open();
"""

KEPT_FOR_EVER = ("clinic_result", "clinic_note", "clinic_statechange", "clinic_consent", "clinic_entry")

NEVER_CHANGED = """
CREATE FUNCTION clinic_row_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
""" + "\n".join(
    f"CREATE TRIGGER row_is_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION clinic_row_is_kept();"
    f"CREATE TRIGGER table_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION clinic_row_is_kept();"
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM rounds_app;"
    for table in KEPT_FOR_EVER
)

# Evidence of the trust layer. Kept apart from the list above, which a migration that has run already used.
EVIDENCE_KEPT = (
    "clinic_engine", "clinic_enginemove", "clinic_goldenrun", "clinic_threshold", "clinic_review", "clinic_report",
    "clinic_trainingitem", "clinic_enginelesson", "clinic_driftalarm", "clinic_shadowanswer",
)  # fmt: skip
CORD_KEPT = ("clinic_incidententry", "clinic_incidentpack", "clinic_stopmark")


def kept(table: str) -> str:
    """No role the application has may change or remove a row, and a plain trigger says so to the owner too."""
    return (
        f"CREATE TRIGGER row_is_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION clinic_row_is_kept();"
        f"CREATE TRIGGER table_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION clinic_row_is_kept();"
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM rounds_app;"
    )


def not_kept(table: str) -> str:
    return f"DROP TRIGGER row_is_kept ON {table}; DROP TRIGGER table_is_kept ON {table};"


REPORT_VERSIONS = """
CREATE FUNCTION clinic_report_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE newest integer;
BEGIN
    SELECT COALESCE(max(version), 0) INTO newest FROM clinic_report WHERE case_id = NEW.case_id;
    IF NEW.version <> newest + 1 THEN
        RAISE EXCEPTION 'version % of a report comes after version %, not %', newest + 1, newest, NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_follows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_follows BEFORE INSERT ON clinic_report
    FOR EACH ROW EXECUTE FUNCTION clinic_report_follows();
CREATE FUNCTION clinic_case_signed_by_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('signed', 'amended')
       AND NOT EXISTS (SELECT 1 FROM clinic_report WHERE case_id = NEW.id
                       AND version >= CASE NEW.state WHEN 'amended' THEN 2 ELSE 1 END) THEN
        RAISE EXCEPTION 'a case is % by a report', NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_signed_by_report';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_signed_by_report BEFORE UPDATE OF state ON clinic_case
    FOR EACH ROW EXECUTE FUNCTION clinic_case_signed_by_report();
"""

REPORT_VERSIONS_UNDO = """
DROP TRIGGER report_follows ON clinic_report; DROP FUNCTION clinic_report_follows();
DROP TRIGGER case_signed_by_report ON clinic_case; DROP FUNCTION clinic_case_signed_by_report();
"""

# Whom it is asked of, and under what, stays as asked; an answer is given once. The version under it is kept already.
COSIGNATURES = """
CREATE TRIGGER answer_is_kept BEFORE UPDATE ON clinic_cosignature FOR EACH ROW
    WHEN (OLD.state <> 'asked'
          OR (OLD.id, OLD.site_id, OLD.report_id, OLD.signer_id, OLD.asked_by_id, OLD.asked_at)
             IS DISTINCT FROM (NEW.id, NEW.site_id, NEW.report_id, NEW.signer_id, NEW.asked_by_id, NEW.asked_at))
    EXECUTE FUNCTION clinic_row_is_kept();
CREATE TRIGGER row_is_kept BEFORE DELETE ON clinic_cosignature FOR EACH ROW EXECUTE FUNCTION clinic_row_is_kept();
CREATE TRIGGER table_is_kept BEFORE TRUNCATE ON clinic_cosignature
    FOR EACH STATEMENT EXECUTE FUNCTION clinic_row_is_kept();
REVOKE DELETE, TRUNCATE ON clinic_cosignature FROM rounds_app;
"""

COSIGNATURES_UNDO = """
DROP TRIGGER answer_is_kept ON clinic_cosignature; DROP TRIGGER row_is_kept ON clinic_cosignature;
DROP TRIGGER table_is_kept ON clinic_cosignature;
"""

CASE_WORDS = """
CREATE UNLOGGED TABLE clinic_casewords (
    case_id uuid PRIMARY KEY REFERENCES clinic_case (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    site_id uuid NOT NULL REFERENCES clinic_site (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    words text NOT NULL,
    vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED
);
CREATE INDEX clinic_casewords_vector ON clinic_casewords USING gin (vector);
"""

CASE_MOVES_UNDO = """
DROP TRIGGER case_moves_legally ON clinic_case; DROP FUNCTION clinic_case_moves_legally();
DROP TRIGGER case_starts_open ON clinic_case; DROP FUNCTION clinic_case_starts_open();
"""

NEVER_CHANGED_UNDO = (
    "\n".join(f"DROP TRIGGER row_is_kept ON {t}; DROP TRIGGER table_is_kept ON {t};" for t in KEPT_FOR_EVER)
    + "\nDROP FUNCTION clinic_row_is_kept();"
)
