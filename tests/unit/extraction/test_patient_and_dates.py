import pytest

from extraction.inference.rules.dates import dates
from extraction.inference.rules.patient import patient
from extraction.inference.schema import Sex
from tests.unit.extraction.read import ready


@pytest.mark.parametrize(
    ("text", "value", "unit", "sex"),
    [
        ("A 54-year-old man presented.", 54, "year", Sex.MALE),
        ("A 14-month-old girl was seen.", 14, "month", Sex.FEMALE),
        ("This 33 - year old lady came.", 33, "year", Sex.FEMALE),
        ("A 75–year–old male patient", 75, "year", Sex.MALE),
        ("The patient, a woman aged 31 years, came.", 31, "year", Sex.FEMALE),
        ("42 y/o F with cough.", 42, "year", Sex.FEMALE),
        ("Re: P-4821, girl, 3 years, weight 14.2 kg", 3, "year", Sex.FEMALE),
        ("A newborn boy was delivered.", 0, "day", Sex.MALE),
        ("The patient is a seventy-two-year-old gentleman.", 72, "year", Sex.MALE),
        ("Age: 45. Sex: F. Cough.", 45, "year", Sex.FEMALE),
    ],
)
def test_age_and_sex_are_read_in_the_ways_they_are_written(text, value, unit, sex):
    found = patient(ready(text))
    assert found.age is not None
    assert found.sex is not None
    assert (found.age.value, found.age.unit, found.sex.value) == (value, unit, sex)


def test_the_age_of_a_relative_is_not_the_patients():
    assert patient(ready("Her mother, a 60-year-old woman, is well.")).age is None
    assert patient(ready("FAMILY HISTORY: Father died as a 50-year-old man.")).age is None


def test_what_is_not_said_is_not_known():
    found = patient(ready("Chest pain since yesterday."))
    assert (found.age, found.sex, found.birth_date, found.smoking) == (None, None, None, None)


def test_sex_may_only_show_in_how_the_patient_is_spoken_of():
    found = patient(ready("The patient was seen. She has a cough and her chest is clear."))
    assert found.sex is not None
    assert found.sex.value == Sex.FEMALE


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Seen on 20 November 2026.", "2026-11-20"),
        ("On November 18, 2015 she came.", "2015-11-18"),
        ("In September 2007 he was admitted.", "2007-09"),
        ("Diagnosed in 1995.", "1995"),
        ("2019-12-31: admitted.", "2019-12-31"),
        ("12/31/2019 visit", "2019-12-31"),
        ("31/12/2019 visit", "2019-12-31"),
    ],
)
def test_dates_become_iso_and_keep_their_words(text, iso):
    (found,) = dates(ready(text))
    assert found.iso == iso
    assert found.text in text


def test_a_day_that_may_be_two_is_told_only_as_far_as_it_is_sure():
    (found,) = dates(ready("Seen 03/04/2019."))
    assert found.iso == "2019"


@pytest.mark.parametrize(
    "text", ["Blood pressure 120/80.", "31 February 2019 is no day, nor is 2019-13-40.", "Ratio 1/2/3."]
)
def test_what_is_no_date_is_none(text):
    assert [each.iso for each in dates(ready(text)) if each.iso] == []


@pytest.mark.parametrize("text", ["Two days later", "3 months after", "postoperative day 9", "at age 10 years"])
def test_a_date_that_counts_from_another_is_told_without_a_day(text):
    (found,) = dates(ready(f"He came {text} with fever."))
    assert (found.text, found.iso) == (text, None)


def test_a_date_of_birth_is_the_patients():
    found = patient(ready("DOB: 12/31/1960. Cough."))
    assert found.birth_date is not None
    assert (found.birth_date.iso, found.birth_date.of) == ("1960-12-31", "birth")


def test_the_name_behind_patient_is_the_name():
    found = patient(ready("Patient: John Miller DOB 1970-02-03\nAge 54")).name
    assert found is not None
    assert found.value == "John Miller"


def test_a_letterhead_says_nothing_of_a_date():
    assert [each.of for each in dates(ready("Elm Road Surgery, 12 March 2024"))] == [None]


def test_degrees_fahrenheit_are_no_sex():
    assert patient(ready("Temperature 99.1F.")).sex is None
