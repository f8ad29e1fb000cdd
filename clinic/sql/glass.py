"""What the database itself lets through broken glass: the rows of one case, to read, to that person, for that time.

The connection names the glass (`rounds.glass`) only while such a page is made. The policies ask for the grant each time
they are asked, by the database's own clock; a grant of somebody else, or one that is over, shows nothing.
"""

_GRANT = (
    "(SELECT g.{column} FROM clinic_brokenglass g"
    " WHERE g.id = NULLIF(current_setting('rounds.glass', true), '')::uuid"
    " AND g.person_id = NULLIF(current_setting('rounds.person', true), '')::uuid"
    " AND g.ended_at IS NULL AND g.until > clock_timestamp())"
)
# Table, its column, and the column of the grant it must be equal to.
READ_THROUGH = (
    ("clinic_case", "id", "case_id"),
    ("clinic_note", "case_id", "case_id"),
    ("clinic_upload", "case_id", "case_id"),
    ("clinic_result", "case_id", "case_id"),
    ("clinic_report", "case_id", "case_id"),
    ("clinic_patient", "id", "patient_id"),
    ("clinic_datakey", "id", "patient_id"),
)

POLICIES = """
CREATE POLICY of_the_person ON clinic_brokenglass FOR SELECT TO rounds_app
    USING (person_id = (SELECT NULLIF(current_setting('rounds.person', true), '')::uuid));
""" + "\n".join(
    f"CREATE POLICY through_broken_glass ON {table} FOR SELECT TO rounds_app"
    f" USING ({column} = {_GRANT.format(column=granted)});"
    for table, column, granted in READ_THROUGH
)
POLICIES_UNDO = "\n".join(
    f"DROP POLICY IF EXISTS through_broken_glass ON {table};" for table, _column, _granted in READ_THROUGH
)

GRANT_STAYS = """
CREATE FUNCTION clinic_glass_stays_as_it_was() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.site_id, NEW.case_id, NEW.patient_id, NEW.person_id, NEW.reason, NEW.began_at, NEW.until)
           IS DISTINCT FROM
           (OLD.id, OLD.site_id, OLD.case_id, OLD.patient_id, OLD.person_id, OLD.reason, OLD.began_at, OLD.until)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
        OR (OLD.verdict <> '' AND (NEW.verdict, NEW.looked_at, NEW.looked_at_by_id, NEW.note) IS DISTINCT FROM
            (OLD.verdict, OLD.looked_at, OLD.looked_at_by_id, OLD.note)) THEN
        RAISE EXCEPTION 'what was granted stays as it was' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION clinic_glass_is_of_its_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM clinic_case c WHERE c.id = NEW.case_id AND c.site_id = NEW.site_id
                   AND c.patient_id = NEW.patient_id) THEN
        RAISE EXCEPTION 'a glass is of the site of its case' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER glass_is_of_its_site AFTER INSERT ON clinic_brokenglass
    FOR EACH ROW EXECUTE FUNCTION clinic_glass_is_of_its_site();
CREATE TRIGGER glass_stays_as_it_was BEFORE UPDATE OR DELETE ON clinic_brokenglass
    FOR EACH ROW EXECUTE FUNCTION clinic_glass_stays_as_it_was();
REVOKE DELETE, TRUNCATE ON clinic_brokenglass FROM rounds_app;
"""
GRANT_STAYS_UNDO = """
DROP TRIGGER glass_stays_as_it_was ON clinic_brokenglass;
DROP FUNCTION clinic_glass_stays_as_it_was();
DROP TRIGGER glass_is_of_its_site ON clinic_brokenglass;
DROP FUNCTION clinic_glass_is_of_its_site();
"""
