"""What was made, in whose words, and what is missing: each quotation leads to its place and its moment."""

import re
from html import unescape

import pytest

from coaching.actions import attempts, practising
from coaching.inference import bank
from coaching.models import Attempt, Keeps
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db
QUESTION = "biopsy-result-cancer"
SAID = (
    "Please sit down. What do you already know about the biopsy? I am sorry, I have bad news. The biopsy shows a"
    " carcinoma. I can see how hard this is. We will meet again on Thursday."
)


@pytest.fixture
def attempt(clinician_a, work_lane) -> Attempt:
    with clinician_a.at_work():
        practice = practising.begin(by=clinician_a.actor, question=bank.question(QUESTION), language="en",
                                    keeps=Keeps.ALL)  # fmt: skip
        attempt = attempts.type_in(by=clinician_a.actor, practice=practice, text=SAID)
    work_lane("cpu")
    return made.fresh(clinician_a, attempt)


def as_spoken(by, attempt: Attempt) -> Attempt:
    """The same words with times: one a second."""
    answer = dict(attempt.answer or {})
    answer["words"] = [[text, at, to, float(n), n + 0.5, None] for n, (text, at, to, *_) in enumerate(answer["words"])]
    with by.at_work():
        attempt.answer, attempt.is_typed, attempt.received = answer, False, 44 + 32_000 * len(answer["words"])
        attempt.save(update_fields=["answer", "is_typed", "received"])
    return attempt


def quotes(page: str) -> list[tuple[str, str]]:
    """Each quotation of the card: where it leads, and its words."""
    found = re.findall(r'<a class="quote" href="#([^"]+)"[^>]*>“([^”]+)”</a>', page)
    return [(anchor, unescape(words)) for anchor, words in found]


def at(page: str, anchor: str) -> str:
    """The words that stand where a link leads."""
    (found,) = re.findall(rf'<(?:mark|span)[^>]* id="{anchor}"[^>]*>(.*?)</(?:mark|span)>', page, re.S)
    return unescape(re.sub(r"<sup>.*?</sup>", "", found))


def page_of(browser, attempt: Attempt) -> str:
    return str(browser.get(f"/coaching/practices/{attempt.practice_id}/attempts/1/").content.decode())


def test_content_when_read_then_every_finding_leads_to_the_words_it_rests_on(as_person, clinician_a, attempt):
    page = page_of(as_person(clinician_a), attempt)
    content = (attempt.read or {})["content"]
    kept = [one["spans"] for one in (*content["points"], *content["steps"])]
    kept += [[one["span"] for one in content["jargon"]], content["empathy"], content["questions"]]

    told = quotes(page)

    assert len(told) == sum(len(spans) for spans in kept) and all(kept[-3:])
    for anchor, words in told:
        there = at(page, anchor)
        assert words.removesuffix("…").split()[0] in there or there in words or there.split()[0] in words, words
    said = {words for _anchor, words in told}
    assert "carcinoma" in said and any(words.startswith("What do you already know") for words in said)


def test_content_when_a_point_was_not_made_then_it_is_told_as_missing(as_person, clinician_a, attempt):
    page = page_of(as_person(clinician_a), attempt)
    points = {point.id: point.text["en"] for point in bank.question(QUESTION).points}
    found = (attempt.read or {})["content"]["points"]
    missing = [points[one["id"]] for one in found if one["made"] == "missing"]
    is_made = sum(one["made"] == "made" for one in found)

    assert missing and is_made
    assert f"Content, {is_made} of {len(points)} points made" in page
    for words in missing:
        assert re.search(rf"{re.escape(words)}</span>, not said", unescape(page)), words


def test_content_when_spoken_then_a_quotation_plays_its_moment(as_person, clinician_a, attempt):
    spoken = as_spoken(clinician_a, attempt)

    page = page_of(as_person(clinician_a), spoken)

    number = SAID.split().index("carcinoma.")
    assert f'data-seek="{number}.0" data-seek-end="{number}.5">“carcinoma”' in page


def test_content_when_nothing_was_found_where_one_speaks_to_patients_then_said(as_person, clinician_a, work_lane):
    attempt = made.told(clinician_a, work_lane, text="It rained all day and the bus was late again.",
                        number=_number_of(QUESTION))  # fmt: skip

    page = page_of(as_person(clinician_a), attempt)

    assert page.count("None found") == 3 and quotes(page) == []


def test_comparison_shows_the_words_of_both_and_leads_to_their_pages(as_person, clinician_a, attempt, work_lane):
    made.typed(clinician_a, attempt.practice, "What do you know about it?")
    work_lane("cpu")

    page = as_person(clinician_a).get(f"/coaching/practices/{attempt.practice_id}/compare/").content.decode()

    for number in (1, 2):
        assert f'<a class="quote" href="/coaching/practices/{attempt.practice_id}/attempts/{number}/#said-' in page
    assert "data-seek" not in page


def _number_of(code: str) -> int:
    return [one.id for one in bank.questions()].index(code)


def test_words_of_a_mark_when_remarks_and_content_overlap_then_one_place(clinician_a, attempt):
    from coaching.views.marks import GOOD, Marks

    remark = {"text": "Good.", "cites": [{"at": 0, "to": 16}]}
    marks = Marks(attempt, [(remark, GOOD)], [{"at": 7, "to": 20}, {"at": 30, "to": 34}])

    pieces = list(marks.pieces())

    assert "".join(piece.text for piece in pieces) == SAID
    assert [piece.anchor for piece in pieces if piece.anchor] == ["said-a", "said-30"]
    assert marks.quote({"at": 7, "to": 20}).anchor == "said-a"
