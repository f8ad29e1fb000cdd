"""`clinic.contradictions`: every source of a case is asked what it states, and the statements are compared."""

import hashlib
import json
from collections.abc import Iterator
from itertools import islice

from clinic.contradictions import ComparedOutcome, Found, Side, readers
from clinic.inference.contradictions.rules import Contradiction, contradictions
from clinic.inference.contradictions.statements import Statement, Told
from clinic.models import Case
from clinic.pipeline import Work, load

MOST_STATEMENTS = 20_000


def compare(work: Work) -> ComparedOutcome:
    case = Case.objects.select_related("patient").get(runs=work.run_id)
    told = list(islice(_told(case), MOST_STATEMENTS))
    work.report("compare", 70)
    by_statement = {one.statement: one for one in told}
    found = tuple(_found(each, by_statement) for each in contradictions(by_statement))
    return ComparedOutcome(found, len(told), len({one.statement.source for one in told}))


def _told(case: Case) -> Iterator[Told]:
    for reader in readers():
        yield from load(reader.read)(case)


def _found(each: Contradiction, by_statement: dict[Statement, Told]) -> Found:
    told = (by_statement[each.first], by_statement[each.second])
    sides = (_side(told[0]), _side(told[1]))
    named = sorted([side.upload, side.said, side.holds] for side in sides)
    fingerprint = hashlib.sha256(json.dumps([each.kind, each.about, named]).encode()).hexdigest()
    results = tuple(dict.fromkeys(one.result for one in told if one.result))
    return Found(each.kind.value, each.about, fingerprint, sides, results)


def _side(told: Told) -> Side:
    said = told.statement
    holds = "stopped" if said.is_stopped else said.side or said.value or said.holds.value
    return Side(told.sort, told.name, told.upload, told.sha256, said.words, said.name or said.value, said.start,
                said.end, holds)  # fmt: skip
