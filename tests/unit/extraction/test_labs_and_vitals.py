import pytest

from extraction.inference.rules.labs import labs
from extraction.inference.rules.vitals import vitals
from extraction.inference.schema import Lab, LabFlag, Vital
from tests.unit.extraction.read import measured, words_of


def labs_of(text: str) -> list[Lab]:
    return list(labs(*measured(text)))


def vitals_of(text: str) -> list[Vital]:
    return list(vitals(*measured(text)))


@pytest.mark.parametrize(
    ("text", "name", "value", "unit"),
    [
        ("Creatinine 1.4 mg/dL.", "creatinine", 1.4, "mg/dL"),
        ("Her hemoglobin was 8.6 g/dL.", "hemoglobin", 8.6, "g/dL"),
        ("WBC 5.6", "white blood cells", 5.6, None),
        ("The platelet count was 52 × 109/L.", "platelets", 52, "10*9/L"),
        ("platelet count of 149,000/μL", "platelets", 149000, "/uL"),
        ("a pH of 7.45", "pH", 7.45, None),
        ("INR: 2.1", "INR", 2.1, None),
        ("C-reactive protein (16.70 mg/L)", "C-reactive protein", 16.7, "mg/L"),
        ("left ventricular ejection fraction (LVEF) of 45%", "ejection fraction", 45, "%"),
        ("Potassium was found to be 5.2 mmol/l", "potassium", 5.2, "mmol/L"),
        ("with 88% neutrophils", "neutrophils", 88, "%"),
        ("BE of −5.1 mmol/l", "base excess", -5.1, "mmol/L"),
        ("PaCO2 36 mm Hg", "pCO2", 36, "mm[Hg]"),
        ("erythrocyte sedimentation rate was 30 mm/h", "erythrocyte sedimentation rate", 30, "mm/h"),
        ("LDH: 332 U/L", "lactate dehydrogenase", 332, "[U]/L"),
    ],
)
def test_a_value_finds_its_name_and_its_unit(text, name, value, unit):
    (found,) = labs_of(text)
    assert (found.name, found.value, found.unit) == (name, value, unit)


def test_the_value_with_its_unit_is_the_first_evidence():
    (found,) = labs_of("Creatinine was 1.4 mg/dL.")
    assert [each.field for each in found.evidence[:2]] == ["value", "name"]
    assert words_of(found, "value") == ["1.4 mg/dL"]


def test_each_of_many_values_in_a_row_is_of_its_own_test():
    found = labs_of("sodium 140 mmol/L, potassium 3.5 mmol/L, chloride 101 mmol/L and BUN 12 mg/dL")
    assert [(each.name, each.value) for each in found] == [
        ("sodium", 140), ("potassium", 3.5), ("chloride", 101), ("blood urea nitrogen", 12),
    ]  # fmt: skip


def test_a_value_that_fell_has_both_ends():
    found = labs_of("Creatinine fell from 798 to 98 μmol/l.")
    assert {each.name for each in found} == {"creatinine"}
    assert [(each.value, each.unit) for each in found] == [(798, None), (98, "umol/L")]


@pytest.mark.parametrize(
    ("text", "low", "high", "flag"),
    [
        ("Creatinine 1.4 mg/dL (normal range 0.6-1.2)", 0.6, 1.2, LabFlag.HIGH),
        ("zinc level of 29 ug/dL (normal range 56-134 ug/dL)", 56, 134, LabFlag.LOW),
        ("D-dimers (23.45 mg/L; normal range, <0.55 mg/L)", None, 0.55, LabFlag.HIGH),
        ("calcium, 8.2 mg/dL (8.8–10.3 mg/dL)", 8.8, 10.3, LabFlag.LOW),
        ("Potassium 4.0 mmol/L (reference 3.5-5.0)", 3.5, 5.0, LabFlag.NORMAL),
    ],
)
def test_the_range_beside_a_value_is_its_reference_and_flags_it(text, low, high, flag):
    (found,) = labs_of(text)
    assert (found.reference_low, found.reference_high, found.flag) == (low, high, flag)


def test_without_range_or_mark_there_is_no_flag():
    (found,) = labs_of("Creatinine 9.9 mg/dL.")
    assert found.flag is None
    assert labs_of("Potassium 6.1 (H)")[0].flag == LabFlag.HIGH


@pytest.mark.parametrize(
    ("text", "name", "value", "flag"),
    [
        ("Urinalysis was negative.", "urinalysis", "negative", LabFlag.NORMAL),
        ("C-reactive protein was not elevated.", "C-reactive protein", "not elevated", LabFlag.NORMAL),
        ("Liver enzymes were markedly elevated.", "liver enzymes", "markedly elevated", LabFlag.HIGH),
        ("He had elevated lactate.", "lactate", "elevated", LabFlag.HIGH),
        ("ANA was positive.", "antinuclear antibody", "positive", LabFlag.HIGH),
        ("Viral studies were negative.", "viral studies", "negative", LabFlag.NORMAL),
        ("HIV negative, and well.", "hiv", "negative", LabFlag.NORMAL),
        ("She had positive tyrosine phosphatase antibody.", "tyrosine phosphatase antibody", "positive", LabFlag.HIGH),
        ("He has normal disc height.", "disc height", "normal", LabFlag.NORMAL),
    ],
)
def test_a_judgement_is_a_value_too(text, name, value, flag):
    (found,) = labs_of(text)
    assert (found.name.lower(), found.value_text, found.flag, found.value) == (name.lower(), value, flag, None)


