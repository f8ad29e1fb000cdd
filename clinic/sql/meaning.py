"""Texts to be found by their words and by what they mean. Unlogged: in no backup, empty after a crash, made anew from
what is sealed."""

from collections.abc import Iterable

from clinic.sql.row_security import guard

TABLE, VECTOR = "clinic_findable", "halfvec(384)"


def vector(numbers: Iterable[float]) -> str:
    """As a statement takes it, digit by digit."""
    return f"[{','.join(f'{one:.6f}' for one in numbers)}]"


CREATE = f"""
CREATE UNLOGGED TABLE {TABLE} (
    id uuid PRIMARY KEY,
    site_id uuid NOT NULL REFERENCES clinic_site (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    case_id uuid NOT NULL REFERENCES clinic_case (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    part integer NOT NULL,
    version integer NOT NULL,
    at timestamptz NOT NULL,
    words text NOT NULL,
    vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED,
    meaning {VECTOR},
    UNIQUE (subject_id, part)
);
CREATE INDEX {TABLE}_vector ON {TABLE} USING gin (vector);
CREATE INDEX {TABLE}_case ON {TABLE} (case_id);
CREATE INDEX {TABLE}_site ON {TABLE} (site_id, kind);
{guard(TABLE)}
"""

# After a restore: the definition is in no dump, because the type of its vectors belongs to an extension.
CREATE_IF_MISSING = f"""
DO $do$ BEGIN IF to_regclass('public.{TABLE}') IS NULL THEN {CREATE.replace("%", "%%")} END IF; END $do$;
"""
