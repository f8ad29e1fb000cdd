"""Row-level security: the second wall behind `visible_to`. Used by migrations; a change is a new migration."""

_SITE = "{column} = (SELECT NULLIF(current_setting('rounds.site', true), '')::uuid)"
_PERSON = "{column} = (SELECT NULLIF(current_setting('rounds.person', true), '')::uuid)"
_MACHINE = "(SELECT current_setting('rounds.machine', true)) = 'on'"


def _policy(table: str, name: str, role: str, here: str) -> str:
    return f"CREATE POLICY {name} ON {table} TO {role} USING ({here}) WITH CHECK ({here});"


def guard(table: str, *, site: str = "site_id", person: str | None = None, machinery: bool = False,
          owners: tuple[str, ...] = ()) -> str:  # fmt: skip
    """NULLIF: a setting once set comes back as '' and ''::uuid is an error, not a refusal.

    FORCE holds for the owner too, who therefore sees rows only while it says it maintains them.
    """
    policies = [
        _policy(table, "of_the_site", "rounds_app", _SITE.format(column=site)),
        _policy(table, "maintenance", "rounds_owner", "(SELECT current_setting('rounds.maintenance', true)) = 'on'"),
    ]
    if person:
        policies.append(_policy(table, "of_the_person", "rounds_app", _PERSON.format(column=person)))
    if machinery:
        policies.append(_policy(table, "for_the_machinery", "rounds_app", _MACHINE))
    if owners:
        policies.append(_owned(table, owners))
    head = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    return "\n".join([head, *policies])


def _owned(table: str, owners: tuple[str, ...]) -> str:
    """Restrictive, so it holds beside every other policy: where a person is at the connection, rows of others do not
    exist for her. Workers have no person; what they may see the other policies say."""
    nobody = "(SELECT COALESCE(current_setting('rounds.person', true), '')) = ''"
    hers = " OR ".join([nobody, *(_PERSON.format(column=column) for column in owners)])
    return f"CREATE POLICY of_its_owner ON {table} AS RESTRICTIVE TO rounds_app USING ({hers}) WITH CHECK ({hers});"


def unguard(table: str) -> str:
    names = ("of_the_site", "maintenance", "of_the_person", "for_the_machinery", "of_its_owner")
    drops = "\n".join(f"DROP POLICY IF EXISTS {name} ON {table};" for name in names)
    return f"{drops}\nALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"


# Tables with a site that carry no policy, and why.
WITHOUT_POLICY = {
    "clinic_apikey": "looked up by its prefix before the site is known; holds no patient data",
}
