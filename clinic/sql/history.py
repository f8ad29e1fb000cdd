"""What the tables of versions need beyond their triggers: the first version of rows that are older than they are."""


def first_versions(table: str, columns: str) -> str:
    """The owner sees rows only while it says it maintains them."""
    return f"""
SELECT set_config('rounds.maintenance', 'on', true);
INSERT INTO {table}version ({columns}, pgh_created_at, pgh_label, pgh_obj_id)
    SELECT {columns}, now(), 'insert', id FROM {table};
SELECT set_config('rounds.maintenance', '', true);
"""  # noqa: S608  (names of tables and columns, written in migrations)
