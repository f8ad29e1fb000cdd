import pytest

from extraction.inference.rules.medications import medications
from extraction.inference.schema import Assertion, Medication, MedicationStatus
from tests.unit.extraction.read import ready, words_of


def only(text: str) -> Medication:
    (found,) = medications(ready(text))
    return found


@pytest.mark.parametrize(
    ("text", "name", "dose", "unit", "route", "frequency"),
    [
        ("He takes lisinopril 10 mg p.o. daily.", "lisinopril", 10, "mg", "oral", "daily"),
        ("Oral prednisolone, 30 mg daily, for ITP was started.", "prednisolone", 30, "mg", "oral", "daily"),
        ("She was given 1 g of IV methylprednisolone.", "methylprednisolone", 1, "g", "intravenous", None),
        (
            "Heparin (5,000 units subcutaneously twice a day) was begun.",
            "Heparin",
            5000,
            "[U]",
            "subcutaneous",
            "twice a day",
        ),
        ("Propofol 2 mg/kg was used.", "Propofol", 2, "mg/kg", None, None),
        ("levothyroxine 75 µg once daily", "levothyroxine", 75, "ug", None, "once daily"),
        ("Metformin 1,000 mg b.i.d.", "Metformin", 1000, "mg", None, "b.i.d."),
        ("dobutamine 5 mcg/kg/min", "dobutamine", 5, "ug/kg/min", None, None),
        ("Captopril therapy at a dose of 6.25\u2005mg daily was resumed.", "Captopril", 6.25, "mg", None, "daily"),
    ],
)
def test_dose_route_and_frequency_stand_around_the_name(text, name, dose, unit, route, frequency):
    found = only(text)
    assert (found.name, found.dose_amount, found.dose_unit, found.route, found.frequency) == (
        name,
        dose,
        unit,
        route,
        frequency,
    )


def test_each_value_points_at_its_own_words_and_the_name_comes_first():
    found = only("He takes lisinopril 10 mg p.o. daily.")
    assert found.evidence[0].field == "name"
    assert words_of(found, "dose") == ["10 mg"]
    assert words_of(found, "route") == ["p.o."]


def test_two_medicines_in_a_row_keep_their_own_doses():
    aspirin, crestor = medications(ready("Aspirin 81 mg daily, Crestor 20 mg at bedtime."))
    assert (aspirin.dose_amount, aspirin.frequency) == (81, "daily")
    assert (crestor.dose_amount, crestor.frequency) == (20, "at bedtime")


def test_how_strong_a_piece_is_and_what_is_taken_are_told_apart():
    syrup = only("Amoxicillin 250 mg/5 ml, 5 ml three times a day for 7 days.")
    assert (syrup.strength, syrup.dose, syrup.times, syrup.duration_amount, syrup.duration_unit) == (
        "250 mg/5 ml", "5 ml", 3, 7, "day",
    )  # fmt: skip
    tablets = only("Metformin, 2 tablets of 500 mg twice daily.")
    assert (tablets.strength, tablets.dose_amount, tablets.form) == ("500 mg", 2, "tablet")


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("She did not receive heparin.", Assertion.NEGATED),
        ("FAMILY HISTORY: Mother takes warfarin.", Assertion.FAMILY),
        ("He was treated with prednisone.", Assertion.PRESENT),
    ],
)
def test_a_medicine_that_was_not_given_or_is_of_another_is_told_as_such(text, assertion):
    assert only(text).assertion == assertion


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Methotrexate was discontinued.", MedicationStatus.STOPPED),
        ("He was started on amiodarone.", MedicationStatus.STARTED),
        ("Prednisone was tapered.", MedicationStatus.CHANGED),
        ("Lovenox was held.", MedicationStatus.HELD),
        ("She continues to take metformin.", MedicationStatus.ACTIVE),
        ("Aspirin 81 mg.", None),
    ],
)
def test_status_is_what_the_text_says_or_unknown(text, status):
    assert only(text).status == status


@pytest.mark.parametrize(
    "text",
    [
        "Serum potassium was 5.2 mmol/L.",
        "Digoxin level 1.2 ng/mL.",
        "Glucose 180 mg/dL and calcium 8.2 mg/dL.",
        "Methicillin-resistant Staphylococcus was grown.",
        "She is allergic to penicillin.",
        "ALLERGIES: Codeine, sulfa.",
        "Aspartate aminotransferase 31 IU/L.",
        "A routine machine examined the urine.",
    ],
)
def test_what_was_measured_or_not_tolerated_is_no_medicine(text):
    assert list(medications(ready(text))) == []


def test_a_substance_is_a_medicine_where_it_was_given():
    assert only("He was given potassium 20 mEq orally.").name == "potassium"
    assert only("Iron supplements were prescribed.").name in ("Iron", "Iron supplements")


def test_a_name_in_no_list_is_known_by_its_ending():
    assert only("He received fabricatinib 200 mg daily.").name == "fabricatinib"


def test_a_form_that_the_text_introduces_is_the_medicine_from_then_on():
    names = [each.name for each in medications(ready("Doxorubicin (DXR) was given. DXR was stopped later."))]
    assert names == ["Doxorubicin", "DXR", "DXR"]


def test_a_number_that_is_taken_is_of_pieces_and_the_mass_is_their_strength():
    found = only("Ibuprofen 200 mg tablets, take 1 every 6 hours as needed.")
    assert (found.strength, found.dose_amount, found.form, found.interval) == ("200 mg", 1, "tablet", 6)


