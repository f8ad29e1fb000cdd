"""Values on papers that must not wait are found, and what is normal, a range, a dose or long ago is not."""

import pytest

from clinic.models import UploadKind
from consult import made_up, shipping
from consult.inference import critical, engine, rules
from consult.inference.critical import critical_in
from consult.inference.schema import Asked, Heard, Picture, Seen, Urgency
from consult.sources import Shown
from tests.unit.consult.planted import cases


def about(text: str) -> set[str]:
    return {rule.about for rule, _words in critical_in(text)}


@pytest.mark.hazard("H06")
@pytest.mark.parametrize("named", ["critical_values", "critical_values_later"])
def test_every_planted_value_is_found_by_its_own_limit(named):
    assert [case["id"] for case in cases(named) if case["kind"] not in about(case["text"])] == []


@pytest.mark.parametrize("named", ["critical_values_harmless", "critical_values_later_harmless"])
def test_paper_without_one_raises_no_alarm(named):
    assert [case["id"] for case in cases(named) if about(case["text"])] == []


def test_each_limit_was_planted_and_says_itself_in_both_languages():
    assert {rule.about for rule in critical.rules()} == {case["kind"] for case in cases("critical_values")}
    for rule in critical.rules():
        assert rules.describe(rule.id, "en") != rules.describe(rule.id, "es")
        assert rule.act["en"] in rules.describe(rule.id, "en")


@pytest.mark.parametrize(("said", "found"), [
    ("Potassium 6.5 mmol/L", {"potassium_high"}), ("Potassium 6.49 mmol/L", set()),
    ("Potassium 2.49 mmol/L", {"potassium_low"}), ("Potassium 2.5 mmol/L", set()),
])  # fmt: skip
def test_limit_holds_to_the_last_digit(said, found):
    assert about(said) == found


@pytest.mark.parametrize("said", [
    "Potassium 71 mmol/L",  # a point that was not read: nobody has it
    "Glucose 34",  # mmol/l or mg/dl: either must not wait, and nobody knows which
    "Potassium and lithium were sent", "Potassium", "Potassium\n\n7.1", "K/uL 9", "Haemoglobin 5.8 mmol/mol",
])  # fmt: skip
def test_number_that_may_mean_something_else_is_left_to_people(said):
    assert about(said) == set()


def test_range_printed_before_what_was_found_is_passed_over():
    assert about("Potassium (3.5-5.3) 7.1 mmol/L") == {"potassium_high"}


def test_value_beside_a_range_that_belongs_to_another_is_found():
    assert about("Sodium 138 mmol/L (ref 133-146) Potassium 7.1 mmol/L") == {"potassium_high"}


def test_very_long_paper_takes_no_time():
    text = "Potassium " * 20_000
    assert about(text) == set()


def test_answer_begins_with_the_value_and_points_at_its_words():
    told = engine.load(shipping.FOLDER, shipping.FACTS).answer(made_up.paper())
    (flag,) = told.red_flags
    assert flag.title == "Potassium dangerously high (“Potassium 7.1 mmol/L”)"
    assert flag.sources == (Seen(0, "Potassium 7.1 mmol/L"),)
    assert told.sentences[0].text.startswith(flag.title) and told.blocked == ()
    assert Urgency.EMERGENCY in told.prediction_set and Urgency.ROUTINE not in told.prediction_set


@pytest.mark.parametrize("picture", [
    Picture("film", "Potassium 7.1 mmol/L"), Picture("document", "Potassium 7.1 mmol/L", is_usable=False),
])  # fmt: skip
def test_words_of_an_engine_and_of_an_unusable_picture_count_for_nothing(picture):
    assert critical.holding((picture,)) == []


def test_value_beyond_what_is_quoted_is_found_and_nothing_else_of_the_paper_is_said():
    paper = "John Carter, born 3 May 1961. " + "Plain words. " * 500 + "Potassium 7.1 mmol/L"
    picture = Picture("document", "Plain words.", paper=paper)
    told = engine.load(shipping.FOLDER, shipping.FACTS).answer(Asked(Heard("a cold"), (picture,)))
    assert [flag.rule for flag in told.red_flags] == ["CV-02"] and "Carter" not in told.text


class File:
    id, sha256 = "5f2b1c52-0f0e-4d6e-9d2d-0f7c2f1c0001", "00" * 32

    def __init__(self, kind: UploadKind) -> None:
        self.kind = kind


READ = {"text": "Sodium 138\nPotassium 7.1 mmol/L",
        "pages": [{"number": 2, "words": [
            [0, 6, 0.1, 0.1, 0.2, 0.05], [11, 20, 0.1, 0.2, 0.2, 0.05],
            [21, 24, 0.5, 0.2, 0.1, 0.05], [25, 31, 0.65, 0.21, 0.1, 0.05],
        ]}]}  # fmt: skip


@pytest.mark.parametrize(("kind", "sort"), [(UploadKind.DOCUMENT, "page"), (UploadKind.IMAGE, "image")])
def test_place_of_words_is_the_box_around_them(kind, sort):
    place = Shown(File(kind), READ).place("Potassium 7.1 mmol/L").as_json()  # type: ignore[arg-type]
    assert place["kind"] == sort and place.get("page", 2) == 2 and place["words"] == "Potassium 7.1 mmol/L"
    assert [round(place[side], 6) for side in ("left", "top", "width", "height")] == [0.1, 0.2, 0.65, 0.06]


def test_place_of_words_that_are_not_there_is_all_of_it():
    place = Shown(File(UploadKind.IMAGE), READ).place("Potassium 9.9").as_json()  # type: ignore[arg-type]
    assert (place["left"], place["top"], place["width"], place["height"]) == (0.0, 0.0, 1.0, 1.0)
