"""How much each key or person has asked in its minute. Unlogged: forgetting it in a crash costs nobody anything."""

CREATE = """
CREATE UNLOGGED TABLE clinic_allowance (
    who text PRIMARY KEY, began timestamptz NOT NULL, used integer NOT NULL
) WITH (fillfactor = 50);
"""

DROP = "DROP TABLE clinic_allowance;"
