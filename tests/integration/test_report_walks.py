"""Random walks of a case with its reports, ten thousand with `make long`: whatever is tried, no signed version is ever
another than it was signed, versions have no gap, and a case is signed or amended only where a version says so."""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection

from clinic.models import Case, CaseState
from clinic.models.cases import MOVES, SIGNED_STATES
from tests.long import MANY
from tests.make import Person

WALKS, LONGEST = MANY, 6
COLUMNS = """id, site_id, case_id, version, body, reason, content_sha256, sources, key_id, signature, signed_by_id,
    signed_at"""
ACTS = ("move", "sign", "skip", "repeat", "overwrite", "remove", "unreasoned")


@dataclass
class Walk:
    """One case as it should stand after each step, beside the one in the database."""

    number: int
    case: str
    state: CaseState = CaseState.OPEN
    wanted: CaseState = CaseState.OPEN  # by the move tried last
    versions: list[int] = field(default_factory=list)  # what each was signed with


@pytest.mark.slow
def test_signed_versions_when_many_walks_try_everything_then_none_is_ever_overwritten(in_site_a: Person, case_a: Case):
    draw = random.Random(20_251_120)
    tried = dict.fromkeys(ACTS, 0)
    refused = dict.fromkeys(ACTS, 0)
    with connection.cursor() as cursor:
        for number in range(WALKS):
            cursor.execute("SAVEPOINT walk")
            walk = Walk(number, _new_case(cursor, case_a, number))
            for step in range(draw.randrange(1, LONGEST + 1)):
                act = draw.choice(ACTS)
                was_done = _try(cursor, _statement(act, walk, draw, step, in_site_a))
                tried[act] += 1
                refused[act] += not was_done
                _follow(act, walk, was_done, step)
            _stands_as_it_should(cursor, walk)
            cursor.execute("ROLLBACK TO SAVEPOINT walk")  # else each step would hold its locks to the end of them all

    assert sum(tried.values()) > WALKS
    for forbidden in ("skip", "repeat", "overwrite", "remove", "unreasoned"):
        assert tried[forbidden] == refused[forbidden] > WALKS / 10, forbidden
    assert 0 < refused["move"] < tried["move"]


def _new_case(cursor: Any, of: Case, number: int) -> str:
    cursor.execute(
        "INSERT INTO clinic_case (id, site_id, patient_id, number, question, state, urgency, department, due_at,"
        " opened_at, state_since) SELECT gen_random_uuid(), site_id, patient_id, %s, question, 'open', urgency, '',"
        " due_at, opened_at, opened_at FROM clinic_case WHERE id = %s RETURNING id",
        [100_000 + number, of.pk],
    )
    return str(cursor.fetchone()[0])


def _try(cursor: Any, statement: str) -> bool:
    cursor.execute("SAVEPOINT step")
    try:
        cursor.execute(statement)
    except (IntegrityError, ProgrammingError):
        cursor.execute("ROLLBACK TO SAVEPOINT step")
        return False
    cursor.execute("RELEASE SAVEPOINT step")
    return True


def _follow(act: str, walk: Walk, was_done: bool, step: int) -> None:
    """The walk knows what must have happened; the database is asked whether it did the same."""
    if act == "sign":
        assert was_done
        walk.versions.append(step)
    elif act == "move":
        needed = {CaseState.SIGNED: 1, CaseState.AMENDED: 2}.get(walk.wanted, 0) if walk.wanted != walk.state else 0
        is_legal = walk.wanted == walk.state or walk.wanted in MOVES[walk.state]
        assert was_done == (is_legal and len(walk.versions) >= needed)
        walk.state = walk.wanted if was_done else walk.state


def _stands_as_it_should(cursor: Any, walk: Walk) -> None:
    cursor.execute("SELECT version, content_sha256 FROM clinic_report WHERE case_id = %s ORDER BY version", [walk.case])
    signed = [(version, f"{walk.number * 100 + step:064d}") for version, step in enumerate(walk.versions, 1)]
    assert cursor.fetchall() == signed
    cursor.execute("SELECT state FROM clinic_case WHERE id = %s", [walk.case])
    assert cursor.fetchone()[0] == walk.state
    assert walk.state not in SIGNED_STATES or walk.versions


# Our own ids and numbers stand in these statements: nothing comes from anybody.
def _statement(act: str, walk: Walk, draw: random.Random, step: int, by: Person) -> str:
    """What the application's role can send; `step` marks what a version was signed with."""
    newest = len(walk.versions)
    match act:
        case "move":
            walk.wanted = draw.choice(list(CaseState))
            return f"UPDATE clinic_case SET state = '{walk.wanted}' WHERE id = '{walk.case}'"  # noqa: S608
        case "sign":
            return _insert(walk, newest + 1, step, by, reason=newest > 0)
        case "skip":
            return _insert(walk, newest + draw.randrange(2, 5), step, by, reason=True)
        case "repeat":
            return _insert(walk, draw.randrange(newest + 1), step, by, reason=True)
        case "overwrite":
            return f"UPDATE clinic_report SET content_sha256 = repeat('f', 64) WHERE case_id = '{walk.case}'"  # noqa: S608
        case "remove":
            return f"DELETE FROM clinic_report WHERE case_id = '{walk.case}'"  # noqa: S608
    return _insert(walk, max(2, newest + 1), step, by, reason=False)


def _insert(walk: Walk, version: int, step: int, by: Person, *, reason: bool) -> str:
    why = "'\\x01'" if reason else "NULL"
    values = f"""gen_random_uuid(), '{by.site.pk}', '{walk.case}', {version}, '\\x01', {why},
        '{walk.number * 100 + step:064d}', '[]', 'k', '\\x01', '{by.user.pk}', now()"""
    return f"INSERT INTO clinic_report ({COLUMNS}) VALUES ({values})"  # noqa: S608
