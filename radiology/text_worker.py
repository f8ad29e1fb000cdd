"""Is there writing in the picture? Asked of every film behind its answer: nothing but that is decided by it. What was
read may name somebody and is not kept: where it stands is enough for the person who looks."""

from clinic.models import RunError
from clinic.pipeline import Failed, Work
from radiology.inference import burned_in, opening
from radiology.inference.burned_in import Line
from radiology.inference.film import Unreadable
from radiology.outcomes import TextOutcome

_MARGIN = 0.004  # of the film: letters end a little outside of what the reader says


def look(work: Work) -> TextOutcome:
    work.report("decode", 10)
    try:
        picture = opening.open_bounded(work.upload)
    except Unreadable as why:
        is_ours = why.code in opening.MACHINE_CODES
        error = RunError.UNEXPECTED if is_ours else RunError.INPUT_REFUSED
        raise Failed(error, detail_code=why.code, retry=is_ours) from None
    work.report("read", 30)
    found = burned_in.look(picture)
    return TextOutcome(found.state.value, tuple(_box(line, picture.shape) for line in found.lines))


def _box(line: Line, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """Top, left, bottom, right in shares of the film as it came."""
    rows, columns = shape
    sides = (line.top / rows - _MARGIN, line.left / columns - _MARGIN,
             line.bottom / rows + _MARGIN, line.right / columns + _MARGIN)  # fmt: skip
    top, left, bottom, right = (round(min(max(side, 0.0), 1.0), 4) for side in sides)
    return top, left, bottom, right
