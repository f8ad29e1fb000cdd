"""A list of medicines is of no language; letters in others are known as such."""

import pytest

from clinic.inference.documents.languages import OTHER, UNKNOWN, language_of


@pytest.mark.parametrize(
    "text",
    [
        "Medications: aspirin 75 mg od, metformin 500 mg bd, lisinopril 10 mg od.",
        "Aspirin 81 mg po daily, metformin 500 mg po bid, lisinopril 10 mg po daily.",
    ],
)
def test_list_of_medicines_when_it_is_short_then_it_is_not_taken_for_polish(text: str) -> None:
    assert language_of(text) == UNKNOWN


def test_polish_letter_is_still_of_another_language() -> None:
    text = "Dziecko od trzech dni gorączkuje, po lekach nie ma poprawy, jest osłabione i nie je."

    assert language_of(text) == OTHER
