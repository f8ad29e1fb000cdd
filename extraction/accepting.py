"""How probable it is that a fact is right, by its kind, and which facts might stand without a second look.

Learned from what people decided about the facts of one engine at one site. Half of the documents, drawn by their id,
tell how probable each kind is; the other half judge which probabilities may stand, so that no number judges itself. Of
a judging document one fact counts, drawn by chance: facts of one letter are right or wrong together, and counting each
would promise more than was seen. Wrong among those that may stand: at most 2 % at 95 % confidence, as
`clinic.doubt.accept` has it.

Nothing is accepted by this alone: a kind stands by rule only where somebody of the site has switched it on
(`actions.standing`), and a person still finishes each document. Where a document speaks to a machine, nothing of it may
stand, however sure the kind is.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from clinic.doubt.accept import Threshold, accept_threshold, labels_needed
from clinic.doubt.intervals import Figure, too_few, wilson
from clinic.models import Result
from extraction import decided
from extraction.inference.injection import SIGNS
from extraction.models import FactSheet

MOST = 5_000  # documents


@dataclass(frozen=True)
class Judged:
    """What people said of the facts of one kind in one document."""

    document: UUID
    kind: str
    right: int
    wrong: int


@dataclass(frozen=True)
class Split:
    """`probable`: by kind, none where too few were decided. `threshold`: nothing may stand while its value is None."""

    probable: Mapping[str, float] = field(default_factory=dict)
    seen: Mapping[str, Figure] = field(default_factory=dict)
    threshold: Threshold = field(default_factory=lambda: Threshold(None, 0, 0, None, 0))

    @property
    def needed(self) -> int:
        """Judging documents without a single error that the strictest threshold takes at least."""
        return labels_needed()

    def confidence(self, kind: str) -> float | None:
        """None is unknown, and not the same as certain: no kind is ever given 1."""
        return self.probable.get(kind)

    def may_stand(self, kind: str, doubts: Collection[str]) -> bool:
        sure, limit = self.confidence(kind), self.threshold.value
        return sure is not None and limit is not None and sure >= limit and not SIGNS.intersection(doubts)


def split_of(site_id: UUID, engine_digest: str) -> Split:
    if not engine_digest:
        return Split()
    of_engine = Result.objects.filter(site=site_id, engine_digest=engine_digest).values("run")
    finished = FactSheet.objects.filter(site=site_id).finished().filter(run__in=of_engine).order_by("-finished_at")
    runs = [run for run in finished.values_list("run", flat=True)[:MOST] if run]
    return learned(
        Judged(one.run_id, one.kind, one.accepted, one.all - one.added - one.accepted) for one in decided.of_runs(runs)
    )


def learned(rows: Iterable[Judged]) -> Split:
    learning, judging = list[Judged](), defaultdict[UUID, list[Judged]](list)
    for one in rows:
        if drawn(one.document, "half") % 2:
            judging[one.document].append(one)
        else:
            learning.append(one)
    seen = _seen(learning)
    probable = {kind: _never_certain(figure) for kind, figure in seen.items() if not too_few(figure.n)}
    asked = [_one_fact(document, of_it) for document, of_it in judging.items()]
    known = [(probable[kind], right) for kind, right in asked if kind in probable]
    if not known:
        return Split(probable, seen)
    sure, right = zip(*known, strict=True)
    return Split(probable, seen, accept_threshold(sure, right))


def _seen(rows: Iterable[Judged]) -> dict[str, Figure]:
    right, said = Counter[str](), Counter[str]()
    for one in rows:
        right[one.kind] += one.right
        said[one.kind] += one.right + one.wrong
    return {kind: wilson(right[kind], n) for kind, n in sorted(said.items()) if n}


def _never_certain(figure: Figure) -> float:
    """Half a right and half a wrong one more than were seen (Jeffreys): 300 of 300 is 0.998, not 1."""
    return round((figure.value * figure.n + 0.5) / (figure.n + 1), 6)


def _one_fact(document: UUID, rows: list[Judged]) -> tuple[str, bool]:
    """Drawn among all facts of the document, each as probable as another."""
    place = drawn(document, "fact") % max(1, sum(one.right + one.wrong for one in rows))
    for one in sorted(rows, key=lambda each: each.kind):
        if place < one.right + one.wrong:
            return one.kind, place < one.right
        place -= one.right + one.wrong
    return "", False


def drawn(document: UUID, purpose: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{purpose}:{document}".encode()).digest()[:8])
