"""Two versions of a prompt brought together, line by line, with the version both came from as the third view.

What only one of them changed is taken from it. Where both changed the same lines, nothing is chosen here: that is a
conflict, and a person resolves it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from extraction.models import PromptVersion

SAME, MINE, THEIRS, BOTH, CONFLICT = "same", "mine", "theirs", "both", "conflict"
OWN = "own"
CHOICES = (MINE, THEIRS, BOTH, OWN)
MOST_GENERATIONS = 1_000
Lines = tuple[str, ...]


@dataclass(frozen=True)
class Chunk:
    """`kind`: who changed it; "both" is a change they agree in. `number`: of a conflict, from 0; else None."""

    kind: str
    base: Lines
    mine: Lines
    theirs: Lines
    number: int | None = None

    @property
    def lines(self) -> Lines:
        return self.theirs if self.kind == THEIRS else self.mine

    @property
    def base_text(self) -> str:
        return "\n".join(self.base)

    @property
    def mine_text(self) -> str:
        return "\n".join(self.mine)

    @property
    def theirs_text(self) -> str:
        return "\n".join(self.theirs)

    @property
    def lines_text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Merge:
    mine: PromptVersion
    theirs: PromptVersion
    base: PromptVersion | None
    chunks: list[Chunk]

    @property
    def conflicts(self) -> list[Chunk]:
        return [one for one in self.chunks if one.kind == CONFLICT]

    @property
    def brings_nothing(self) -> bool:
        """One of them is where the other came from, or says the same."""
        return not any(one.kind in (THEIRS, CONFLICT) for one in self.chunks)


@dataclass(frozen=True)
class Resolved:
    """What a person decided about a conflict; `text` where she wrote her own."""

    choice: str
    text: str = ""


def merge_of(mine: PromptVersion, theirs: PromptVersion) -> Merge:
    base = common(mine, theirs)
    middle = base.text.splitlines() if base else _shared(mine.text.splitlines(), theirs.text.splitlines())
    return Merge(mine, theirs, base, list(three_way(middle, mine.text.splitlines(), theirs.text.splitlines())))


def common(mine: PromptVersion, theirs: PromptVersion) -> PromptVersion | None:
    """The nearest that both came from, one of them perhaps; what was merged into a version is no parent of it."""
    line = {one.pk: one for one in _back_from(mine)}
    return next((line[one.pk] for one in _back_from(theirs) if one.pk in line), None)


def text_of(merge: Merge, resolved: Mapping[int, Resolved]) -> str:
    """Every conflict must be in `resolved`."""
    return "\n".join(line for chunk in merge.chunks for line in _taken(chunk, resolved)) + "\n"


def _taken(chunk: Chunk, resolved: Mapping[int, Resolved]) -> Sequence[str]:
    if chunk.number is None:
        return chunk.lines
    decided = resolved[chunk.number]
    match decided.choice:
        case "mine":
            return chunk.mine
        case "theirs":
            return chunk.theirs
        case "both":
            return (*chunk.mine, *chunk.theirs)
    return decided.text.splitlines()


def _back_from(version: PromptVersion) -> Iterator[PromptVersion]:
    at: PromptVersion | None = version
    for _ in range(MOST_GENERATIONS):
        if at is None:
            return
        yield at
        at = at.parent


def _shared(first: list[str], second: list[str]) -> list[str]:
    """For two without an ancestor: what stands in both."""
    blocks = SequenceMatcher(a=first, b=second, autojunk=False).get_matching_blocks()
    return [line for block in blocks for line in first[block.a : block.a + block.size]]


def three_way(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[Chunk]:
    """Between lines that all three share in the same order, who changed what."""
    a = b = c = conflicts = 0
    for at, in_mine, in_theirs, size in _anchors(base, mine, theirs):
        if found := _between(base[a:at], mine[b:in_mine], theirs[c:in_theirs], conflicts):
            conflicts += found.kind == CONFLICT
            yield found
        if size:
            kept = tuple(base[at : at + size])
            yield Chunk(SAME, kept, kept, kept)
        a, b, c = at + size, in_mine + size, in_theirs + size


def _between(base: list[str], mine: list[str], theirs: list[str], conflicts: int) -> Chunk | None:
    if not (base or mine or theirs):
        return None
    kind = CONFLICT
    if mine == theirs:
        kind = SAME if mine == base else BOTH
    elif mine == base:
        kind = THEIRS
    elif theirs == base:
        kind = MINE
    return Chunk(kind, tuple(base), tuple(mine), tuple(theirs), conflicts if kind == CONFLICT else None)


def _anchors(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines of the base that stand in both, where they stand; at last the ends."""
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    at = 0
    while at < len(base):
        size = 0
        while (
            at + size in in_mine and at + size in in_theirs
            and in_mine[at + size] == in_mine[at] + size and in_theirs[at + size] == in_theirs[at] + size
        ):  # fmt: skip
            size += 1
        if size:
            yield at, in_mine[at], in_theirs[at], size
        at += max(size, 1)
    yield len(base), len(mine), len(theirs), 0


def _places(base: list[str], other: list[str]) -> dict[int, int]:
    """By line of the base, the line of the other that is the same."""
    blocks = SequenceMatcher(a=base, b=other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
