"""What changed from one version of a report to the next: sentences by their ids, then the words within them."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from clinic.report_body import Body, Sentence

Piece = tuple[str, str]  # "same", "gone" or "new", and the words


@dataclass(frozen=True)
class Difference:
    kind: str  # "new", "gone" or "changed"
    pieces: tuple[Piece, ...]


def between(old: Body, new: Body) -> list[Difference]:
    """In the order of the newer one, what is gone last. Nothing for sentences that stand as they stood."""
    before, after = ({one.id: one for one in body.sentences} for body in (old, new))
    told = [_told(before.get(key), sentence) for key, sentence in after.items()]
    gone = [Difference("gone", (("gone", one.text),)) for key, one in before.items() if key not in after]
    return [one for one in told if one] + gone


def _told(old: Sentence | None, new: Sentence) -> Difference | None:
    if old is None:
        return Difference("new", (("new", new.text),))
    if (old.text, old.evidence, old.section) == (new.text, new.evidence, new.section):
        return None
    return Difference("changed", words(old.text, new.text))


def words(old: str, new: str) -> tuple[Piece, ...]:
    a, b = old.split(), new.split()
    pieces: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", " ".join(a[a1:a2])))
            continue
        pieces += [(kind, " ".join(run)) for kind, run in (("gone", a[a1:a2]), ("new", b[b1:b2])) if run]
    return tuple(pieces)
