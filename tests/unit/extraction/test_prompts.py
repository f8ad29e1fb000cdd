"""A prompt is named by its text, and its figures count what people would count."""

import json

import pytest

from extraction import prompts, trial_figures
from extraction.inference.grounding import ungrounded_in
from extraction.inference.schema import Extraction
from extraction.trial_figures import Asked, compared, figures, values, why_not


def test_text_when_it_looks_the_same_then_it_is_the_same_prompt():
    one, other = prompts.normal("Read this. \r\nSay null.\r\n\r\n"), prompts.normal("Read this.\nSay null.")

    assert one == other and prompts.digest(one) == prompts.digest(other)
    assert prompts.digest(one) != prompts.digest(prompts.normal("Read this.\nSay nothing."))


def test_example_of_a_shipped_prompt_when_held_against_its_document_then_every_value_stands_in_it():
    for text in prompts.shipped().values():
        document = text.split("<document>\n")[-1].split("\n</document>")[0]
        answer = text.split("</document>\n\n")[-1].split("\n\nThe example")[0]
        told = Extraction.model_validate(json.loads(answer))

        assert told.medications and ungrounded_in(told, document) == ()


def test_values_when_only_their_writing_differs_then_they_are_the_same():
    wanted = values([("medications.0", {"name": "Amoxicillin", "strength": "250 mg", "frequency": "Twice  daily"})])
    found = values([("medications.4", {"name": "amoxicillin", "dose": "250 mg", "frequency": "twice daily"})])

    assert wanted == found and len(wanted) == 3
    assert values([("vitals.0", {"name": "BP", "value": 120.0})]) == values(
        [("vitals", {"name": "pressure", "value": 120})]
    )


def test_figures_when_a_document_got_no_answer_then_what_it_says_counts_as_missed():
    told = figures([Asked(wanted=4, found=4, right=4), Asked(wanted=4, is_valid=False)], of_site=0)

    assert told.f1 is not None and round(told.f1.value, 3) == 0.667
    assert (told.valid, told.documents) == (1, 2)
    assert why_not(told, None) == [trial_figures.NOT_VALID]


def test_trial_when_all_is_right_then_it_passes_and_figures_come_back_from_their_row():
    told = figures([Asked(4, 4, 4), Asked(2, 2, 2)], of_site=1, dollars=0.2)

    assert why_not(told, told) == []
    assert trial_figures.Figures.from_json(json.loads(json.dumps(told.as_json()))) == told


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ([Asked(4, 4, 4, is_degenerate=True)], trial_figures.DEGENERATE),
        ([Asked(4, 4, 4, not_in_source=1)], trial_figures.UNFOUNDED),
        ([Asked(8, 8, 1)], trial_figures.TOO_LOW),
        ([], trial_figures.NOTHING_ASKED),
    ],
)
def test_trial_when_something_is_wrong_then_it_says_what(asked: list[Asked], reason: str):
    assert why_not(figures(asked, of_site=0), None) == [reason]


def test_trial_when_worse_than_the_live_prompt_beyond_chance_then_it_does_not_pass():
    live = figures([Asked(10, 10, 10)] * 12, of_site=0)
    worse = figures([Asked(10, 10, 6)] * 12, of_site=0)

    assert why_not(worse, live) == [trial_figures.WORSE]
    assert compared({("labs", "", "value", "4")}, set()).wanted == 1
