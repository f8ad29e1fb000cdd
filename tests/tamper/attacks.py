"""Nine kinds of attack by the database's superuser, with every trigger switched off. Each must be found by both
verifiers, which must name the first place that is not what was written.

Each is rolled back when it was judged, so that two thousand fit into minutes.
"""

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from clinic import audit_export, chain, signing
from tests.tamper.house import House
from tools import verify_audit

DAYS, NOTES_A_DAY, NOTES_UNSEEN = 6, 20, 8
SEED = 20260501

# As the trigger would, but by whoever pleases: from `start` on, consistent to the end, the head mended.
REHASH = r"""
CREATE FUNCTION pg_temp.rehash(start bigint, only_one boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE link record; before bytea; sealed bytea;
BEGIN
    before := COALESCE((SELECT hash FROM audit_link WHERE seq = start - 1), '\x00');
    FOR link IN SELECT l.*, e.body FROM audit_link l JOIN audit_event e ON e.id = l.event WHERE seq >= start
                ORDER BY seq LIMIT CASE WHEN only_one THEN 1 END LOOP
        sealed := sha256(before || int8send(link.seq) || uuid_send(link.event)
                         || int8send((extract(epoch FROM link.at) * 1000000)::bigint) || convert_to(link.body, 'UTF8'));
        UPDATE audit_link SET prev = before, hash = sealed WHERE seq = link.seq;
        before := sealed;
    END LOOP;
    IF NOT only_one THEN
        UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_link), hash = before;
    END IF;
END $$
"""
OF_LINK = "id = (SELECT event FROM audit_link WHERE seq = %(k)s)"
EDIT = f"UPDATE audit_event SET body = body || ' ' WHERE {OF_LINK}"  # noqa: S608  (nothing of it is given)
COMPUTED = ("event", "site_id", "actor_id", "target_id", "case_id", "patient_id")


def do(statement: str, **given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)


