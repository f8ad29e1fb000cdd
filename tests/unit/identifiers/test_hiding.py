import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.identifiers import making
from clinic.inference.identifiers import hide, restore, restored

TEXT = "Mr. Okwuosa (MRN: 44-71-2) saw Dr. Iturralde on 3/4/2020. Okwuosa denies pain."


def test_a_hidden_text_then_says_of_what_kind_each_thing_is_and_which_are_the_same():
    hidden = hide(TEXT)
    assert hidden.text == "Mr. [NAME_1] (MRN: [RECORD_1]) saw Dr. [NAME_2] on [DATE_1]. [NAME_1] denies pain."
    assert hidden.map == {
        "[NAME_1]": "Okwuosa", "[RECORD_1]": "44-71-2", "[NAME_2]": "Iturralde", "[DATE_1]": "3/4/2020",
    }  # fmt: skip


def test_a_hidden_text_when_restored_then_the_same_letter_by_letter():
    hidden = hide(TEXT)
    assert restore(hidden.text, hidden.map) == TEXT


def test_placeholders_that_the_text_has_itself_then_not_taken_for_ours():
    text = "Template says [NAME_1] and [name 2]. Mr. Okwuosa signed."
    hidden = hide(text)
    assert hidden.map == {"[NAME_3]": "Okwuosa"}
    assert restore(hidden.text, hidden.map) == text


@pytest.mark.parametrize("written", ["[NAME_1]", "[name_1]", "[NAME 1]", "[ NAME_1 ]", "[Name-1]"])
def test_an_answer_that_writes_a_placeholder_otherwise_then_understood(written):
    assert restore(f"{written} is stable", {"[NAME_1]": "Okwuosa"}) == "Okwuosa is stable"


def test_a_placeholder_that_nobody_gave_then_left_as_it_is():
    assert restore("[NAME_7]", {"[NAME_1]": "Okwuosa"}) == "[NAME_7]"


def test_an_answer_of_parts_then_its_texts_are_restored_and_its_keys_not():
    answer = {"[NAME_1]": ["[NAME_1]", 3, {"who": "[NAME_1]"}, None]}
    assert restored(answer, {"[NAME_1]": "Okwuosa"}) == {"[NAME_1]": ["Okwuosa", 3, {"who": "Okwuosa"}, None]}


@pytest.mark.parametrize("words", ["denies pain", "(MRN:", "saw Dr."])
def test_a_stretch_of_the_hidden_text_then_its_place_in_the_source(words):
    hidden = hide(TEXT)
    start = hidden.text.index(words)
    low, high = hidden.source_span(start, start + len(words))
    assert TEXT[low:high] == words


def test_a_stretch_that_cuts_a_placeholder_then_takes_all_of_it():
    hidden = hide(TEXT)
    start = hidden.text.index("NAME_2")
    low, high = hidden.source_span(start, start + 3)
    assert TEXT[low:high] == "Iturralde"


def test_every_stretch_of_made_up_documents_then_back_at_its_place():
    for made in making.documents(20, seed=5):
        hidden = hide(made.text)
        assert restore(hidden.text, hidden.map) == made.text
        assert hidden.source_span(0, len(hidden.text)) == (0, len(made.text))
        for swap in hidden.swaps:
            assert hidden.source_span(swap.start, swap.end) == (swap.source_start, swap.source_end)
            assert hidden.map[hidden.text[swap.start : swap.end]] == made.text[swap.source_start : swap.source_end]


def test_identifiers_planted_in_made_up_documents_then_hardly_any_is_left_and_none_when_written_plainly():
    left = [
        made.text[planted.start : planted.end]
        for made in making.documents(40, seed=6)
        if made.style == "written"
        for planted in made.planted
        if planted.kind and made.text[planted.start : planted.end] in hide(made.text).text.split()
    ]
    assert left == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_then_comes_back_as_it_was(text):
    hidden = hide(text)
    assert restore(hidden.text, hidden.map) == text
