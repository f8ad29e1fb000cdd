"""The stop cord and the incident page: what each role sees, what works without script, what is noted when read."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from clinic.actions import golden
from clinic.actions import stops as acts
from clinic.authorization.roles import Role
from clinic.models import Incident, IncidentCause, IncidentPack, IncidentState, Proposal, Stop
from tests import make
from tests.integration.engines.challengers import WHY, live
from tests.integration.engines.challengers import prove as proven
from tests.integration.reviewing import NAME, urgency_capability
from tests.make import Person, Staff
from tests.signing import prove

pytestmark = pytest.mark.django_db
NOTE = "Called a stroke routine"


@pytest.fixture(autouse=True)
def capability() -> Iterator[None]:
    with urgency_capability():
        yield


@pytest.fixture
def stop(clinician_a: Person) -> Stop:
    with clinician_a.at_work():
        return acts.pull(by=clinician_a.actor, capability=NAME, class_name="emergency", note=NOTE)[0]


def page(stop: Stop) -> str:
    return f"/incidents/{stop.incident.pk}/"


def test_cord_when_pulled_from_a_page_then_one_form_with_the_class_chosen(clinician_a: Person, as_person: Any):
    browser = as_person(clinician_a)
    asked = browser.get(f"/stops/pull/?capability={NAME}&class=urgent").content.decode()
    assert re.search(rf'value="{NAME}:urgent"[^>]*checked', asked)
    assert re.search(r'name="note"[^>]*autofocus', asked)

    answer = browser.post("/stops/pull/", {"what": f"{NAME}:urgent", "note": NOTE}, follow=True)

    with clinician_a.at_work():
        stop = Stop.objects.get()
        assert (stop.class_name, stop.note) == ("urgent", NOTE)
        assert answer.redirect_chain == [(page(stop), 302)]
    assert "is stopped" in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [{"what": f"{NAME}:", "note": ""}, {"what": f"{NAME}:unheard", "note": NOTE}, {"note": NOTE}]
)
def test_cord_when_the_form_is_wrong_then_nothing_is_stopped(clinician_a: Person, as_person: Any, sent: dict[str, str]):
    answer = as_person(clinician_a).post("/stops/pull/", sent)

    with clinician_a.at_work():
        assert (answer.status_code, Stop.objects.count()) == (422, 0)


@pytest.mark.hazard("H02")
def test_banner_when_stopped_then_on_every_page_of_this_site_and_gone_when_released(
    clinician_a: Person, clinician_b: Person, as_person: Any, stop: Stop
):
    for address in ("/cases/", "/jobs/", "/incidents/", page(stop)):
        assert "Urgency: Emergency is stopped" in as_person(clinician_a).get(address).content.decode(), address
    assert "is stopped" not in as_person(clinician_b).get("/cases/").content.decode()


def test_incident_when_an_engine_failed_its_cases_then_asked_again_there_and_brought_back_by_two(
    staff_a: Staff, as_person: Any
):
    engineer, lead = staff_a[Role.ENGINEER], staff_a[Role.LEAD]
    out = live(staff_a)
    with engineer.at_work():
        golden.take_out(by=engineer.actor, deployment=out, why=golden.FAILED, words="4 of 40.",
                        cause=IncidentCause.GOLDEN)  # fmt: skip
        address = f"/incidents/{Incident.objects.get().pk}/"
    browser = as_person(engineer)
    assert "Out of service" in browser.get(address).content.decode()

    browser.post(f"{address}cases/")
    assert "Being asked" in browser.get(address).content.decode()
    early = browser.post(f"/engines/{out.pk}/do/return/", {"reason": WHY})
    assert (early.status_code, "Ask to bring it back" in browser.get(address).content.decode()) == (409, False)
    with engineer.at_work():
        proven(out)
    assert f"/engines/{out.pk}/do/return/" in browser.get(address).content.decode()
    browser.post(f"/engines/{out.pk}/do/return/", {"reason": WHY})

    assert "asks to bring it back" in as_person(lead).get(address).content.decode()
    with lead.at_work():
        wish = Proposal.objects.get()
    answer = prove(as_person(lead)).post(f"/proposals/{wish.pk}/agree/", {"from": "own"})
    assert answer.headers["Location"] == address
    with engineer.at_work():
        assert live(staff_a).out_since is None
        assert Incident.objects.get().state == IncidentState.RESOLVED
        kinds = Incident.objects.get().entries.order_by("at").values_list("kind", flat=True)
        assert list(kinds) == ["opened", "release_asked", "in_service", "resolved"]


def test_incident_without_an_engine_when_its_cases_are_asked_for_then_not_there(
    clinician_a: Person, as_person: Any, stop: Stop
):
    assert as_person(clinician_a).post(f"{page(stop)}cases/").status_code == 404


def test_incident_when_opened_then_the_reading_is_noted(clinician_a: Person, as_person: Any, stop: Stop):
    shown = as_person(clinician_a).get(page(stop)).content.decode()

    assert NOTE in shown
    (event,) = make.audit_events("incident.read")
    assert event["target_id"] == str(stop.incident.pk)


def test_incident_of_another_site_then_not_there(clinician_b: Person, as_person: Any, stop: Stop):
    browser = as_person(clinician_b)
    for address in (page(stop), f"{page(stop)}live/", f"{page(stop)}review/", f"/stops/{stop.pk}/release/"):
        assert browser.get(address).status_code == 404, address
    for address in (f"{page(stop)}notes/", f"{page(stop)}steps/on_duty/", f"{page(stop)}pack/", f"{page(stop)}close/"):
        assert browser.post(address, {"words": "x"}).status_code == 404, address


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_incident_when_the_role_sees_no_engines_then_closed(staff_a: Staff, as_person: Any, stop: Stop, role: Role):
    assert as_person(staff_a[role]).get("/incidents/").status_code == 403
    assert as_person(staff_a[role]).get(page(stop)).status_code == 403


def agreeing(by: Person) -> str:
    with by.at_work():
        return f"/proposals/{Proposal.objects.get().pk}/agree/"


def test_lead_when_she_opens_it_then_she_may_agree_but_not_pull(
    clinician_a: Person, staff_a: Staff, as_person: Any, stop: Stop
):
    lead = staff_a[Role.LEAD]
    as_person(clinician_a).post(f"/stops/{stop.pk}/release/", {"reason": "The cause is mended, checked on 40 letters"})
    assert "What you checked" not in as_person(clinician_a).get(page(stop)).content.decode()

    browser = as_person(lead)
    assert "What you checked" in browser.get(page(stop)).content.decode()
    assert browser.get("/stops/pull/").status_code == 403
    answer = browser.post(agreeing(lead), {"note": "Seen the figures", "from": "own"})
    assert answer["Location"] == page(stop)

    with lead.at_work():
        assert Incident.objects.get().state == IncidentState.RESOLVED
    assert "is stopped" not in browser.get("/incidents/").content.decode()


def test_incident_when_worked_to_its_end_without_script_then_closed(
    clinician_a: Person, staff_a: Staff, as_person: Any, stop: Stop
):
    browser = as_person(clinician_a)
    browser.post(f"{page(stop)}notes/", {"words": "Told the night team"})
    browser.post(f"{page(stop)}steps/on_duty/")
    browser.post(f"/stops/{stop.pk}/release/", {"reason": "The cause is mended, checked on 40 letters"})
    as_person(staff_a[Role.LEAD]).post(agreeing(staff_a[Role.LEAD]), {"note": "Seen"})
    parts = ("happened", "harm", "found", "why", "helped", "changes")
    assert browser.post(f"{page(stop)}review/", {"happened": "A"}).status_code == 422
    browser.post(f"{page(stop)}review/", dict.fromkeys(parts, "Written down"))
    assert "Written down" in browser.get(f"{page(stop)}review/").content.decode()
    browser.post(f"{page(stop)}close/")

    shown = browser.get(page(stop)).content.decode()
    with clinician_a.at_work():
        assert Incident.objects.get().state == IncidentState.CLOSED
    assert "Told the night team" in shown and "Write note" not in shown


def test_pack_when_downloaded_then_it_opens_and_is_noted_but_not_for_those_who_only_look(
    clinician_a: Person, staff_a: Staff, as_person: Any, stop: Stop, work_lane: Any
):
    work_lane("io")
    with clinician_a.at_work():
        pdf = IncidentPack.objects.get(form="pdf")

    answer = as_person(staff_a[Role.LEAD]).get(f"/incidents/packs/{pdf.pk}/")
    body = b"".join(answer.streaming_content)

    assert (body[:5], answer["Content-Type"]) == (b"%PDF-", "application/pdf")
    assert re.search(r'filename="I-1-\d{8}-\d{6}\.pdf"', answer["Content-Disposition"])
    (event,) = make.audit_events("incident.pack_read")
    assert event["facts"]["sha256"] == pdf.sha256


def test_notice_when_stopped_then_it_leads_to_the_incident(staff_a: Staff, as_person: Any, stop: Stop):
    browser = as_person(staff_a[Role.ENGINEER])
    (found,) = re.findall(r"/notifications/[0-9a-f-]+/open/", browser.get("/notifications/").content.decode())

    assert browser.post(found).headers["Location"] == page(stop)
