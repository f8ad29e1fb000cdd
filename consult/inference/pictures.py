"""May a picture be used, and what is it of: a film, a document, something else? Told with what would make a better one.

It is opened in a bounded child like every upload. What it is of is a guess by plain measures: the engines that read
films and documents have gates of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from clinic.inference import child
from consult.inference.looking import Look

WALL_S, CPU_S, MEMORY_BYTES = 10.0, 5.0, 384 * child.MIB
SHORTEST_SIDE, FEWEST_PIXELS = 400, 250_000
BLURRED = {"document": 0.335, "film": 0.62, "photo": 0.57}  # letters are sharp or nobody reads them, films never are
DARK_BRIGHTEST, BURNT_SHARE, BURNT_DARKEST, FLAT = 80.0, 0.35, 100.0, 28.0
BURNT_ALL = 180.0
GREY_COLOUR, PAPER_SHARE, PAPER_COLOUR = 6.0, 0.42, 40.0


class Kind(StrEnum):
    FILM = "film"
    DOCUMENT = "document"
    PHOTO = "photo"
    UNUSABLE = "unusable"


class Reason(StrEnum):
    """Each has a tip for the person with the camera, in the words of the page."""

    NOT_A_PICTURE = "not_a_picture"
    TOO_LARGE = "too_large"
    TOO_SMALL = "too_small"
    BLANK = "blank"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    NOT_LOOKED_AT = "not_looked_at"  # the machine could not: nothing is known of the picture


@dataclass(frozen=True)
class Gated:
    kind: Kind
    reasons: tuple[Reason, ...] = ()
    look: Look | None = None

    @property
    def is_usable(self) -> bool:
        return self.kind is not Kind.UNUSABLE


_OF_CHILD = {"too_large": Reason.TOO_LARGE, "damaged": Reason.NOT_A_PICTURE}


def gate(payload: child.Payload) -> Gated:
    try:
        told = child.run_bounded("consult.inference.looking:look_in_child", payload, wall_s=WALL_S, cpu_s=CPU_S,
                                 memory_bytes=MEMORY_BYTES).value  # fmt: skip
    except child.ChildRefused as refused:
        return Gated(Kind.UNUSABLE, (_OF_CHILD.get(refused.code, Reason.NOT_A_PICTURE),))
    except child.ChildUnavailable:
        return Gated(Kind.UNUSABLE, (Reason.NOT_LOOKED_AT,))
    except (child.ChildTimeout, child.ChildOutOfMemory, child.ChildOutputTooLarge):
        return Gated(Kind.UNUSABLE, (Reason.TOO_LARGE,))
    except child.ChildError:
        return Gated(Kind.UNUSABLE, (Reason.NOT_A_PICTURE,))
    seen = _checked(told)
    return judged(seen) if seen else Gated(Kind.UNUSABLE, (Reason.NOT_A_PICTURE,))


def judged(seen: Look) -> Gated:
    reasons = tuple(_reasons(seen))
    return Gated(Kind.UNUSABLE if reasons else _kind(seen), reasons, seen)


def _checked(told: object) -> Look | None:
    """A child may have been taken over by what it read: what it says must have the shape of a look."""
    names = [each.name for each in fields(Look)]
    if not isinstance(told, dict) or set(told) != set(names):
        return None
    if not all(type(value) in (int, float) and value >= 0 for value in told.values()):
        return None
    return Look(**told)


def _reasons(seen: Look) -> Iterator[Reason]:
    """Where nothing is seen, or too little of it, nothing else is said."""
    if min(seen.columns, seen.rows) < SHORTEST_SIDE or seen.columns * seen.rows < FEWEST_PIXELS:
        yield Reason.TOO_SMALL
    elif seen.brightest < DARK_BRIGHTEST and seen.brightest - seen.darkest >= FLAT / 4:
        yield Reason.TOO_DARK
    elif seen.darkest > BURNT_ALL or (seen.burnt > BURNT_SHARE and seen.darkest > BURNT_DARKEST):
        yield Reason.TOO_BRIGHT
    elif seen.brightest - seen.darkest < FLAT:
        yield Reason.BLANK
    elif seen.blur > BLURRED[_kind(seen)]:
        yield Reason.BLURRED


def _kind(seen: Look) -> Kind:
    if seen.paper >= PAPER_SHARE and seen.colour < PAPER_COLOUR:
        return Kind.DOCUMENT
    return Kind.FILM if seen.colour < GREY_COLOUR else Kind.PHOTO
