"""What must not wait is found, and what is denied, past, of others or feared is not."""

import pytest

from consult.inference import knowledge, red_flags, rules
from consult.inference.heard import understood
from consult.inference.schema import Heard, Patient, Said
from tests.unit.consult.planted import asked, cases, fired, fires, heard


@pytest.mark.hazard("H06")
def test_every_planted_red_flag_is_found_by_its_own_rule():
    assert [case["id"] for case in cases("red_flags") if case["kind"] not in fired(case)] == []


def test_harmless_visits_raise_at_most_one_alarm_in_twenty_and_denied_ones_none():
    false = [case for case in cases("harmless") if fired(case)]
    assert len(false) / len(cases("harmless")) <= 0.05
    assert [case["id"] for case in false if case["kind"] == "negated"] == []


@pytest.mark.hazard("H06")
@pytest.mark.parametrize("named", ["later", "ordinary", "blind"])
def test_red_flags_told_in_ordinary_words_are_found_and_few_harmless_visits_raise_an_alarm(named):
    assert [case["id"] for case in cases(f"{named}_red_flags") if case["kind"] not in fired(case)] == []
    harmless = cases(f"{named}_harmless")
    false = [case for case in harmless if fired(case)]
    assert len(false) / len(harmless) <= 0.05 and [case["id"] for case in false if case["kind"] == "negated"] == []


def test_there_are_more_than_forty_rules_and_each_was_planted():
    about = {rule.about for rule in red_flags.rules()}
    assert len(red_flags.rules()) == len({rule.id for rule in red_flags.rules()}) >= 40
    assert about == {case["kind"] for case in cases("red_flags")}


def test_every_term_of_every_rule_is_known():
    measured = {"very_low_saturation", "low_pressure", "high_pressure", "very_low_sugar", "high_sugar", "high_ketones",
                "very_hot", "early_pregnancy", "late_pregnancy", "fever", "low_sugar"}  # fmt: skip
    known = set(knowledge.concepts().concepts) | measured
    terms = {term for rule in red_flags.rules() for line in rule.lines for terms in line for term in terms}
    terms |= {term for rule in red_flags.rules() for term in rule.excluded_by}
    assert {term for term in terms if not term.startswith("age")} <= known


@pytest.mark.parametrize(("said", "about"), [
    ("No chest pain before, but now crushing chest pain and he is sweating", "acs"),
    ("He had a stroke in 2015. Now his face is drooping", "stroke"),
    ("Any crushing chest pain? Yes. Sweating? Yes. Fever? No.", "acs"),
    ("I don't know if it is my heart, heavy chest pain going into my arm", "acs"),
    ("si camino me duele el pecho y se me va al brazo y sudo", "acs"),
])  # fmt: skip
def test_statement_after_a_denial_a_past_or_a_question_still_counts(said, about):
    assert about in fires(said)


@pytest.mark.parametrize(("said", "about"), [
    ("In 2015 I had a stent and now I have crushing chest pain into my jaw", "acs"),
    ("I was digging when the pain in my chest started, heavy, going down my arm", "acs"),
    ("My grandmother had a stroke in 2015 and her face is drooping again", "stroke"),
    ("de pequeña tuve asma, acaba de comer gambas y tiene los labios hinchados y pitos", "anaphylaxis"),
    ("My brother killed himself and I want to kill myself", "suicide"),
])  # fmt: skip
def test_a_time_that_is_over_reaches_no_further_than_what_is_told_of_it(said, about):
    assert about in fires(said)


@pytest.mark.parametrize("said", [
    "In 2015 I had crushing chest pain and sweating",
    "I had crushing chest pain and I was sweating, that was five years ago",
    "When I was a student I had seizures and I was confused and drowsy",
    "hace tres años vomité sangre por una úlcera",
])  # fmt: skip
def test_what_is_over_is_no_red_flag(said):
    assert fires(said) == set()


@pytest.mark.parametrize(("said", "about"), [
    ("I have a cough but it's my husband, he has crushing chest pain and is sweating", "acs"),
    ("I'm calling about my dad, his face is drooping, I want an ambulance", "stroke"),
    ("My wife had crushing chest pain, she is sweating, I'd like an ambulance", "acs"),
])  # fmt: skip
def test_who_speaks_for_somebody_is_believed_and_asked_whom_it_is_about(said, about):
    assert about in fires(said)


@pytest.mark.parametrize("said", [
    "i have this pain in my\nchest\nit is crushing\nand it goes down my\nleft arm",
    "any chest pain\nyes crushing\nwhere does it go\ninto my arm it goes down my arm",
    "do you have any chest pain yes crushing and my left arm is numb and i am sweating",
])  # fmt: skip
def test_talk_without_marks_is_understood_by_its_pauses_and_answers(said):
    assert "acs" in fires(said)


