from itertools import pairwise

import pytest

from clinic.inference.identifiers import Kind, find


def found(text: str) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], each.kind.value) for each in find(text)]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Seen by Dr. House today.", "House", Kind.NAME),
        ("PATIENT: OYELARAN, ADEBAYO   MRN: 4471", "OYELARAN, ADEBAYO", Kind.NAME),
        ("His wife Hope was present.", "Hope", Kind.NAME),
        ("Chukwuemeka Adichie was admitted.", "Chukwuemeka Adichie", Kind.NAME),
        ("Verified by Mphemba, Jarmila.", "Mphemba, Jarmila", Kind.NAME),
        ("Signed: Ngozi Eze, MD", "Ngozi Eze", Kind.NAME),
        ("Atendida por la Dra. Iturralde Núñez.", "Iturralde Núñez", Kind.NAME),
        ("Paciente: María del Carmen Ibáñez, NHC 4471234", "María del Carmen Ibáñez", Kind.NAME),
        ("BERTIN, IUSTINIAN | 38-3469 | M", "BERTIN, IUSTINIAN", Kind.NAME),
        ("Statement date 3/4/2020\nHai Szafak\n12 Oak Street", "Hai Szafak", Kind.NAME),
        ("Findings were called to Stancu by White.", "White", Kind.NAME),
        ("Will's sister called.", "Will's", Kind.NAME),
        ("He married Nkazimulo in spring.", "Nkazimulo", Kind.NAME),
        ("SU HIJO LIVIO COMENTA QUE DUERME MAL.", "LIVIO", Kind.NAME),
        ("His nephew came from Ashtabula.", "Ashtabula", Kind.PLACE),
        ("Trasladada desde Clínica Constitución.", "Clínica Constitución", Kind.PLACE),
        ("Ashley Hall, 95, widowed.", "95", Kind.AGE),
        ("Have a look at Ekene (CN-071410)?", "CN-071410", Kind.OTHER),
        ("Nonso, his daughter, rang.", "Nonso", Kind.NAME),
        ("Given to us by courtesy of Okwuosa yesterday.", "Okwuosa", Kind.NAME),
        ("He moved in with her in Coeur d'Alene.", "Coeur d'Alene", Kind.PLACE),
        ("The accident was in Lake Charles.", "Lake Charles", Kind.PLACE),
        ("Follow up with Okwuosa 9/15.", "9/15", Kind.DATE),
        ("DOB: 3/4/1930 (Age: 95)", "95", Kind.AGE),
        ("Patient: I'm 99.", "99", Kind.AGE),
        ("Her insurance card, number 23131 1992, expired.", "23131 1992", Kind.OTHER),
        ("She lives in Cedar Falls with her son.", "Cedar Falls", Kind.PLACE),
        ("Found at 1420 Oak Street.", "1420 Oak Street", Kind.PLACE),
        ("Transferred from St. Mary's Hospital.", "St. Mary's Hospital", Kind.PLACE),
        ("Domicilio: Calle Mayor, 12, 3º B", "Calle Mayor, 12, 3º B", Kind.PLACE),
        ("Kalispell, MT 59901", "Kalispell, MT 59901", Kind.PLACE),
        ("Seen on March 3, 2024.", "March 3, 2024", Kind.DATE),
        ("DOB: 05/12/1962", "05/12/1962", Kind.DATE),
        ("A CT on 5/12 was clear.", "5/12", Kind.DATE),
        ("Operated in May.", "May", Kind.DATE),
        ("Nacida el 3 de mayo de 1954.", "3 de mayo de 1954", Kind.DATE),
        ("He is a 92-year-old man.", "92", Kind.AGE),
        ("Mujer de 94 años.", "94", Kind.AGE),
        ("Call (217) 555-0142 ext. 3.", "(217) 555-0142 ext. 3", Kind.PHONE),
        ("Tel. 612 34 56 78", "612 34 56 78", Kind.PHONE),
        ("Fax: 217-555-0199", "217-555-0199", Kind.FAX),
        ("Write to a.oye@example.org today.", "a.oye@example.org", Kind.EMAIL),
        ("SSN 123-45-6789.", "123-45-6789", Kind.NATIONAL),
        ("DNI 12345678Z", "12345678Z", Kind.NATIONAL),
        ("MRN: 00-44-71", "00-44-71", Kind.RECORD),
        ("Member ID: 1EG4-TE5-MK73", "1EG4-TE5-MK73", Kind.PLAN),
        ("Account # 889-1123", "889-1123", Kind.ACCOUNT),
        ("Driver's license D1234567", "D1234567", Kind.LICENCE),
        ("VIN 1HGCM82633A004352", "1HGCM82633A004352", Kind.VEHICLE),
        ("License plate: WT20 PHJ", "WT20 PHJ", Kind.VEHICLE),
        ("Pacemaker serial number: PJN4472916", "PJN4472916", Kind.DEVICE),
        ("Portal: https://example.org/p/1.", "https://example.org/p/1", Kind.URL),
        ("Login from 10.1.2.3", "10.1.2.3", Kind.IP),
        ("Fingerprint ID: FP-77120", "FP-77120", Kind.OTHER),
        ("Reference 48213377 was given.", "48213377", Kind.OTHER),
    ],
)
def test_an_identifier_of_each_kind_then_found_whole_and_named(text, value, kind):
    assert (value, kind.value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Strength 5/5, pain 3/10, a 2/6 systolic murmur, blood pressure 120/80.",
        "Crohn's disease, Parkinson's disease, Wilson disease, Hodgkin lymphoma, Bell's palsy.",
        "Foley catheter, Holter monitor, Glasgow Coma Scale, Schirmer test, Gram stain.",
        "Lisinopril 10 mg, Xarelto, Eliquis 5 mg twice daily, Augmentin.",
        "Hemoglobin 13.2, platelets 250,000, sodium 140, TSH 2.41, SpO2 97%.",
        "She may have pneumonia. Fluids will help.",
        "The patient is 67 years old and was born at term.",
        "MS was ruled out. He did not miss a dose.",
        "Device 2 was removed. Knee extension 30 degrees.",
        "HOSPITAL COURSE: The pain is from Duchenne dystrophy. Findings were called to the floor.",
        "HISTORY OF PRESENT ILLNESS: CHEST PAIN AND SHORTNESS OF BREATH.",
        "SARS-CoV-2 infection, HLA-B27, rs1801133, G2P1.",
        "Refiere tos y fiebre. Se pauta amoxicilina 500 mg cada 8 horas.",
    ],
)
def test_clinical_words_and_numbers_then_left_alone(text):
    assert found(text) == []


