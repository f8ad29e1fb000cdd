"""What must not wait is found, and what is denied, past, of others or feared is not."""

import pytest

from consult.inference import knowledge, red_flags, rules
from consult.inference.heard import understood
from consult.inference.schema import Patient
from tests.unit.consult.planted import asked, cases, fired, fires, heard


@pytest.mark.hazard("H06")
def test_every_planted_red_flag_is_found_by_its_own_rule():
    assert [case["id"] for case in cases("red_flags") if case["kind"] not in fired(case)] == []


def test_harmless_visits_raise_at_most_one_alarm_in_twenty_and_denied_ones_none():
    false = [case for case in cases("harmless") if fired(case)]
    assert len(false) / len(cases("harmless")) <= 0.05
    assert [case["id"] for case in false if case["kind"] == "negated"] == []


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
    assert [text.text[said.start : said.end] for said in held.sources] == [said.text for said in held.sources]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_rule_can_be_read(language):
    for rule in red_flags.rules():
        said = rules.describe(rule.id, language)
        assert rule.title[language] in said and rule.act[language] in said and rule.act[language].endswith(".")
    assert rules.describe("RF-99") == ""
