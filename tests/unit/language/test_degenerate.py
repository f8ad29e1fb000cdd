import itertools
from typing import Any

import pytest

from clinic.language.degenerate import Degenerate, why_degenerate

EXAMPLE = {"medications": [{"name": "amoxicillin", "dose": "500 mg"}], "problems": ["otitis media"]}
INSTRUCTIONS = "Read the document and list every medication with its dose. Answer with nothing that it does not say."
PLACEHOLDERS = (
    "N/A", "n/a", "None", "null", "unknown", "not provided", "Not specified.", "TBD", "TODO", "...", "…", "-", "___",
    "???",
    "string", "text", "value", "placeholder", "example", "foo", "lorem ipsum dolor sit amet", "your answer here",
    "insert name", "<name>", "{{dose}}", "{name}",
    "[insert dose]", "[dose]", "${name}", "xxx", "desconocido", "no consta",
)  # fmt: skip
REFUSALS = (
    "I'm sorry, but I can't help with that.", "As an AI language model I have no access to records.",
    "I cannot assist with this request.", "I am unable to process medical documents.", "Unable to comply.",
    "Lo siento, no puedo ayudar con eso.",
)  # fmt: skip
EMPTY: tuple[Any, ...] = (None, "", " ", {}, [], {"a": ""}, {"a": None, "b": []}, [[], {}], {"a": {"b": [" ", "\n"]}})
SHAPES = (
    lambda said: said,
    lambda said: {"summary": said},
    lambda said: {"medications": [{"name": said, "dose": said}]},
)


def planted() -> list[tuple[Any, Degenerate]]:
    """More than a hundred answers that say nothing."""
    found: list[tuple[Any, Degenerate]] = [(answer, Degenerate.EMPTY) for answer in EMPTY]
    found += [(shape(said), Degenerate.PLACEHOLDER) for said, shape in itertools.product(PLACEHOLDERS, SHAPES)]
    found += [(shape(said), Degenerate.REFUSAL) for said, shape in itertools.product(REFUSALS, SHAPES)]
    found += [(EXAMPLE, Degenerate.EXAMPLE), ({"medications": EXAMPLE["medications"]}, Degenerate.EXAMPLE)]
    found += [({"problems": ["Otitis media"], "medications": [{"name": "Amoxicillin"}]}, Degenerate.EXAMPLE)]
    found += [({"summary": INSTRUCTIONS}, Degenerate.INSTRUCTIONS), ({"summary": "pain " * 60}, Degenerate.REPEATED)]
    return found


def test_a_hundred_planted_answers_that_say_nothing_then_all_are_told_by_their_reason():
    answers = planted()
    assert len(answers) >= 100
    wrong = [
        (answer, expected, why)
        for answer, expected in answers
        if (why := why_degenerate(answer, example=EXAMPLE, instructions=INSTRUCTIONS)) is not expected
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "answer",
    [
        "The patient has otitis media.",
        {"medications": [{"name": "amoxicillin", "dose": "250 mg"}, {"name": "ibuprofen", "dose": "400 mg"}]},
        {"problems": ["otitis media"], "medications": [{"name": "cefuroxime", "dose": "250 mg"}]},
        {"medications": [{"name": "warfarin", "dose": None, "reason": "unknown", "since": "2019"}]},
        {"age": 67},
        {"problems": ["unknown primary carcinoma"]},
        "No text of the note mentions a fever, and the cough is not new.",
    ],
)
def test_an_answer_that_says_something_then_is_believed(answer):
    assert why_degenerate(answer, example=EXAMPLE, instructions=INSTRUCTIONS) is None


def test_an_empty_answer_where_nothing_can_be_the_truth_then_is_believed():
    assert why_degenerate({"medications": []}, may_be_empty=True) is None