@pytest.mark.parametrize("said", [
    "do you have crushing chest pain\nno\nany sweating\nno\nare you short of breath\nno not at all",
    "any vomiting blood no black stools no",
    "ha vomitado sangre\nno\nheces negras\nno",
])  # fmt: skip
def test_no_after_a_question_denies_it_without_any_mark(said):
    assert fires(said) == set()


def test_no_before_another_symptom_is_no_answer_to_what_was_said_before():
    assert "severe_breathlessness" in fires("i cannot breathe\nno fever no cough\nmy lips are blue")


@pytest.mark.parametrize(("said", "is_meant"), [
    ("He fainted while running, his wife is pregnant", True),
    ("both calves are swollen and painful", False),
    ("his left calf is swollen and painful. He says that in summer, years back, both legs had been", True),
])  # fmt: skip
def test_what_takes_a_rule_away_counts_only_beside_what_it_speaks_of(said, is_meant):
    assert bool(fires(said) & {"cardiac_syncope", "deep_vein_thrombosis"}) is is_meant


@pytest.mark.parametrize("said", [
    "I took paracetamol once", "I took two paracetamol an hour ago", "I take twelve tablets a day",
    "I took ten tablets over five days, today the last", "me tomé un ibuprofeno hace una hora",
])  # fmt: skip
def test_ordinary_dose_is_no_overdose(said):
    assert "overdose" not in fires(said)


@pytest.mark.parametrize("said", [
    "I took sixteen paracetamol last night", "she swallowed a handful of pills just now",
    "I took paracetamol 8 g an hour ago", "se ha tragado todas las pastillas hace una hora",
    "I've taken all my tablets tonight, about thirty of them",
])  # fmt: skip
def test_far_too_many_tablets_are_an_overdose(said):
    assert "overdose" in fires(said)


@pytest.mark.parametrize(("said", "age", "is_young"), [
    ("she has a fever", 0.1, True), ("she has a fever", 0.8, False), ("she has a fever", 0, True),
    ("she is ten months old and has a fever", 0, False), ("she is seven weeks old and has a fever", 0, True),
    ("my other one is six weeks old, this one has a fever", 0.8, False),
])  # fmt: skip
def test_fever_of_a_baby_is_judged_by_weeks_and_months(said, age, is_young):
    assert ("infant_fever" in fires(said, age_years=age)) is is_young


def test_blood_test_of_a_year_ago_is_no_blood_in_the_stool():
    named = {each.concept for each in understood(Heard("análisis de sangre hace un año", "es"), Patient()).mentions}
    assert "blood_in_stool" not in named


@pytest.mark.parametrize("said", [
    "Any chest pain? No. Sweating? No. Short of breath? No.",
    "chest pain ? shortness of breath ? sweating ? no .",
    "Do you vomit blood? Never.",
    "Call us if your face drops or your speech is slurred.",
    "¿Ha vomitado sangre? No.",
])  # fmt: skip
def test_what_was_only_asked_or_warned_of_is_no_red_flag(said):
    assert fires(said) == set()


def test_words_far_from_each_other_are_not_put_together():
    assert "acs" not in fires("Heavy chest pain." + " We spoke of the weather." * 60 + " I was sweating.", age_years=20)


def test_age_that_was_said_counts_as_one_that_is_known():
    assert "infant_fever" in fires("she is seven weeks old and has a fever")
    assert "infant_fever" not in fires("he is seven years old and has a fever")


def test_denial_that_was_not_heard_with_certainty_is_asked_about_again():
    told = understood(heard("he has no facial droop", "no"), Patient())
    assert red_flags.holding(told) == []
    assert [held.rule.about for held in red_flags.held_but_for_unsure_denials(told)] == ["stroke"]


def test_red_flag_rests_on_the_words_that_were_said():
    text = asked("Since noon my face is drooping").heard
    (held,) = red_flags.holding(understood(text, Patient()))
    said = [each for each in held.sources if isinstance(each, Said)]
    assert said and [text.text[each.start : each.end] for each in said] == [each.text for each in said]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_rule_can_be_read(language):
    for rule in red_flags.rules():
        said = rules.describe(rule.id, language)
        assert rule.title[language] in said and rule.act[language] in said and rule.act[language].endswith(".")
    assert rules.describe("RF-99") == ""


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_rule_is_read_in_words_and_not_by_the_keys_of_its_terms(language):
    said = " ".join(rules.describe(rule.id, language) for rule in red_flags.rules())
    assert "_" not in said and ">=" not in said and "<" not in said
    spanish = {key: told["es"] for key, told in knowledge.told("terms").items()}
    assert [key for key, words in spanish.items() if words == key.replace("_", " ")] == []