def test_a_line_of_a_table_then_its_cells_are_found_and_the_disease_stays():
    text = "name,first,dob,mrn,provider,diagnosis\nOkwuosa,Nonso,04/06/1981,4471-22,Dr. Iturralde,Parkinson's disease\n"
    assert [value for value, _ in found(text)] == ["Okwuosa", "Nonso", "04/06/1981", "4471-22", "Iturralde"]


def test_a_name_when_told_once_then_hidden_wherever_it_stands():
    text = "Mr. Okwuosa came alone.\nokwuosa denies pain. OKWUOSA agrees."
    assert [value for value, _ in found(text)] == ["Okwuosa", "okwuosa", "OKWUOSA"]


def test_a_name_that_is_a_word_then_the_word_stays_where_it_is_small():
    assert [value for value, _ in found("Mr. Long waited a long time. Long agrees.")] == ["Long", "Long"]


def test_a_dictation_without_any_capital_then_read_all_the_same():
    text = (
        "this is doctor okwuosa dictating on patient jane achterberg medical record number four five six one two. "
        "she is a ninety two year old woman from pocatello who was seen on may twelfth twenty twenty four. "
        "call five five five one two one two."
    )
    assert [value for value, _ in found(text)] == [
        "okwuosa", "jane achterberg", "four five six one two", "ninety two", "pocatello",
        "may twelfth twenty twenty four", "five five five one two one two",
    ]  # fmt: skip


def test_letters_that_a_scanner_took_for_digits_then_still_found():
    values = [value for value, _ in found("Mr. 0kwuosa, born O5/12/1962, phone 217-5S5-0l42.")]
    assert values == ["0kwuosa", "O5/12/1962", "217-5S5-0l42"]


def test_stretches_then_in_order_and_never_over_each_other():
    text = "Maria Garcia, 12 Oak Street, Boise, ID 83701, m.garcia@example.org, MRN: 4471-22, 3/4/2020. " * 3
    stretches = find(text)
    assert all(one.end <= other.start for one, other in pairwise(stretches))
    assert len(stretches) >= 15


@pytest.mark.parametrize("text", ["", " \n", "İİİ", "[NAME_1]", "\ud800", "a" * 10_000])
def test_odd_texts_then_no_fault(text):
    assert isinstance(find(text), list)
