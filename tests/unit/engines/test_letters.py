"""The engine of letters by itself: what it learned, what it says, and that its evidence adds up."""

from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from clinic.inference.letters import engine, golden, linear, package, training
from clinic.inference.letters.corpus import letters
from clinic.inference.letters.features import features_of, tokens_of
from clinic.inference.letters.phrases import LABELS
from clinic.inference.letters.training import Sizes

SHIPPED = settings.BASE_DIR / "clinic" / "weights"
SMALL = {"learn": 300, "calibrate": 200, "measure": 200}
LETTER = "Dear team, thank you for seeing this boy. There is no stridor. Fever for 4 days and breathing fast. Yours"


@pytest.fixture(scope="module")
def reader() -> linear.LinearLetters:
    return linear.load(SHIPPED / "letters-1")


def test_letters_when_the_seed_is_the_same_then_the_same_letters_and_all_labels():
    assert letters(50, seed=3) == letters(50, seed=3) != letters(50, seed=4)
    assert {letter.label for letter in letters(50, seed=3)} == set(LABELS)


def test_words_when_denied_or_told_of_another_time_then_other_words():
    words = [token.word for token in tokens_of("Stridor. There is no stridor. Two years ago there was stridor.")]

    assert [word for word in words if "stridor" in word] == ["stridor", "not:stridor", "then:stridor"]


@given(st.text(max_size=300))
def test_tokens_when_made_of_any_text_then_each_lies_where_it_says(text: str):
    for token in tokens_of(text):
        assert text[token.start : token.end].lower() == token.word.rpartition(":")[2]


def test_evidence_when_all_of_it_is_added_up_then_it_is_the_margin_of_the_label(reader):
    for letter in letters(40, seed=9):
        features = features_of(letter.text)
        scores = reader.scores(features)
        label = LABELS[int(scores.argmax())]
        margin = scores.max() - np.delete(scores, scores.argmax()).mean()

        total = sum(span.weight for span in reader.spans(features, label)) + reader.margin_of_bias(label)

        assert total == pytest.approx(margin, abs=1e-9)


def test_reading_when_it_is_shown_then_the_words_that_speak_for_it_come_first(reader):
    reading = reader.read(LETTER)

    assert (reading.label, reading.probabilities["urgent"] > 0.8) == ("urgent", True)
    first = " ".join(LETTER[span.start : span.end] for span in reading.spans[:3] if span.weight > 0)
    assert "Fever" in first
    assert "breathing" in first


@pytest.mark.parametrize(
    ("text", "refusal"), [("Fever.", "too_short"), ("qwx zrt " * 20, "unfamiliar"), ("", "too_short")]
)
def test_reading_when_it_is_no_such_letter_then_refused_and_nothing_is_claimed(reader, text, refusal):
    reading = reader.read(text)

    assert (reading.refusal, reading.label, reading.probabilities, reading.prediction_set) == (refusal, "", None, ())


def test_reading_when_it_has_no_calibration_then_no_probability(reader):
    bare = linear.LinearLetters(reader.labels, reader.vocabulary, reader.weights, reader.bias)

    assert (bare.read(LETTER).label, bare.read(LETTER).probabilities) == ("urgent", None)


def test_sets_when_measured_on_fresh_letters_then_they_hold_the_truth_as_often_as_they_say(reader):
    fresh = letters(1500, seed=77)
    inside = [letter.label in reader.read(letter.text).prediction_set for letter in fresh]

    assert 0.875 <= sum(inside) / len(inside) <= 0.935
    for label in LABELS:
        of_class = [held for held, letter in zip(inside, fresh, strict=True) if letter.label == label]
        assert sum(of_class) / len(of_class) >= 0.85


@pytest.mark.parametrize("folder", ["letters-1", "letter-rules-1"])
def test_golden_when_asked_of_the_shipped_files_then_all_are_said_again(folder):
    manifest = {"backend": "rules" if "rules" in folder else "linear"}
    opened = engine.load(SHIPPED / folder, manifest)
    cases = golden.cases_in(SHIPPED / folder)

    assert len(cases) == package.GOLDEN_CASES
    assert [golden.differs(opened, case) for case in cases] == [None] * len(cases)


def test_golden_when_another_engine_answers_then_it_is_caught():
    cases = golden.cases_in(SHIPPED / "letters-1")
    other = engine.load(SHIPPED / "letter-rules-1", {"backend": "rules"})

    assert sum(golden.differs(other, case) is not None for case in cases) > len(cases) // 2


@pytest.mark.slow
def test_training_when_repeated_then_the_same_bytes_and_honest_figures(tmp_path: Path):
    for name in ("one", "two"):
        call_command("letters_train", out=tmp_path / name, verbosity=0, stdout=_nowhere(), **SMALL)

    first, second = ((tmp_path / name / "letters-1" / "manifest.json").read_bytes() for name in ("one", "two"))
    assert first == second
    figures = training.train(seed=2, sizes=Sizes(**SMALL)).metrics
    assert all(each["low"] <= each["value"] <= each["high"] and each["n"] > 0 for each in figures)


def _nowhere():
    import io

    return io.StringIO()
