"""A release that was brought in can be taken back: every migration has a way back, and comes in again after it.

What is never taken back is said here, with its reason.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests import database
from tests.conftest import _server

NAME = database.name_of("back")
# Evidence is not un-migrated: whoever goes further back than this keeps the audit's tables, and starts a new database.
KEPT = {
    ("clinic", "0002_guards"): {"audit_event", "audit_head", "audit_link"},
    ("clinic", "0005_witness"): {"audit_checkpoint"},
}
OURS = {"classify", "clinic", "coaching", "consult", "extraction", "radiology"}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"

pytestmark = pytest.mark.long


@pytest.fixture
def scratch(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        database.clone(_server, database.template(_server), NAME)
        database.use(NAME)
        try:
            yield
        finally:
            database.use(database.name_of("test"))
            database.drop(_server, NAME)


def migrate(app: str, name: str = "") -> None:
    call_command("migrate", app, *([name] if name else []), database="owner", verbosity=0)


def tables() -> set[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(TABLES)
        return {name for (name,) in cursor.fetchall()}


def test_migrations_when_taken_back_one_by_one_then_each_has_a_way_and_only_evidence_stays(scratch):
    loader = MigrationLoader(connections["owner"])
    plan = [node for node in loader.graph.node_map if node[0] in OURS]
    assert len(plan) > 45
    without = [
        (*node, type(operation).__name__)
        for node in plan
        for operation in loader.get_migration(*node).operations
        if not operation.reversible
    ]
    assert without == []

    for app in OURS:  # each takes back what others built on it
        migrate(app, "zero")

    left = {name for name in tables() if name.partition("_")[0] in OURS | {"audit"}}
    assert left == set().union(*KEPT.values())


def test_migrations_when_the_newest_of_each_part_is_taken_back_then_it_comes_in_again(scratch):
    loader = MigrationLoader(connections["owner"])
    before = tables()

    for app in sorted(OURS):
        [newest] = loader.graph.leaf_nodes(app)
        assert newest not in KEPT
        parents = [node.key for node in loader.graph.node_map[newest].parents if node.key[0] == app]
        migrate(app, parents[0][1] if parents else "zero")
        call_command("migrate", database="owner", verbosity=0)

    assert tables() == before