def test_below_a_limit_is_kept_as_such():
    (found,) = labs_of("Her free carnitine level was <3 μmol/L.")
    assert (found.comparator, found.value) == ("<", 3)


@pytest.mark.parametrize(
    "text",
    [
        "He was seen on day 5 (Figure 2).", "A 54-year-old man for 3 months.", "Prednisone 60 mg daily.",
        "Cisplatin (60 mg/m2) was given.", "There were 3 children.", "Disc protrusion at C4-5.",
    ],
)  # fmt: skip
def test_other_numbers_are_no_values(text):
    assert labs_of(text) == []


@pytest.mark.parametrize(
    ("text", "name", "value", "second", "unit"),
    [
        ("BP 140/90 mmHg", "blood pressure", 140, 90, "mm[Hg]"),
        ("On admission the blood pressure was 120/80 mm Hg", "blood pressure", 120, 80, "mm[Hg]"),
        ("heart rate 90 beats per minute", "heart rate", 90, None, "{beats}/min"),
        ("Temperature 38.9 °C", "temperature", 38.9, None, "Cel"),
        ("His temperature is 97.7", "temperature", 97.7, None, None),
        ("oxygen saturation of 94 % in air", "oxygen saturation", 94, None, "%"),
        ("respiratory rate was 20", "respiratory rate", 20, None, None),
        ("weight 14.2 kg", "weight", 14.2, None, "kg"),
        ("body mass index (BMI) of 40", "body mass index", 40, None, None),
        ("Glasgow coma scale at 14", "Glasgow coma scale", 14, None, None),
    ],
)
def test_vital_signs_are_told_with_their_unit_if_the_text_has_one(text, name, value, second, unit):
    (found,) = vitals_of(text)
    assert (found.name, found.value, found.second_value, found.unit) == (name, value, second, unit)


def test_single_letters_are_vital_signs_only_beside_others():
    found = vitals_of("T 98.6, P 84, R 20, BP 126/80.")
    assert {(each.name, each.value) for each in found} == {
        ("temperature", 98.6), ("heart rate", 84), ("respiratory rate", 20), ("blood pressure", 126),
    }  # fmt: skip
    assert vitals_of("See P 84 of the book.") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He was in NYHA class II.", "NYHA class II"),
        ("A grade 2/6 murmur was heard.", "grade 2/6"),
        ("It was staged T1bN1M0.", "T1bN1M0"),
    ],
)
def test_grades_and_classes_are_values(text, value):
    assert value in [words for found in labs_of(text) for words in words_of(found, "value")]


def test_a_first_degree_relative_is_no_grade():
    assert labs_of("She has no first-degree relatives.") == []


def test_the_next_of_two_shares_is_of_the_same_thing():
    found = labs_of("She had 2/5 strength in her right arm, 4/5 in the left.")
    assert [words_of(each, "value") for each in found] == [["2/5"], ["4/5"]]


@pytest.mark.parametrize(
    "text",
    [
        "Potassium 5.9 mmol/L H 3.5-5.0", "Potassium 5.9 mmol/L (H) [3.5-5.0]", "Potassium | 5.9 | mmol/L | 3.5-5.0",
        "Potassium\t5.9\tmmol/L\t3.5-5.0", "Potassium 5.9 mmol/L 3.5 - 5.0",
    ],
)  # fmt: skip
def test_a_row_of_a_table_has_its_unit_its_reference_and_its_flag(text):
    (found,) = labs_of(text)
    assert (found.value, found.unit, found.reference_low, found.reference_high, found.flag) == (
        5.9, "mmol/L", 3.5, 5.0, LabFlag.HIGH,
    )  # fmt: skip


def test_a_value_before_its_name_is_not_given_to_the_name_before():
    found = labs_of("WBC 12.3, 80% neutrophils, 15% lymphocytes. UA: negative nitrite, 3+ protein.")
    assert [(each.name, each.value_text) for each in found] == [
        ("white blood cells", "12.3"), ("neutrophils", "80"), ("lymphocytes", "15"), ("nitrite", "negative"),
        ("protein", "3+"),
    ]  # fmt: skip


def test_names_and_values_without_anything_between_them_stay_in_their_order():
    found = labs_of("WBC 5.6 Hgb 12.3 Hct 36.1 Plt 200")
    assert [each.value for each in found] == [5.6, 12.3, 36.1, 200]


def test_a_height_in_feet_and_inches_is_one_and_a_pressure_may_be_spoken():
    (height,) = vitals_of("height 5 feet 10 inches")
    assert (height.value_text, height.value) == ("5 feet 10 inches", None)
    (pressure,) = vitals_of("Blood pressure 120 over 80.")
    assert (pressure.value, pressure.second_value) == (120, 80)


@pytest.mark.parametrize(
    "text",
    [
        "A CT scan revealed an abnormal vascular anastomosis.", "The ECG showed low-voltage complexes.",
        "Gastroscopy showed increased mucosal folds.", "He was draped in the normal sterile fashion.",
        "He had BNP and high-sense troponin drawn.",
    ],
)  # fmt: skip
def test_a_word_that_is_of_something_else_is_no_result(text):
    assert labs_of(text) == []


@pytest.mark.parametrize(("text", "unit"), [("Temp 37.2 C", "Cel"), ("Temperature: 99.1 F", "[degF]")])
def test_in_a_temperature_c_and_f_are_degrees(text, unit):
    (found,) = vitals(*measured(text))
    assert found.unit == unit
