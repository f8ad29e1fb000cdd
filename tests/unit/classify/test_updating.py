"""An engine moves towards what people decided, and stays where it was when that helps nobody."""

from pathlib import Path

import pytest

from classify.inference import engine
from classify.inference.engine import LinearDocuments
from classify.training import relearning, updating
from classify.training.updating import Correction
from clinic.engines import manifests
from tests.unit.classify.conftest import SHIPPED

NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
LIKE = "Thank you for seeing this child with a glazed heel after the summer camp, asked for the {} time. Please advise."


def decided(label: str, *, more: str = "") -> list[Correction]:
    return [Correction(LIKE.format(number) + more, label) for number in NUMBERS]


def test_engine_after_decisions_leans_to_what_people_said_of_such_documents(shipped: LinearDocuments):
    updated = updating.update(shipped, decided("pulmonology"))

    before, after = (one.read(LIKE.format("last")).scores["pulmonology"] for one in (shipped, updated.engine))
    assert updated.hold is not None and updated.after.value > updated.before.value
    assert after > before


def test_engine_that_was_right_already_is_left_as_it_is(shipped: LinearDocuments):
    agreed = decided("dermatology", more=" Eczema of the skin with an itching rash, plaques and psoriasis.")

    updated = updating.update(shipped, agreed)

    assert updated.before.value == 1 and updated.hold is None and updated.engine is shipped


def test_too_few_decisions_teach_nothing(shipped: LinearDocuments):
    with pytest.raises(updating.TooFew):
        updating.update(shipped, decided("cardiology")[:4])


def test_same_decisions_give_the_same_engine_to_the_last_byte(shipped: LinearDocuments, tmp_path: Path):
    corrections, made = decided("pulmonology"), []
    for name in ("one", "two"):
        made.append(relearning.write(updating.update(shipped, corrections), SHIPPED, tmp_path / name, corrections))

    assert made[0] == made[1] != manifests.read(SHIPPED).digest


def test_written_engine_opens_and_its_card_says_what_changed(shipped: LinearDocuments, tmp_path: Path):
    corrections = decided("pulmonology")
    relearning.write(updating.update(shipped, corrections), SHIPPED, tmp_path, corrections)
    told = manifests.read(tmp_path)
    manifests.check_files(tmp_path, told)

    card = manifests.card_of(tmp_path, ("purpose", "limits", "metrics"))

    assert card["changed_by_corrections"]["decisions"] == len(corrections)
    assert card["limits"][0].startswith("Learned on top of its training from 10 decisions")
    assert engine.load(tmp_path, told.told).read(LIKE.format("last")).scores
