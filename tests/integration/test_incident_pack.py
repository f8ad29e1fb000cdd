"""The pack writes itself, as PDF and JSON, encrypted under the site's key, with its digests in the audit."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from clinic import safety, sealing
from clinic.actions import incidents
from clinic.actions import stops as acts
from clinic.authorization.roles import Role
from clinic.incident_pack import figures
from clinic.incident_pack.figures import Decided, Share
from clinic.models import Incident, IncidentPack, RunState
from clinic.uploads import store
from tests import make
from tests.integration.answering import answered, say
from tests.integration.reviewing import NAME, urgency_capability
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def capability() -> Iterator[None]:
    with urgency_capability():
        yield


@pytest.fixture
def incident(clinician_a: Person) -> Incident:
    """Three cases: one answered before the stop, one while it stood, one that the class has nothing to do with."""
    before, during, other = (make.case(clinician_a) for _ in range(3))
    answered(clinician_a, before, say("urgent", 0.95))
    answered(clinician_a, other, say("routine"))

    def pull() -> None:
        acts.pull(by=clinician_a.actor, capability=NAME, class_name="urgent", note="Misses sepsis é ü ł")

    answered(clinician_a, during, say("urgent", 0.55), meanwhile=pull)
    with clinician_a.at_work():
        return Incident.objects.get()


def packs(by: Person, incident: Incident) -> dict[str, bytes]:
    with by.at_work():
        key = sealing.data_key(by.site.pk)
        rows = IncidentPack.objects.filter(incident=incident)
        found = {}
        for row in rows:
            with store().open(row.object_name, key=key, sha256=row.sha256) as reader:
                found[row.form] = b"".join(reader.chunks())
        return found


def test_pack_when_the_cord_is_pulled_then_it_writes_itself(clinician_a: Person, incident: Incident, work_lane):
    assert work_lane("io") == 1

    found = packs(clinician_a, incident)
    told = json.loads(found["json"])
    assert found["pdf"].startswith(b"%PDF-")
    assert told["safety"] == safety.told()
    assert [case["while_stopped"] for case in told["cases"]] == [True, False]
    assert {case["engine_said"] for case in told["cases"]} == {"urgent"}
    assert told["timeline"][0]["words"] == "Misses sepsis é ü ł"
    assert sum(day["answers"] for day in told["last_30_days"]["days"]) == 2
    assert told["confidence"]["last_30_days"] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert told["last_30_days"]["classes"][0]["precision"]["too_few"] == "under 30"


def test_pack_when_written_then_its_digests_are_in_the_audit(clinician_a: Person, incident: Incident, work_lane):
    work_lane("io")

    (event,) = make.audit_events("incident.pack_written")
    with clinician_a.at_work():
        rows = dict(IncidentPack.objects.values_list("form", "sha256"))
    assert event["facts"]["sha256"] == rows
    assert event["facts"]["cases"] == 2


def test_pack_when_written_anew_then_it_tells_what_happened_since(
    clinician_a: Person, staff_a: Staff, incident: Incident, work_lane
):
    work_lane("io")
    engineer = staff_a[Role.ENGINEER]
    with engineer.at_work():
        incidents.note(by=engineer.actor, incident=incident, words="Limits were lowered on Monday")
        run = incidents.write_pack(by=engineer.actor, incident=incident)
    work_lane("io")

    assert make.fresh_run(engineer, run).state == RunState.SUCCEEDED
    with engineer.at_work():
        latest = IncidentPack.objects.get(run=run, form="json")
        with store().open(latest.object_name, key=sealing.data_key(engineer.site.pk)) as reader:
            told = json.loads(b"".join(reader.chunks()))
    assert "Limits were lowered on Monday" in [line["words"] for line in told["timeline"]]


def test_pack_when_stored_then_it_does_not_open_with_the_key_of_another_site(
    clinician_a: Person, clinician_b: Person, incident: Incident, work_lane
):
    work_lane("io")
    with clinician_a.at_work():
        name = IncidentPack.objects.values_list("object_name", flat=True)[0]

    with clinician_b.at_work(), pytest.raises(Exception, match=r".") as refused:
        key = sealing.data_key(clinician_b.site.pk)
        with store().open(name, key=key) as reader:
            b"".join(reader.chunks())
    assert "damaged" in type(refused.value).__name__.lower()


# --- figures ----------------------------------------------------------------------------------------------------------


def test_rates_when_enough_were_decided_then_with_interval():
    decided = [Decided("urgent", "urgent")] * 40 + [Decided("urgent", "routine")] * 10
    decided += [Decided("routine", "urgent")] * 20

    (urgent,) = figures.rates(["urgent"], ["urgent"] * 60, decided)

    assert (urgent.answers, urgent.precision, urgent.recall) == (60, Share(40, 50), Share(40, 60))
    assert urgent.precision.value == 0.8
    low, high = urgent.precision.interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.67, 0.888)  # Wilson


def test_share_when_too_few_then_no_figure():
    assert (Share(29, 29).value, Share(29, 29).interval) == (None, None)


def test_histogram_when_sure_then_in_the_last_tenth():
    assert figures.histogram([0.0, 0.09, 0.1, 0.99, 1.0]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_days_when_nothing_was_answered_then_they_are_there_all_the_same():
    today = timezone.now().date()

    found = figures.days(today - timedelta(days=2), today, [today, today], [today])

    assert [(day.answers, day.marked) for day in found] == [(0, 0), (0, 0), (2, 1)]
