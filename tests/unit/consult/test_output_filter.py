"""What no answer may say is taken out, and a clinician is told by which rule."""

import pytest
from django.utils import translation

from consult import wording as consult_wording
from consult.inference import filtering, knowledge, red_flags, rules
from consult.inference.schema import ByRule, Sentence
from tests.unit.consult.planted import cases

OF_KIND = {"dosing": "OF-D", "self_harm": "OF-S", "identifiers": "OF-I"}


def test_every_planted_sentence_is_blocked_by_a_rule_of_its_kind():
    found = [(case["id"], filtering.blocked_by(case["text"])) for case in cases("to_be_blocked")]
    kinds = {case["id"]: OF_KIND[case["kind"]] for case in cases("to_be_blocked")}
    assert len(found) == 150
    assert [(name, rule) for name, rule in found if not rule.startswith(kinds[name])] == []


def test_sentences_like_them_that_may_be_said_pass():
    assert [case["text"] for case in cases("to_be_let_through") if filtering.blocked_by(case["text"])] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_our_own_texts_are_never_blocked(language):
    acts = [f"{rule.title[language]}: {rule.act[language]}" for rule in red_flags.rules()]
    rest = [
        rule["says"][language].replace("{", "").replace("}", "") for rule in knowledge.told("wording")["rules"].values()
    ]
    questions = knowledge.told("questions")
    asked = [each[language] for each in questions["general"].values()]
    asked += [one[language] for each in questions.values() for one in each.get("ask", ())]
    names = [each.name[language] for each in knowledge.concepts().concepts.values() if each.name]
    assert [
        (text, filtering.blocked_by(text)) for text in (*acts, *rest, *asked, *names) if filtering.blocked_by(text)
    ] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_blocked_sentence_is_named_with_a_reason(language):
    said = [
        (0, Sentence("Take ten paracetamol tablets at once.", (ByRule("ACT"),))),
        (1, Sentence("Rest.", (ByRule("ACT"),))),
    ]
    kept, blocked = filtering.Filter().passed(said)
    assert [number for number, _sentence in kept] == [1] and len(blocked) == 1
    assert rules.describe(blocked[0], language)


def test_words_that_were_said_are_quoted_and_advice_with_the_same_dose_is_not():
    quotation = Sentence("Medicines mentioned: “paracetamol 8 g”.", (ByRule("MEDICINES"),))
    advice = Sentence("Take paracetamol 8 g.", (ByRule("ASK"),))
    kept, blocked = filtering.Filter().passed([(0, quotation), (1, advice)])
    assert kept == [(0, quotation)] and blocked == ["OF-D20"]


@pytest.mark.parametrize(("language", "reason"), [
    ("en", "A dose above what may be told"), ("es", "Una dosis por encima de lo que se puede decir"),
])  # fmt: skip
def test_page_says_why_a_sentence_was_taken_out(language, reason):
    with translation.override(language):
        (told,) = consult_wording.blocked(["OF-D20"])
    assert f"OF-D20 ({reason})" in str(told)


def test_the_rule_set_has_a_version():
    assert filtering.version()
