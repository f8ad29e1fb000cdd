"""Answers that somebody may not see yet, because she is to judge first by herself.

A kind of run names the function that knows; whoever shows answers asks here.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from clinic import pipeline
from clinic.authorization.actor import Actor
from clinic.models import Result


def concealed(results: Iterable[Result], viewer: Actor) -> frozenset[UUID]:
    """Ids of those that this person may not see yet: one question per kind that conceals."""
    by_rule: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        if rule := _rule(result.kind):
            by_rule[rule].append(result)
    return frozenset().union(*(pipeline.load(rule)(these, viewer) for rule, these in by_rule.items()))


def is_concealed(result: Result, viewer: Actor) -> bool:
    return result.pk in concealed([result], viewer)


def _rule(kind: str) -> str:
    return next((each.conceals for each in pipeline.kinds() if each.name == kind), "")