def one(statement: str, **given: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return cursor.fetchone()[0]


@dataclass
class Scene:
    """What the attacker finds. `k` is where she strikes: somewhere a checkpoint reaches."""

    dice: random.Random
    last: int
    witnessed_to: int
    days: list[int]  # how far the audit had come at the end of each
    sites: tuple[UUID, UUID]
    number: int = 0

    @property
    def k(self) -> int:
        return self.dice.randint(2, self.witnessed_to)


# --- the nine kinds: each strikes and tells the first place that then is wrong ----------------------------------------


def edit(scene: Scene) -> int:
    """Every column of every table of the audit, one after another."""
    ways = [*EDITS, *(f"computed:{name}" for name in COMPUTED)]
    way, k = ways[scene.number % len(ways)], scene.k
    if way.startswith("computed:"):
        _edit_computed(way.partition(":")[2], k)
    else:
        do(EDITS[way], k=k)
    return HEAD_FOUND_AT[way](scene) if way in HEAD_FOUND_AT else k


EDITS = {
    "event.body": EDIT,
    "event.id": f"UPDATE audit_event SET id = gen_random_uuid() WHERE {OF_LINK}",  # noqa: S608
    "link.event": "UPDATE audit_link SET event = gen_random_uuid() WHERE seq = %(k)s",
    "link.at": "UPDATE audit_link SET at = at + interval '1 microsecond' WHERE seq = %(k)s",
    "link.prev": "UPDATE audit_link SET prev = sha256(prev) WHERE seq = %(k)s",
    "link.hash": "UPDATE audit_link SET hash = hash || '\\x00' WHERE seq = %(k)s",
    "link.seq": "UPDATE audit_link SET seq = seq + 100000 WHERE seq = %(k)s",
    "head.seq": "UPDATE audit_head SET seq = seq + 1",
    "head.hash": "UPDATE audit_head SET hash = sha256(hash)",
}
HEAD_FOUND_AT: dict[str, Callable[[Scene], int]] = {
    "head.seq": lambda scene: scene.last + 1,
    "head.hash": lambda scene: scene.last,
}


def _edit_computed(column: str, k: int) -> None:
    """What is searched by is computed from the body; the owner can make it a plain column, and then write it."""
    name = sql.Identifier(column)
    value = sql.SQL("'nothing'" if column == "event" else "gen_random_uuid()")
    for statement in ("ALTER TABLE audit_event ALTER COLUMN {name} DROP EXPRESSION",
                      f"UPDATE audit_event SET {{name}} = {{value}} WHERE {OF_LINK}"):  # noqa: S608  # fmt: skip
        composed = sql.SQL(statement).format(name=name, value=value)
        do(composed.as_string(connection.connection), k=k)


def insert(scene: Scene) -> int:
    """An event without a place; one squeezed in, the rest moved on; one at the end that the head does not know."""
    do("INSERT INTO audit_event (id, body) SELECT gen_random_uuid(), body FROM audit_event LIMIT 1")
    way, k = scene.number % 3, scene.k
    if way == 0:
        return scene.last + 1
    event = one("SELECT id FROM audit_event e WHERE NOT EXISTS (SELECT FROM audit_link WHERE event = e.id)")
    if way == 1:
        do("UPDATE audit_link SET seq = -seq - 1 WHERE seq >= %(k)s", k=k)
        do("UPDATE audit_link SET seq = -seq WHERE seq < 0")
        place = k
    else:
        place = scene.last + 1
    do("INSERT INTO audit_link SELECT %(place)s, %(event)s, at, hash, hash FROM audit_link WHERE seq = %(before)s",
       place=place, event=event, before=place - 1)  # fmt: skip
    do("SELECT pg_temp.rehash(%(place)s, true)", place=place)
    return place


def delete(scene: Scene) -> int:
    k, way = scene.k, scene.number % 3
    if way != 0:
        do(f"DELETE FROM audit_event WHERE {OF_LINK}", k=k)  # noqa: S608
    if way != 1:
        do("DELETE FROM audit_link WHERE seq = %(k)s", k=k)
    return k


def reorder(scene: Scene) -> int:
    """Two events change places, and half of the time their hour with them."""
    a, b = sorted(scene.dice.sample(range(2, scene.witnessed_to + 1), 2))
    do("ALTER TABLE audit_link DROP CONSTRAINT audit_link_event_key")
    moved = "event = other.event" + (", at = other.at" if scene.number % 2 else "")
    do(f"UPDATE audit_link l SET {moved} FROM audit_link other"  # noqa: S608
       " WHERE (l.seq, other.seq) IN ((%(a)s, %(b)s), (%(b)s, %(a)s))", a=a, b=b)  # fmt: skip
    return a


def rehash_one(scene: Scene) -> int:
    k = scene.k
    do(EDIT, k=k)
    do("SELECT pg_temp.rehash(%(k)s, true)", k=k)
    return k


def rehash_suffix(scene: Scene) -> int:
    k = scene.k
    do(EDIT, k=k)
    do("SELECT pg_temp.rehash(%(k)s, false)", k=k)
    return k


def cut_tail(scene: Scene) -> int:
    k = scene.k
    do("DELETE FROM audit_event USING audit_link l WHERE id = l.event AND l.seq >= %(k)s", k=k)
    do("DELETE FROM audit_link WHERE seq >= %(k)s", k=k)
    do("SELECT pg_temp.rehash(%(k)s - 1, false)", k=k)
    return k


def restore_yesterday(scene: Scene) -> int:
    """All tables as they stood at the end of some day; then life goes on for a while, as it would."""
    day = scene.dice.randrange(len(scene.days))
    for table in ("audit_event", "audit_link", "audit_head"):
        do(f"TRUNCATE {table}")
        columns = "id, body" if table == "audit_event" else "*"
        do(f"INSERT INTO {table}{' (id, body)' if columns != '*' else ''}"  # noqa: S608
           f" SELECT {columns} FROM yesterday.{table}_{day}")  # fmt: skip
    do("SET LOCAL session_replication_role = origin")
    do("INSERT INTO audit_event (id, body) SELECT gen_random_uuid(), body FROM audit_event LIMIT %(n)s",
       n=scene.dice.choice([0, 1, 5, 100]))  # fmt: skip
    do("SET CONSTRAINTS ALL IMMEDIATE")
    return scene.days[day] + 1


def clone_to_another_site(scene: Scene) -> int:
    """What happened at one site is made to have happened at the other, all of it consistent."""
    k = scene.k
    one_site, other = map(str, scene.sites)
    do("UPDATE audit_event SET body = jsonb_set(body::jsonb, '{site}', to_jsonb("
       "   CASE WHEN site_id = %(one)s::uuid THEN %(other)s ELSE %(one)s END))::text"
       " FROM audit_link l WHERE id = l.event AND l.seq >= %(k)s AND l.seq < %(k)s + %(n)s",
       k=k, n=scene.dice.randint(1, 30), one=one_site, other=other)  # fmt: skip
    do("SELECT pg_temp.rehash(%(k)s, false)", k=k)
    return k


KINDS = (edit, insert, delete, reorder, rehash_one, rehash_suffix, cut_tail, restore_yesterday, clone_to_another_site)


# --- the trial --------------------------------------------------------------------------------------------------------


def trial(house: House, each: int) -> tuple[dict[str, Any], list[str]]:
    scene = _prepared(house)
    complaints, found, named = [], 0, 0
    with house.as_superuser():
        do(REHASH)
        if complaint := _complaint_about_the_untouched():
            return {"attacks": 0}, [complaint]
        for kind in KINDS:
            for scene.number in range(each):
                expected, verdicts = _struck(kind, scene)
                found += all(seq is not None for seq in verdicts)
                named += verdicts == [expected, expected]
                if verdicts != [expected, expected]:
                    complaints.append(f"{kind.__name__} {scene.number}: at {expected}, found at {verdicts}")
    return {"attacks": each * len(KINDS), "found": found, "place_named": named}, complaints


def _prepared(house: House) -> Scene:
    days = []
    with house.as_superuser():
        do("CREATE SCHEMA yesterday")
    for day in range(DAYS):
        house.live_on(NOTES_A_DAY)
        house.witness()
        house.live_on(day)  # some days end between two checkpoints
        days.append(_remembered(house, day))
    house.live_on(NOTES_A_DAY)
    witnessed_to = house.witness()
    house.live_on(NOTES_UNSEEN)
    return Scene(random.Random(SEED), _last(), witnessed_to, days, (house.here.site_id, house.there.site_id))


def _remembered(house: House, day: int) -> int:
    with house.as_superuser():
        for table in ("audit_event", "audit_link", "audit_head"):
            do(f"CREATE TABLE yesterday.{table}_{day} AS SELECT * FROM {table}")  # noqa: S608
    return _last()


def _last() -> int:
    return int(one("SELECT max(seq) FROM audit_link"))


def _struck(kind: Callable[[Scene], int], scene: Scene) -> tuple[int, list[int | None]]:
    with transaction.atomic():
        do("SET LOCAL session_replication_role = replica")
        expected = kind(scene)
        verdicts = [_built_in(), _standing_alone()]
        transaction.set_rollback(True)
    return expected, verdicts


def _complaint_about_the_untouched() -> str:
    with transaction.atomic():
        verdicts = [_built_in(), _standing_alone()]
    return f"found {verdicts} before anything was done" if verdicts != [None, None] else ""


def _built_in() -> int | None:
    verdict = chain.verify(_witness_lines())
    return verdict.chain.seq if verdict.chain else None


def _standing_alone() -> int | None:
    keys = {key: base64.b64encode(raw).decode() for key, raw in signing.public_keys().items()}
    witness = verify_audit.read_witness(_witness_lines(), verify_audit.read_keys(json.dumps(keys)))
    try:
        verify_audit.verify(audit_export.lines(), witness)
    except verify_audit.Broken as fault:
        return fault.seq
    return None


def _witness_lines() -> Iterator[str]:
    with settings.WITNESS_FILE.open() as lines:
        yield from lines
