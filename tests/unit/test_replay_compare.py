"""Two answers compared leaf by leaf."""

from clinic.replay.compare import WITHIN, Number, compare

ANSWER = {"label": "urgent", "scores": {"urgent": 1.5, "routine": -0.5}, "set": ["urgent"], "words": "Secret words"}


def test_answers_when_alike_then_every_number_and_no_difference():
    found = compare(ANSWER, dict(ANSWER), is_identical=True)

    assert (found.largest_gap, found.same_label, found.others, found.is_close) == (0.0, True, (), True)
    assert Number("scores.urgent", 1.5, 1.5) in found.numbers
    assert "Secret words" not in repr(found)


def test_numbers_when_a_hair_apart_then_close_but_not_beyond_what_another_processor_may_do():
    near = compare(ANSWER, ANSWER | {"scores": {"urgent": 1.5 + WITHIN / 2, "routine": -0.5}}, is_identical=False)
    far = compare(ANSWER, ANSWER | {"scores": {"urgent": 1.5 + WITHIN * 2, "routine": -0.5}}, is_identical=False)

    assert (near.is_close, far.is_close) == (True, False)


def test_class_when_another_then_neither_same_nor_close():
    found = compare(ANSWER, ANSWER | {"label": "routine"}, is_identical=False)

    assert (found.same_label, found.is_close, found.others) == (False, False, ("label",))


def test_words_when_otherwise_then_named_by_their_place_only():
    found = compare(ANSWER, ANSWER | {"words": "Other words"}, is_identical=False)

    assert (found.others, found.is_close) == (("words",), False)
    assert "words" not in repr(found.numbers)


def test_number_when_missing_on_one_side_then_infinitely_far():
    found = compare(ANSWER, ANSWER | {"scores": {"urgent": 1.5}}, is_identical=False)

    assert found.largest_gap == float("inf")
