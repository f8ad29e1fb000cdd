"""How far one event is proved, step by step: its content, its place, the checkpoint over it, the witness of that."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from clinic import witness
from clinic.chain import START
from clinic.checkpoints import Checkpoint, NotACheckpoint
from clinic.models import AuditCheckpoint, AuditLink
from clinic.proof import link_hash
from clinic.templatetags.figures import short_digest, spaced


class State(StrEnum):
    HOLDS = "done"
    BROKEN = "fail"
    WAITS = "wait"


@dataclass(frozen=True)
class Step:
    state: State
    name: str
    note: str = ""


def steps(link: AuditLink) -> list[Step]:
    copy = AuditCheckpoint.objects.filter(seq__gte=link.seq).order_by("seq").first()
    return [_content(link), _neighbours(link), *_checkpoint(link, copy)]


def state_of(all_steps: list[Step]) -> State:
    states = {step.state for step in all_steps}
    return next((state for state in (State.BROKEN, State.WAITS) if state in states), State.HOLDS)


def holds_alone(link: AuditLink) -> bool:
    """Its content is what was written, without a look at what lies around it."""
    again = link_hash(link.event_id, link.event.body, link.seq, link.at, bytes(link.prev))
    return hmac.compare_digest(again, bytes(link.hash))


def _content(link: AuditLink) -> Step:
    return _step(holds_alone(link), _("Hash matches its content"), short_digest(bytes(link.hash).hex()))


Around = dict[int, tuple[bytes, bytes]]  # hash, and the hash before it, by place


def around(places: Collection[int]) -> Around:
    """What stands before and after each; one question however many there are."""
    wanted = sorted({place + step for place in places for step in (-1, 1)})
    rows = AuditLink.objects.filter(seq__in=wanted).values_list("seq", "hash", "prev")
    return {seq: (bytes(found), bytes(prev)) for seq, found, prev in rows}


def is_linked(link: AuditLink, found: Around) -> bool:
    before, after = found.get(link.seq - 1), found.get(link.seq + 1)
    follows = (before[0] if before else START if link.seq == 1 else b"") == bytes(link.prev)
    return follows and (after is None or after[1] == bytes(link.hash))


def tells_of(checkpoint: Checkpoint, link: AuditLink) -> bool:
    return checkpoint.first <= link.seq and bytes(link.hash).startswith(checkpoint.tag_of(link.seq))


def _neighbours(link: AuditLink) -> Step:
    places = f"{spaced(link.seq - 1)}, {spaced(link.seq + 1)}"
    return _step(is_linked(link, around({link.seq})), _("Linked to the one before and after"), places)


def _checkpoint(link: AuditLink, copy: AuditCheckpoint | None) -> list[Step]:
    if copy is None:
        return [Step(State.WAITS, _("In a signed checkpoint"), _("within a minute"))]
    try:
        checkpoint = Checkpoint.parse(copy.line)
    except NotACheckpoint:
        return [Step(State.BROKEN, _("In a signed checkpoint"))]
    return [
        _step(tells_of(checkpoint, link), _("In the checkpoint up to %(seq)s") % {"seq": spaced(checkpoint.seq)}),
        _step(checkpoint.is_signed, _("Checkpoint signed, Ed25519"), checkpoint.seal.key_id),
        _witness(checkpoint),
    ]


def _witness(checkpoint: Checkpoint) -> Step:
    """Another machine may keep it: then this one can only say that it does not see it."""
    name = _("Witness outside the database agrees")
    try:
        seen = witness.file().find(checkpoint.seq)
    except OSError:
        seen = None
    if seen is None:
        return Step(State.WAITS, name, _("not seen from this machine"))
    return _step(seen.line == checkpoint.line, name)


def _step(is_right: bool, name: str, note: str = "") -> Step:
    return Step(State.HOLDS if is_right else State.BROKEN, name, note)
