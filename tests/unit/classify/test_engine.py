import json
from itertools import pairwise

import pytest

from classify.inference import explaining, golden
from classify.inference.specialties import LABELS, SPECIALTIES
from classify.training.made_up import LONG, MADE_UP
from clinic.engines import manifests
from tests.unit.classify.conftest import SHIPPED

HEART = MADE_UP[0]


def test_the_shipped_engine_says_its_golden_cases_again(shipped):
    cases = json.loads((SHIPPED / manifests.GOLDEN).read_text())["cases"]
    assert len(cases) > 20
    assert [found for case in cases if (found := golden.differs(shipped, case))] == []


def test_a_golden_case_with_another_answer_is_found(shipped):
    case = json.loads((SHIPPED / manifests.GOLDEN).read_text())["cases"][0]
    changed = case | {"expected": case["expected"] | {"label": "dermatology"}}
    assert golden.differs(shipped, changed) is not None


def test_the_card_says_what_every_engine_must_say():
    needed = ("purpose", "population", "data", "limits", "licence", "metrics")
    assert manifests.card_of(SHIPPED, needed)["labels"] == "rules, not clinicians"


@pytest.mark.parametrize(
    ("number", "label"),
    [(0, "cardiology"), (3, "emergency"), (6, "pulmonology"), (9, "gastroenterology"), (12, "dermatology")],
)
def test_a_plain_document_finds_its_specialty(shipped, number, label):
    reading = shipped.read(MADE_UP[number])
    assert (reading.label, reading.accepted, reading.reasons) == (label, True, ())
    assert label in reading.prediction_set


def test_probabilities_cover_all_labels_and_sum_to_one(shipped):
    probabilities = shipped.read(HEART).probabilities
    assert tuple(probabilities) == LABELS
    assert sum(probabilities.values()) == pytest.approx(1)


def test_what_belongs_to_no_known_specialty_is_not_accepted(shipped):
    reading = shipped.read(MADE_UP[15])
    assert not reading.accepted
    assert "new_kind" in reading.reasons


def test_nine_characters_are_refused_and_ten_are_read(shipped):
    assert shipped.read("Chest pai").refusal == "too_short"
    assert shipped.read("Chest pain").refusal == ""


def test_white_space_does_not_make_a_text_long_enough(shipped):
    assert shipped.read("  Chest pa  \n\n").refusal == "too_short"


def test_another_language_and_letters_without_sense_are_refused_by_name(shipped):
    assert shipped.read(MADE_UP[20]).refusal == "not_english"
    assert shipped.read(MADE_UP[21]).refusal == "unfamiliar"


def test_a_refused_document_has_no_probabilities_and_counts_as_new(shipped):
    reading = shipped.read("Too short")
    assert reading.probabilities is None
    assert (reading.accepted, reading.novelty, reading.reasons) == (False, 1.0, ("too_short",))


def test_many_documents_at_once_are_read_as_each_alone(shipped):
    texts = [*MADE_UP, LONG]
    for together, alone in zip(shipped.read_many(texts), map(shipped.read, texts), strict=True):
        assert together.probabilities == (alone.probabilities and pytest.approx(alone.probabilities, abs=1e-12))
        assert (together.label, together.reasons, together.prediction_set, together.urgency.label) == (
            alone.label, alone.reasons, alone.prediction_set, alone.urgency.label,
        )  # fmt: skip


def test_no_documents_give_no_readings(shipped):
    assert shipped.read_many([]) == []


def test_ten_thousand_characters_are_one_piece_and_one_more_are_two(shipped):
    text = (HEART + " ") * 60
    assert shipped.read(text[:10_000]).pieces == ()
    assert len(shipped.read(text[:10_001]).pieces) == 2


def test_a_long_document_is_voted_by_pieces_that_leave_nothing_out(shipped):
    text = (HEART + "\n\n") * 100 + (MADE_UP[12] + "\n\n") * 100
    pieces = shipped.read(text).pieces
    assert [pieces[0].start, pieces[-1].end] == [0, len(text)]
    assert all(one.end == other.start for one, other in pairwise(pieces))
    assert {piece.label for piece in pieces} == {"cardiology", "dermatology"}


def test_pieces_that_disagree_bring_a_person(shipped):
    text = (HEART + "\n\n") * 100 + (MADE_UP[12] + "\n\n") * 100
    assert "pieces_disagree" in shipped.read(text).reasons


def test_words_that_pushed_lie_where_they_stand_in_the_text(shipped):
    spans = shipped.read(HEART).spans
    strongest = max(spans, key=lambda span: span.weight)
    assert HEART[strongest.start : strongest.end].lower() in ("echocardiogram", "electrocardiogram", "heart")


def test_the_parts_of_all_words_add_up_to_the_margin(shipped):
    for text in MADE_UP[:15]:
        reading = shipped.read(text)
        weights = explaining.token_weights(shipped.heads, text, reading.label)
        margin = shipped.margin(reading.scores, reading.label) - shipped.margin_of_bias(reading.label)
        assert sum(weight for _, weight in weights) == pytest.approx(margin, abs=1e-9)


def test_without_its_strongest_words_for_it_the_margin_falls(shipped):
    reading = shipped.read(HEART)
    text = HEART
    for span in sorted((span for span in reading.spans if span.weight > 0), key=lambda span: -span.start):
        text = text[: span.start] + text[span.end :]
    again = shipped.read(text)
    assert shipped.margin(again.scores, reading.label) < shipped.margin(reading.scores, reading.label)


def test_the_threshold_of_emergencies_is_below_the_others(shipped):
    limits = shipped.thresholds
    assert all(limits["emergency"] < limits[name] for name in SPECIALTIES if name != "emergency")


def test_what_may_be_an_emergency_is_urgent(shipped):
    assert shipped.read(MADE_UP[3]).urgency.label == "urgent"
    assert shipped.read(MADE_UP[9]).urgency.label == "routine"
