"""The bank holds what was promised, and a fault in it is named where it stands."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inference import bank
from coaching.inference.phrases import unfit_phrase
from coaching.inference.question_form import UnfitQuestion, as_json, from_json
from coaching.inference.schema import Category, Role, RubricPoint


def test_there_are_enough_questions_for_everybody():
    found = bank.questions()
    assert len(found) >= 160
    assert all(count >= 16 for count in Counter(each.category for each in found).values())
    assert set(Category) == {each.category for each in found}
    assert all(sum(role in each.roles for each in found) >= 20 for role in Role)
    assert {each.difficulty for each in found} == {1, 2, 3}


@pytest.mark.parametrize("question", bank.questions(), ids=lambda each: each.id)
def test_every_question_is_whole_in_both_languages(question):
    for texts in (question.text, question.title, *question.follow_ups, *(point.text for point in question.points)):
        assert texts["en"].strip() and texts["es"].strip() and texts["en"] != texts["es"]
    assert 4 <= len(question.points) <= 7
    assert question.follow_ups
    for point in question.points:
        spoken = Counter(phrase[:2] for phrase in point.says)
        assert set(spoken) == {"en", "es"}
        words = [phrase.count("/") + len(phrase.split()) for phrase in point.says]
        assert max(words) > 1 or sum(words) > 1


def test_no_two_questions_say_the_same():
    texts = sorted(each.text["en"] for each in bank.questions())
    assert all(one != other for one, other in pairwise(texts))
    titles = [each.title["en"] for each in bank.questions()]
    assert len(set(titles)) == len(titles)


def test_a_question_goes_out_as_json_and_comes_back_the_same():
    for question in bank.questions():
        assert from_json(json.loads(json.dumps(as_json(question)))) == question


def test_a_phrase_without_language_is_meant_in_all():
    question = replace(bank.question("chest-pain"), points=(RubricPoint("one", {"en": "One"}, ("own words",)),))
    assert from_json(as_json(question)).points[0].says == ("en: own words", "es: own words")


def test_the_digest_is_that_of_what_is_in_it():
    assert bank.digest() == bank.digest()
    assert len(bank.digest()) == 64


def sound():
    return as_json(bank.question("appendix-operation"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda form: form.pop("title"), "title is missing"),
        (lambda form: form.update(extra=1), "'extra' is not known"),
        (lambda form: form.update(id="Upper Case"), "small letters"),
        (lambda form: form.update(difficulty=True), "difficulty"),
        (lambda form: form.update(difficulty=4), "difficulty"),
        (lambda form: form.update(roles=["cook"]), "'cook' is none of"),
        (lambda form: form.update(roles=[]), "roles: 0 where"),
        (lambda form: form.update(text={}), "text: in no language"),
        (lambda form: form.update(text={"fr": "Bonjour"}), "'fr' is not known"),
        (lambda form: form.update(text={"en": "x" * 1_001}), "1001 characters"),
        (lambda form: form.update(text={"en": "a\x00b"}), "control character"),
        (lambda form: form.update(points=form["points"] * 2), "12 where 1 to 10"),
        (lambda form: form.update(points=form["points"][:1] * 2), "'why' twice"),
        (lambda form: form["points"][1].update(says={}), "points[1].says: no phrase"),
        (lambda form: form["points"][2]["says"].update(en=["a*b c"]), "points[2].says.en[0]"),
        (lambda form: form["points"][2]["says"].update(en=[7]), "points[2].says.en[0]: no text"),
        (lambda form: form.update(follow_ups="none"), "follow_ups: not a list"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(change, told):
    form = sound()
    change(form)
    with pytest.raises(UnfitQuestion) as why:
        from_json(form)
    assert told in str(why.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*sound(), "more"]), anything)
def test_whatever_is_sent_is_a_question_or_refused(key, value):
    try:
        made = from_json({**sound(), key: value})
    except UnfitQuestion:
        return
    assert from_json(as_json(made)) == made


def test_phrases_that_cannot_be_meant_are_refused():
    for unfit in ("", "a//b", "a* *", "a*b", "*", "a*", "-", "one /two", "one/ two"):
        assert unfit_phrase(unfit), unfit
    for fit in ("one", "one/two three", "deci* one/two*", "skin to skin", "don't/not", "1.75", "x-ray"):
        assert not unfit_phrase(fit), fit


def bank_of(folder, **texts):
    for category in Category:
        (folder / f"{category.value}.yaml").write_text(texts.get(category.value, "[]\n"), encoding="utf-8")
    return folder


ITEM = """
- id: one
  roles: [nurse]
  difficulty: 1
  title: {en: "One", es: "Uno"}
  text: {en: "What?", es: "¿Qué?"}
  points:
    - id: point
      text: {en: "Says it", es: "Lo dice"}
      says: {en: ["say it"], es: ["dice"]}
"""


def test_a_fault_in_the_bank_is_named_with_file_line_and_item(tmp_path):
    second = ITEM.replace("id: one", "id: two").replace("difficulty: 1", "difficulty: 9")
    with pytest.raises(bank.UnfitBank, match=r"consent\.yaml, line 12 \(two\): difficulty"):
        bank.read(bank_of(tmp_path, consent=ITEM + second))


def test_ids_keys_and_files_are_what_they_seem(tmp_path):
    with pytest.raises(bank.UnfitBank, match=r"bad_news\.yaml, line 2 \(one\): 'one' is also in consent\.yaml"):
        bank.read(bank_of(tmp_path, consent=ITEM, bad_news=ITEM))
    with pytest.raises(bank.UnfitBank, match=r"consent\.yaml, line 11: 'id' twice"):
        bank.read(bank_of(tmp_path, consent=ITEM.rstrip("\n") + "\n      id: again\n"))
    with pytest.raises(bank.UnfitBank, match=r"consent\.yaml: not a list"):
        bank.read(bank_of(tmp_path, consent="a: 1\n"))
    with pytest.raises(bank.UnfitBank, match=r"consent\.yaml, line 2 \(one\): its category is bad_news"):
        bank.read(bank_of(tmp_path, consent=ITEM + "  category: bad_news\n"))
    with pytest.raises(bank.UnfitBank, match=r"risk\.yaml: no category"):
        (bank_of(tmp_path) / "risk.yaml").write_text("[]", encoding="utf-8")
        bank.read(tmp_path)


def test_the_bank_cannot_run_code(tmp_path):
    with pytest.raises(bank.UnfitBank):
        bank.read(bank_of(tmp_path, consent="- !!python/object/apply:os.system ['true']\n"))
