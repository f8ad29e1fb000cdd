import argparse
import json
from dataclasses import replace

import numpy as np

from classify.inference.specialties import SPECIALTIES
from classify.training import cleaning, command, comparing, elsewhere, impact, measuring, reporting, search
from classify.training.candidates import SHIPPED
from classify.training.comparing import Compared
from classify.training.documents import Document
from clinic.doubt.intervals import Figure
from tests.unit.classify.made import SMALL, made

FIGURE = Figure(0.8, 0.7, 0.9, 100)
BETTER = replace(FIGURE, value=0.85)
FIVE = len(SPECIALTIES)


def chances(place: int, sure: float) -> list[float]:
    return [sure if number == place else (1 - sure) / (FIVE - 1) for number in range(FIVE)]


def test_a_wrong_label_is_found_by_disagreement_and_shown_with_why_it_was_given():
    truth = np.array([0] * 20 + [1] * 20)
    told = np.array([chances(0, 0.9)] * 20 + [chances(1, 0.9)] * 19 + [chances(0, 0.95)])
    documents = [
        Document(f"text {row}", SPECIALTIES[truth[row]], str(row), "x", str(row), "a rule") for row in range(40)
    ]
    (found,) = cleaning.doubted(documents, told, truth)
    assert (found.document, found.label, found.rather, found.basis) == ("39", "emergency", "cardiology", "a rule")


def test_an_engine_that_is_merely_unsure_doubts_no_label():
    truth = np.array([0] * 20 + [1] * 20)
    told = np.array([chances(0, 0.9)] * 20 + [chances(1, 0.9)] * 19 + [chances(0, 0.4)])
    assert cleaning.rather_of(told, truth).tolist() == truth.tolist()


def test_an_overlooked_emergency_that_nobody_sees_weighs_most():
    documents = [Document("text", label, "1", "x", label) for label in ("dermatology", "emergency", "cardiology")]
    told = np.zeros((3, 6))
    told[:, 3] = 0.9
    truth = np.array([SPECIALTIES.index(each.label) for each in documents])
    found = impact.errors(documents, told, np.array([False, True, False]), truth)
    assert [error.document for error in found] == ["emergency", "cardiology", "dermatology"]


def test_weighted_f1_counts_emergencies_more():
    truth = np.array([1] * 10 + [4] * 10)
    emergencies_right = np.array([1] * 10 + [3] * 10)
    rashes_right = np.array([3] * 10 + [4] * 10)
    assert impact.weighted_f1(truth, emergencies_right) > impact.weighted_f1(truth, rashes_right)


def test_a_source_is_not_judged_by_labels_it_does_not_have():
    truth, answer = np.array([0, 0, 3, 3]), np.array([0, 0, 3, 4])
    assert round(impact.f1_of_occurring(truth, answer), 3) == 0.833


def test_the_shipped_make_wins_unless_another_is_a_point_better():
    shipped = Compared(FIGURE, FIGURE, FIGURE, FIGURE)
    close, far = replace(shipped, macro_f1=replace(FIGURE, value=0.805)), replace(shipped, macro_f1=BETTER)
    assert comparing.winner({SHIPPED: shipped, "other": close}) == SHIPPED
    assert comparing.winner({SHIPPED: shipped, "other": far}) == "other"


def test_the_report_says_all_that_was_measured(trained, tmp_path):
    compared = {SHIPPED: Compared(FIGURE, FIGURE, FIGURE, FIGURE)}
    report = reporting.of(trained, measuring.told(trained), 4, candidates=compared, winner=SHIPPED)
    reporting.write(report, tmp_path)
    page = (tmp_path / reporting.PAGE).read_text()
    for title in ("macro-F1 of the five", "F1 weighted by risk", "ROC area", "Confusion", "Calibration", "Candidates",
                  "Too few documents have a date"):  # fmt: skip
        assert title in page
    told = json.loads((tmp_path / reporting.JSON).read_text())
    assert told["figures"]["macro-F1 of the five"]["n"] == 100


def test_each_source_is_read_by_heads_of_the_others():
    documents = [replace(each, source="ab"[number // 6 % 2]) for number, each in enumerate(made(72))]
    found = elsewhere.by_source(documents, [each.group for each in documents], SMALL, 4)
    assert sorted(found) == ["a", "b"]
    assert all(figure.n == 30 and figure.value > 0.8 for figure in found.values())


def test_later_documents_are_read_by_heads_of_earlier_ones():
    documents = [replace(each, date=f"2020-01-{number % 28 + 1:02d}") for number, each in enumerate(made(72))]
    found = elsewhere.by_time(documents, [each.group for each in documents], SMALL, 4)
    ((title, figure),) = found.items()
    assert title.startswith("from 2020-01-2")
    assert figure.n == 12


def test_the_search_chooses_among_costs_and_leaves_the_recipe_where_it_may_not_try():
    documents = made(60)
    groups = [each.group for each in documents]
    assert search.best(documents, groups, SMALL, 2).cost in search.COSTS[:2]
    assert search.best(documents, groups, SMALL, 0) is SMALL


def test_the_command_learns_without_doubted_labels_where_asked(tmp_path):
    rows = [{"text": each.text, "label": each.label, "group": each.group, "source": "x"} for each in made(36)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    said: list[str] = []
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    command.run(parser.parse_args([str(tmp_path / "in.jsonl"), "--clean"]), said.append)
    assert sum("doubted documents are left out" in line for line in said) == 6


def test_a_class_that_does_not_occur_is_never_rather():
    assert cleaning.usual_chances(np.array([[0.9, 0.1]]), np.array([0])).tolist() == [0.9, 1.0]
