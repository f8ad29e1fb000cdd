from extraction.inference.rules import lexicon
from extraction.inference.rules.lexicon import Lexicon
from extraction.inference.rules.numbers import value_of, values_in
from extraction.inference.rules.sections import Outline
from extraction.inference.rules.sentences import Sentences
from extraction.inference.rules.tokens import fold, tokens_of
from extraction.inference.rules.units import ucum


def sentences(text: str) -> list[str]:
    return [each.text for each in Sentences.of(text).all]


def test_a_full_stop_of_a_short_form_or_a_number_ends_no_sentence():
    assert sentences("Dr. Smith gave 2.5 mg p.o. b.i.d. for it. She went home.") == [
        "Dr. Smith gave 2.5 mg p.o. b.i.d. for it.", "She went home.",
    ]  # fmt: skip


def test_a_broken_line_goes_on_and_a_list_does_not():
    assert sentences("He was treated with aspirin and the\npain went away.") == [
        "He was treated with aspirin and the\npain went away."
    ]
    assert sentences("- Aspirin\n- Fever") == ["- Aspirin", "- Fever"]


def test_sentences_cover_their_places():
    text = "One is here.  Two is there.\nThree."
    assert all(text[each.start : each.end] == each.text for each in Sentences.of(text).all)


def test_headings_open_sections_until_the_next():
    text = "Came in today.\nPAST MEDICAL HISTORY:, Asthma.,FAMILY HISTORY: None.\nPlan:\n1. Rest"
    outline = Outline.of(text)
    assert [section.kind for section in outline.sections] == ["", "past_history", "family_history", "plan"]
    assert outline.at(text.index("Asthma")).kind == "past_history"
    assert outline.at(text.index("Rest")).kind == "plan"


def test_a_heading_that_nobody_knows_ends_what_was_before():
    assert Outline.of("FAMILY HISTORY: none. ZEBRA NOTES: asthma").at(30).kind == ""


def test_spellings_of_a_word_are_one():
    assert fold("Haemoglobins") == fold("hemoglobin")
    assert fold("Tumours") == fold("tumor")
    assert fold("oedema") == fold("edema")


def test_a_lexicon_takes_the_longest_term_at_each_place():
    made = Lexicon()
    for spelling in ("pain", "chest pain", "ALS"):
        made.add("signs", spelling, spelling)
    text = "Chest-pain, pain; als ALS"
    assert [text[term.start : term.end] for term in made.terms(tokens_of(text), text)["signs"]] == [
        "Chest-pain",
        "pain",
        "ALS",
    ]


def test_a_term_does_not_reach_over_a_comma():
    made = Lexicon()
    made.add("signs", "chest pain", "chest pain")
    assert made.terms(tokens_of("chest, pain"), "chest, pain") == {}


def test_every_list_that_is_shipped_can_be_read():
    for name in lexicon.NAMES:
        assert sum(len(spellings) for _, spellings in lexicon.entries(name)) > 12, name


def test_numbers_are_read_in_figures_and_words():
    assert [value_of(said) for said in ("1,500", "2.5", "2,5", "seventy-two", "½", "1½", "1/2", "x")] == [
        1500, 2.5, 2.5, 72, 0.5, 1.5, 0.5, None,
    ]  # fmt: skip
    assert list(values_in("two tablets of 500 mg")) == [2, 500]


def test_units_become_ucum_or_stay_unknown():
    said = {
        "mg/dl": "mg/dL",
        "x10^9/L": "10*9/L",
        "mcg/kg/min": "ug/kg/min",
        "mm Hg": "mm[Hg]",
        "per minute": "/min",
        "blorps": None,
    }
    assert {written: ucum(written) for written in said} == said