@pytest.mark.parametrize("text", ["MEDICATIONS: none.", "ANESTHESIA: See below.", "• Medical treatment: rest."])
def test_a_heading_names_no_medicine(text):
    assert list(medications(ready(text))) == []


def test_a_rate_of_something_else_is_no_frequency():
    assert only("Seizures occurred 8/day despite phenytoin.").frequency is None


LISTED = """Medications:
- Warfarin 5 mg daily
- Nitroglycerin 0.4 mg sublingual prn chest pain
Discontinued ibuprofen.
- Lisinopril 10 mg daily
Stopped aspirin."""


def told_in(text: str) -> list[tuple[str | None, str | None, MedicationStatus | None]]:
    return [(each.name, each.dose, each.status) for each in medications(ready(text))]


def test_each_line_of_a_list_speaks_of_its_own_medicine():
    assert told_in(LISTED) == [
        ("Warfarin", "5 mg", None), ("Nitroglycerin", "0.4 mg", None), ("ibuprofen", None, MedicationStatus.STOPPED),
        ("Lisinopril", "10 mg", None), ("aspirin", None, MedicationStatus.STOPPED),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", ["- ", "* ", "• ", "– ", "1. ", "2) "])
def test_any_bullet_ends_what_is_said_of_a_medicine(mark):
    found = told_in(f"Current\n{mark}Warfarin 5 mg daily\n{mark}stopped aspirin\n{mark}Lisinopril 10 mg")
    assert found == [
        ("Warfarin", "5 mg", None), ("aspirin", None, MedicationStatus.STOPPED), ("Lisinopril", "10 mg", None),
    ]  # fmt: skip


def test_bullets_within_one_line_part_the_medicines():
    assert told_in("• Warfarin 5 mg daily • Stopped aspirin • Lisinopril 10 mg") == [
        ("Warfarin", "5 mg", None), ("aspirin", None, MedicationStatus.STOPPED), ("Lisinopril", "10 mg", None),
    ]  # fmt: skip


@pytest.mark.parametrize("verb", ["Stopped", "stopped", "Discontinued", "Hold", "held"])
def test_a_line_that_begins_with_a_change_is_of_what_it_names(verb):
    status = MedicationStatus.HELD if verb.lower().startswith("h") else MedicationStatus.STOPPED
    text = f"She takes her old and well known lisinopril 10 mg every morning with water\n{verb} aspirin"
    assert told_in(text) == [("lisinopril", "10 mg", MedicationStatus.ACTIVE), ("aspirin", None, status)]


def test_a_verb_on_the_next_line_is_of_the_medicine_that_waits_for_it():
    assert told_in("Because of a bleed the methotrexate was\nstopped in May.")[0][2] == MedicationStatus.STOPPED


def test_of_two_changes_before_a_medicine_the_nearer_counts():
    assert told_in("He stopped smoking and takes aspirin.")[0][2] == MedicationStatus.ACTIVE


def test_hold_is_held():
    assert only("Hold metformin.").status == MedicationStatus.HELD


@pytest.mark.parametrize(
    "text", ["Patient refused warfarin.", "Avoid warfarin.", "Warfarin was declined.", "PLAN: Avoid warfarin."]
)
def test_a_medicine_refused_or_to_be_avoided_is_not_taken(text):
    assert only(text).assertion == Assertion.NEGATED


def test_what_is_avoided_may_be_two_medicines_and_is_not_the_one_it_is_avoided_with():
    aspirin, ibuprofen = medications(ready("Avoid aspirin and ibuprofen."))
    assert (aspirin.assertion, ibuprofen.assertion) == (Assertion.NEGATED, Assertion.NEGATED)
    assert only("Avoid alcohol with metformin.").assertion != Assertion.NEGATED


def test_an_order_under_the_allergies_is_of_a_medicine():
    assert only("Allergies: penicillin\nHold metformin before contrast").name == "metformin"


def test_a_complaint_behind_prn_is_the_reason():
    assert only("Nitroglycerin 0.4 mg prn chest pain").reason == "chest pain"


def statuses(text: str) -> list[str | None]:
    return [each.status.value if each.status else None for each in medications(ready(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aspirin 75 mg od, hold before surgery.", ["held"]),
        ("Warfarin 3 mg daily, held for 5 days prior to colonoscopy.", ["held"]),
        ("Apixaban 5 mg bd, to be held 48 h before the procedure.", ["held"]),
        ("Aspirin 75 mg, held", ["held"]),
        ("Aspirin 75 mg od, hold metformin.", [None, "held"]),  # the order is about what follows it
        ("Metformin 500 mg bd, stop if vomiting.", [None]),  # nothing is stopped yet
        ("Held: lisinopril, furosemide.", ["held", "held"]),
    ],
)
def test_order_behind_a_medicine_when_it_holds_or_stops_then_it_is_kept(text, expected):
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stopped aspirin, metformin and lisinopril.", ["stopped", "stopped", "stopped"]),
        ("Aspirin, metformin and lisinopril were stopped on admission.", ["stopped", "stopped", "stopped"]),
        ("Aspirin and clopidogrel were held; atorvastatin was continued.", ["held", "held", "active"]),
        ("Stopped aspirin, metformin 500 mg bd continued.", ["stopped", "active"]),
        ("Stopped aspirin, continue metformin.", ["stopped", "active"]),
        ("Stop aspirin and start clopidogrel 75 mg daily.", ["stopped", "started"]),
    ],
)
def test_status_of_a_list_when_it_is_said_once_then_it_is_said_of_each(text, expected):
    assert statuses(text) == expected
