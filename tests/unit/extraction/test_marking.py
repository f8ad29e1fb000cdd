"""The text beside its facts: all of it, part by part, each fact marked where it stands."""

import random
from itertools import pairwise

from extraction.views.marking import LONGEST_SHOWN, Place, marked, parts

LINES = "\n".join(f"Line {number} of a very long record of the ward." for number in range(6_000))


def place(start: int, end: int, key: str = "problems.0", *, is_on: bool = False) -> Place:
    return Place(start, end, key, "A1", "a", is_on)


def words(text: str, *places: Place, asked: int = 0) -> str:
    return "".join(one.text for one in marked(text, places, asked).pieces)


def test_parts_of_a_long_text_together_are_the_text_and_end_with_lines():
    last = len(parts(LINES))

    shown = [words(LINES, asked=number) for number in range(1, last + 1)]

    assert last > 3 and "".join(shown) == LINES
    assert all(one.endswith("\n") for one in shown[:-1]) and max(map(len, shown)) <= LONGEST_SHOWN


def test_short_text_has_one_part_and_an_empty_one_too():
    assert (marked("Fever.", []).last, marked("", []).last) == (1, 1)
    assert words("Fever.", asked=9) == "Fever."


def test_fact_beyond_the_first_part_that_is_looked_at_brings_its_part():
    at = LINES.index("Line 5900")

    shown = marked(LINES, [place(10, 14), place(at, at + 9, "problems.1", is_on=True)])

    assert shown.number > 1 and shown.next is None
    assert [one.text for one in shown.pieces if one.place] == ["Line 5900"]


def test_part_that_is_asked_for_is_shown_whichever_fact_is_looked_at():
    shown = marked(LINES, [place(5, 9, is_on=True)], 2)

    assert (shown.number, shown.previous) == (2, 1) and not any(one.place for one in shown.pieces)


def test_marks_never_overlap_and_the_one_that_is_looked_at_is_always_there():
    draw = random.Random(4)
    for _ in range(200):
        starts = [draw.randrange(900) for _ in range(40)]
        places = [place(at, at + draw.randrange(1, 60), f"labs.{number}", is_on=number == 7)
                  for number, at in enumerate(starts)]  # fmt: skip
        kept = [one.place for one in marked("x" * 1_000, places).pieces if one.place]
        assert all(earlier.end <= later.start for earlier, later in pairwise(kept))
        assert any(one.is_on for one in kept)
