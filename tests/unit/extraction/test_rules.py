import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.inference import rules
from extraction.inference.grounding import ungrounded_in
from extraction.inference.schema import KINDS, Extraction

NOTE = """Elm Road Surgery, 20 November 2026
Re: girl, 3 years, weight 14.2 kg
HISTORY: Four days of fever and productive cough. No vomiting. Her older brother has asthma.
EXAMINATION: Temperature 38.9 °C, respiratory rate 46, oxygen saturation 94 % in air.
LABS: CRP 45 mg/L (normal <5 mg/L), WBC 15.6 x10^9/L. Chest X-ray was normal.
MEDICATIONS: Amoxicillin 250 mg/5 ml, 5 ml three times a day.
ALLERGIES: Penicillin (rash).
PLAN: Follow up in 2 days with Dr. Jane Smith.
"""


def test_a_note_gives_every_kind_of_fact():
    told = rules.extract(NOTE)
    assert all(getattr(told, kind) for kind in KINDS), [kind for kind in KINDS if not getattr(told, kind)]
    assert told.patient.age is not None
    assert told.flags == ()


def test_an_answer_fits_the_schema_and_says_nothing_that_its_source_does_not():
    told = rules.extract(NOTE)
    assert Extraction.model_validate_json(told.model_dump_json()) == told
    assert ungrounded_in(told, NOTE) == ()


def test_the_same_text_has_the_same_answer():
    assert rules.extract(NOTE) == rules.extract(NOTE)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("", rules.EMPTY),
        (" \n\t", rules.EMPTY),
        (
            "El paciente presenta dolor de cabeza desde hace tres días y tiene fiebre con tos, sin otros síntomas.",
            rules.OTHER_LANGUAGE,
        ),
    ],
)
def test_a_text_that_cannot_be_read_says_why_and_gives_nothing(text, flag):
    told = rules.extract(text)
    assert told == Extraction(flags=(flag,))


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "(((((",
        "1" * 5_000,
        "a " * 5_000,
        "/" * 4_000,
        "9.9.9.9",
        "mg mg mg",
        "\x00\x01",
        "é" * 300,
        "0/0 0/0",
        "½" * 300,
        "(" * 2_000 + ")" * 2_000,
    ],
)
def test_a_hostile_text_breaks_nothing_and_is_answered_in_time(text):
    assert isinstance(rules.extract(text), Extraction)


def test_one_prescription_is_read_as_its_steps():
    told = rules.extract("Take 2 tablets of ibuprofen 200 mg every 6 hours for 3 days then 1 tablet daily")
    assert [(each.name, each.dose_amount, each.interval_unit) for each in told.medications] == [
        ("ibuprofen", 2, "hour"), ("ibuprofen", 1, "day"),
    ]  # fmt: skip


def test_the_engine_is_named_by_all_its_rules_and_lists():
    assert rules.engine().endswith(rules.digest()[:12])
    assert len(rules.digest()) == 64


PIECES = (
    "aspirin", "prednisone", "insulin", "81 mg", "1-2 tablets", "p.o.", "b.i.d.", "every 6 hours", "for 2 weeks", "prn",
    "creatinine", "WBC", "BP", "120/80", "1.4 mg/dL", "<0.5", "(normal 0.6-1.2)", "52 × 109/L", "98%", "negative", "3+",
    "fever", "no", "denies", "mother", "ALLERGIES:", "PLAN:", "FAMILY HISTORY:", "penicillin", "(rash)", "54-year-old",
    "man", "20 November 2026", "03/04/2019", "Dr. Smith", "stage IVB", "two days later", ".", ",", ";", "\n", "(", ")",
    "was", "of", "and", "from", "to", "5 feet", "10 inches", "½", "é", "\u2009", "-", "/", "per day", "10", "µg/kg/min",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from([" ", "", "\n", "  "]))
def test_whatever_the_text_no_value_is_without_its_source_and_every_answer_fits_the_schema(pieces, between):
    text = between.join(pieces)
    told = rules.extract(text)
    assert ungrounded_in(told, text) == ()
    assert Extraction.model_validate_json(told.model_dump_json()) == told
