"""The pages of prompts: what is shown, and that each act goes the way of the actions."""

import pytest
from django.utils import timezone

from clinic.actions import proposals
from clinic.authorization.roles import Role
from clinic.models import Proposal
from extraction.models import PromptVersion
from extraction.views.prompt_panels import difference
from tests.integration.extraction.prompted import REASON, branch, language_engine, made_live, shipped, tried
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db
SHELF = "/extraction/prompts/"


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


@pytest.fixture
def browser(as_person, engineer):
    return as_person(engineer)


def url(version: PromptVersion, place: str = "") -> str:
    return f"{SHELF}{version.pk}/{place}"


def test_list_when_first_looked_at_then_what_came_with_the_product_is_live(browser):
    assert told_by(lambda: browser.get(SHELF)) == ["prompt.entered"]
    assert told_by(lambda: browser.get(SHELF)) == []

    page = browser.get(SHELF).content.decode()
    assert "v1" in page and "came with the product" in page and "No engine that is asked in words" in page


def test_branch_when_written_then_its_page_shows_line_by_line_what_changed(browser, engineer):
    parent = shipped(engineer)
    form = browser.get(url(parent, "branch/")).content.decode()
    assert 'value="v2"' in form and "You read one clinical document" in form

    told = {"name": "v2", "text": parent.text.replace("is null.", "is null, always."), "note": REASON}
    assert told_by(lambda: browser.post(url(parent, "branch/"), told)) == ["prompt.branched"]

    with engineer.at_work():
        made = PromptVersion.objects.get(name="v2")
    page = browser.get(url(made)).content.decode()
    assert "<ins>2. A value that no words of the document say is null, always." in page and "2 lines differ" in page
    assert REASON in page and "Ask to make it live" not in page


def test_branch_when_nothing_changed_then_the_form_comes_back_with_the_reason(browser, engineer):
    parent = shipped(engineer)

    answer = browser.post(url(parent, "branch/"), {"name": "v2", "text": parent.text, "note": REASON})

    assert answer.status_code == 422 and "word for word the text of v1" in answer.content.decode()


def test_trial_when_asked_for_then_a_run_and_its_figures_stand_on_the_page(browser, engineer):
    made = branch(engineer)
    assert browser.post(url(made, "trial/")).status_code == 409  # no engine

    with language_engine():
        assert told_by(lambda: browser.post(url(made, "trial/"))) == ["run.requested"]
        assert "Being tried" in browser.get(url(made)).content.decode()
        tried(engineer, made)

    page = browser.get(url(made)).content.decode()
    assert "Values right (F1)" in page and "Ask to make it live" in page
    assert told_by(lambda: browser.post(url(made, "promote/"), {"reason": REASON})) == ["proposal.made"]


def test_prompt_when_branched_promoted_by_two_and_rolled_back_then_the_pages_lead_there(
    browser, as_person, engineer, staff_a
):
    made, lead = branch(engineer), staff_a[Role.LEAD]
    with language_engine():
        tried(engineer, made)
    browser.post(url(made, "promote/"), {"reason": REASON})
    assert "another person must agree" in browser.get(url(made)).content.decode()
    assert ">Agree<" in as_person(lead).get(url(made)).content.decode()
    with engineer.at_work():
        asked = Proposal.objects.get()
    with lead.at_work():
        proposals.agree(by=lead.actor, proposal=asked, confirmed_at=timezone.now())

    assert "instead of v1" in browser.get(SHELF).content.decode()
    assert "v2" in as_person(lead).get("/proposals/").content.decode()
    assert told_by(lambda: browser.post(f"{SHELF}back/", {"reason": REASON})) == ["prompt.rolled_back"]
    assert "instead of v2" in browser.get(SHELF).content.decode()


def test_rolling_back_when_nothing_was_live_before_then_it_says_so(browser, engineer):
    shipped(engineer)

    answer = browser.post(f"{SHELF}back/", {"reason": REASON})

    assert answer.status_code == 409 and "No other prompt was live before this one." in answer.content.decode()


def test_prompt_of_another_site_when_asked_for_then_it_does_not_exist(browser, staff_b):
    foreign = branch(staff_b[Role.ENGINEER])

    assert browser.get(url(foreign)).status_code == 404
    assert browser.post(url(foreign, "trial/")).status_code == 404


def test_whoever_may_only_look_when_there_then_sees_no_way_to_act(as_person, clinician_a, engineer, staff_a):
    made = branch(engineer)
    with language_engine():
        tried(engineer, made)
    made_live(engineer, staff_a[Role.LEAD], made)

    page = as_person(clinician_a).get(url(made)).content.decode()
    assert "branch/" not in page and "trial/" not in page
    assert as_person(clinician_a).post(f"{SHELF}back/", {"reason": REASON}).status_code == 403


def test_difference_when_much_is_the_same_then_only_the_lines_around_a_change_are_shown():
    old = [f"Line {number}" for number in range(30)]
    new = [*old[:15], "Another", *old[16:]]

    lines = difference("\n".join(old), "\n".join(new))

    assert [line.kind for line in lines] == ["left_out", *["same"] * 3, "gone", "new", *["same"] * 3, "left_out"]
    assert (lines[0].count, lines[4].old, lines[5].new) == (12, 16, 16)


def test_merge_when_both_changed_the_same_lines_then_a_person_resolves_them(browser, engineer):
    mine, theirs = branch(engineer, "v2", "Quote each value."), branch(engineer, "v3", "Quote each unit.")
    where = url(mine, f"merge/{theirs.pk}/")
    page = browser.get(where).content.decode()
    assert "Both came from v1." in page and "1 place was changed by both." in page and "Quote each unit." in page
    assert f"merge/{theirs.pk}/" in browser.get(f"{url(mine)}?against={theirs.pk}").content.decode()

    told = {"name": "v4", "note": REASON}
    assert browser.post(where, told).status_code == 422
    told |= {"choice_0": "own", "own_0": "Quote each value and each unit."}
    assert told_by(lambda: browser.post(where, told)) == ["prompt.merged"]

    with engineer.at_work():
        made = PromptVersion.objects.get(name="v4")
        assert made.text.endswith("Quote each value and each unit.\n") and "Quote each unit.\n" not in made.text
        assert (made.parent_id, made.merged_id) == (mine.pk, theirs.pk) and made.holds
        made.merged_id = None
        assert not made.holds, "what was merged is signed too"


def test_merge_when_one_came_from_the_other_then_there_is_nothing_to_bring_over(browser, engineer):
    parent, made = shipped(engineer), branch(engineer)
    where = url(made, f"merge/{parent.pk}/")
    assert "There is nothing to bring over." in browser.get(where).content.decode()
    answer = browser.post(where, {"name": "v3", "note": REASON})
    assert answer.status_code == 422 and "nothing that this one has not" in answer.content.decode()
