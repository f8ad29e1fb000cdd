import json

import pytest

from classify.inference import engine
from classify.inference.specialties import OTHER, SPECIALTIES
from classify.training import documents, folds, foreign, leakage, learning, shipping
from classify.training.documents import Document
from classify.training.learning import Plan
from classify.training.made_up import MADE_UP
from classify.training.urgent import is_urgent
from clinic.engines import manifests
from tests.unit.classify.made import SMALL, made


def test_what_was_learned_is_written_opened_and_says_its_golden_cases_again(trained, tmp_path):
    shipping.ship(trained, tmp_path, version="1", draws=4, say=lambda line: None)
    manifest = manifests.read(tmp_path)
    reader = engine.load(tmp_path, manifest.told)
    assert reader.read("A rash of the skin, psoriasis or eczema, was seen in the clinic today").label == "dermatology"
    assert {metric["name"] for metric in json.loads((tmp_path / "card.json").read_text())["metrics"]} >= {
        "macro-F1 of the five", "emergency found at its threshold", "calibration error",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_weights_words_and_limits(trained):
    again = learning.train(learning.split(made(120), 1, lambda line: None), Plan(SMALL), lambda line: None)
    assert again.heads.vocabulary == trained.heads.vocabulary
    assert again.heads.weights.tobytes() == trained.heads.weights.tobytes()
    assert again.doubt == trained.doubt


def test_no_group_and_no_copy_is_in_two_folds():
    text = MADE_UP[0] + " " + MADE_UP[3]
    copied = [Document(text, "cardiology", "a", "x"), Document(text + " Copied.", "cardiology", "b", "x")]
    parted = learning.split([*copied, *made(60)], 1, lambda line: None)
    assert parted.fold[0] == parted.fold[1]
    assert parted.copies.across(["a", "b", *map(str, range(60))]) >= 1
    assert (0, 1) in parted.copies.pairs


def test_documents_that_share_a_phrase_are_no_copies():
    assert leakage.copies_among([MADE_UP[0], MADE_UP[1], MADE_UP[0][:60] + MADE_UP[9]]).pairs == ()


def test_folds_part_no_group():
    groups = [str(number // 3) for number in range(90)]
    fold = folds.fold_of_each([SPECIALTIES[number // 3 % 5] for number in range(90)], groups, 1)
    assert all(len({fold[row] for row in range(90) if groups[row] == group}) == 1 for group in groups)


def test_a_row_whose_licence_does_not_allow_it_is_left_out():
    row = {"text": "Some document", "label": "cardiology", "licence": "all rights reserved"}
    assert documents.document_of(row) == "its licence does not allow it"
    assert isinstance(documents.document_of(row | {"licence": "CC0 (as stated)"}), Document)


def test_a_line_that_is_no_row_and_a_note_without_a_specialty_are_counted_and_left_out(tmp_path):
    note = {"transcription": "A note of some length"}
    good = {"text": "A document of some length", "label": "cardiology"}
    lines = ["{broken", "[1]", json.dumps(note), json.dumps(good)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    loaded = documents.load([tmp_path / "in.jsonl"])
    assert loaded.left_out == {documents.NO_ROW: 2, "a note without a specialty": 1}
    assert [each.label for each in loaded.documents] == ["cardiology"]


def test_too_few_documents_are_refused_with_a_sentence():
    with pytest.raises(learning.TooFew, match="emergency 2"):
        learning.demand_enough(made(12))
    learning.demand_enough(made(30))


def test_a_note_that_may_be_of_the_five_is_no_example_of_another_kind():
    note = {"transcription": "A note of some length", "text_id": "1", "specialties": ["Surgery", "Gastroenterology"]}
    found = documents.document_of(note)
    assert isinstance(found, Document)
    assert found.label == ""
    other = documents.document_of(note | {"specialties": ["Orthopedic"]})
    assert isinstance(other, Document)
    assert other.label == OTHER


def test_urgency_is_known_of_notes_by_what_was_said_about_them():
    note = Document("text", OTHER, "1", documents.NOTES, told="Acute appendicitis.")
    assert is_urgent(note) is True
    assert is_urgent(Document("text", OTHER, "1", documents.NOTES, told="Routine visit.")) is False
    assert is_urgent(Document("text", OTHER, "1", documents.NOTES)) is None
    assert is_urgent(Document("text", "cardiology", "1", "medquad", told="Acute.")) is None


def test_texts_of_another_kind_are_the_same_from_the_same_seed_and_others_from_another():
    assert foreign.to_learn_from(1, 10) == foreign.to_learn_from(1, 10)
    assert not set(foreign.to_learn_from(1, 10)) & {t for texts in foreign.to_measure_on(1, 10).values() for t in texts}
