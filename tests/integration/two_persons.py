"""A kind of change for tests: what was agreed is only noted."""

from collections.abc import Iterator
from contextlib import contextmanager

from clinic.actions import proposals
from clinic.authorization.permissions import Permission
from clinic.models import Proposal


@contextmanager
def two_person_kind(name: str, done: list[Proposal] | None = None, *, needs_step_up: bool = False) -> Iterator[str]:
    noted = [] if done is None else done
    sort = proposals.Sort(
        name=name, title="A change", ask=Permission.ENGINES_MANAGE, agree=Permission.ENGINES_APPROVE,
        check=lambda by, proposal: None, apply=lambda by, proposal: noted.append(proposal),
        needs_step_up=needs_step_up,
    )  # fmt: skip
    proposals.register(sort)
    try:
        yield name
    finally:
        proposals._sorts.pop(name)
