"""A case in the words of FHIR R4: held against the standard's own library and against the rules of the house."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from clinic.actions import conflicts
from clinic.authorization.roles import Role
from clinic.export import parts
from clinic.export.parts import AddedFile, Parts
from clinic.fhir import profile
from clinic.models import Case
from extraction.actions import checking
from tests import make
from tests.integration import contradicting
from tests.integration.export.leaving import bundle_in, full_case, of_kind, said_of, signed_case, taken, unpacked
from tests.integration.extraction.finding import found, keys
from tests.integration.radiology import reading
from tests.integration.speech import transcribing
from tests.make import Staff

pytestmark = pytest.mark.django_db
HEADER = {"00080016": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.1.1"]}}


def test_bundle_when_read_then_it_names_whom_what_who_and_where_from(clinician_a):
    case = signed_case(clinician_a)
    bundle = bundle_in(taken(clinician_a, case)[1])
    kinds = {one["resource"]["resourceType"] for one in bundle["entry"]}

    assert {"Patient", "Encounter", "DiagnosticReport", "Observation", "DocumentReference", "Device", "Provenance",
            "AuditEvent", "Practitioner", "Organization"} <= kinds  # fmt: skip
    [patient] = of_kind(bundle, "Patient")
    assert patient["identifier"][0]["value"].startswith("P-") and not set(patient) & set(profile.NAMES_SOMEBODY)
    [report] = of_kind(bundle, "DiagnosticReport")
    assert report["conclusion"] == "Letter urgency: Urgent."
    sealed = [one for one in of_kind(bundle, "Provenance") if "signature" in one]
    assert [one["target"][0]["reference"] for one in sealed] == [f"urn:uuid:{report['id']}"]


def test_bundle_when_taken_twice_then_the_same_things_have_the_same_ids(clinician_a):
    case = signed_case(clinician_a)
    once, again = (bundle_in(taken(clinician_a, case)[1]) for _ in range(2))
    ids = [{one["fullUrl"] for one in bundle["entry"]} for bundle in (once, again)]

    assert len(ids[0] - ids[1]) == 1  # the act of taking it
    assert len(ids[1] - ids[0]) == 2  # and that it was taken before


# --- what capabilities add --------------------------------------------------------------------------------------------


def test_film_when_it_came_as_dicom_then_its_study_is_named_with_its_uids(staff_a: Staff):
    radiologist = staff_a[Role.RADIOLOGIST]
    outcome = replace(reading.OPENED, modality="DX", dicom=reading.APART | {"header": HEADER})
    film = reading.look_for_text(radiologist, reading.film(radiologist, make.case(radiologist), outcome))
    bundle = bundle_in(taken(radiologist, film.case)[1])
    Bundle.model_validate(bundle)

    [study] = of_kind(bundle, "ImagingStudy")
    with radiologist.at_work():
        told = film.dicom
        assert study["identifier"][0]["value"] == f"urn:oid:{told.study}"
        assert study["series"][0]["instance"][0]["uid"] == told.instance
    [report] = of_kind(bundle, "DiagnosticReport")
    assert report["imagingStudy"] == [{"reference": f"urn:uuid:{study['id']}"}]


def test_film_when_somebody_may_be_named_in_it_then_it_stays_here(staff_a: Staff):
    radiologist = staff_a[Role.RADIOLOGIST]
    film = reading.film(radiologist, make.case(radiologist))  # nobody has looked for writing yet
    made, data = taken(radiologist, film.case)

    assert made.left_out == 1
    assert not of_kind(bundle_in(data), "ImagingStudy") and not of_kind(bundle_in(data), "DocumentReference")
    assert f"left out: file {film.upload_id}, may_name_somebody" in said_of(data)


def test_answer_on_a_film_when_its_reader_is_to_judge_first_then_it_stays_here(staff_a: Staff):
    radiologist, clinician = staff_a[Role.RADIOLOGIST], staff_a[Role.CLINICIAN]
    film = reading.film(radiologist, make.case(radiologist))
    reading.answered(radiologist, film)
    hers, others = (taken(person, film.case)[1] for person in (radiologist, clinician))

    assert "read_first" in said_of(hers) and "read_first" not in said_of(others)
    assert [one for one in of_kind(bundle_in(others), "Observation") if "device" in one]
    assert not [one for one in of_kind(bundle_in(hers), "Observation") if "device" in one]


def test_facts_when_a_person_checked_them_then_confirmed_and_before_that_not(clinician_a):
    sheet = found(clinician_a, make.case(clinician_a))
    before = bundle_in(taken(clinician_a, sheet.case)[1])
    with clinician_a.at_work():
        for key in keys(clinician_a, sheet):
            checking.accept(by=clinician_a.actor, sheet=sheet, key=key)
    after = bundle_in(taken(clinician_a, sheet.case)[1])

    for bundle in (before, after):
        Bundle.model_validate(bundle)
        assert of_kind(bundle, "MedicationStatement")
    assert [_sure(bundle, "AllergyIntolerance") for bundle in (before, after)] == [{"unconfirmed"}, {"confirmed"}]


def _sure(bundle: dict[str, Any], kind: str) -> set[str]:
    return {one["verificationStatus"]["coding"][0]["code"] for one in of_kind(bundle, kind)}


# --- the rules of the house -------------------------------------------------------------------------------------------


def _spoilt(bundle: dict[str, Any], change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    spoilt = copy.deepcopy(bundle)
    change(spoilt)
    return spoilt


SPOILT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an engine's Observation is final": lambda b: [o.update(status="final") for o in of_kind(b, "Observation")],
    "Patient with name": lambda b: of_kind(b, "Patient")[0].update(name=[{"text": "Ana"}]),
    "not one": lambda b: b["entry"].append(copy.deepcopy(b["entry"][0])),
    "which is not in here": lambda b: b["entry"].remove(_entry(b, "Device")),
    "without Provenance": lambda b: [b["entry"].remove(o) for o in list(b["entry"]) if _is(o, "Provenance")],
    "without subject": lambda b: of_kind(b, "Observation")[0].pop("subject"),
}


def _is(entry: dict[str, Any], kind: str) -> bool:
    return bool(entry["resource"]["resourceType"] == kind)


def _entry(bundle: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in bundle["entry"] if _is(one, kind))


@pytest.mark.parametrize("fault", SPOILT)
def test_bundle_when_it_breaks_a_rule_of_the_house_then_nothing_leaves(clinician_a, fault):
    bundle = bundle_in(taken(clinician_a, full_case(clinician_a))[1])
    assert profile.faults(bundle, signed=[]) == []

    found = profile.faults(_spoilt(bundle, SPOILT[fault]), signed=[])

    assert any(fault in one for one in found), found
    with pytest.raises(profile.Unsound):
        profile.demand(_spoilt(bundle, SPOILT[fault]), signed=[])


def test_report_when_its_seal_is_missing_then_nothing_leaves(clinician_a):
    bundle = bundle_in(taken(clinician_a, signed_case(clinician_a))[1])
    signed = [one["id"] for one in of_kind(bundle, "Observation") if "device" in one]
    assert profile.faults(bundle, signed=signed) == []

    unsealed = _spoilt(bundle, lambda b: [one.pop("signature", None) for one in of_kind(b, "Provenance")])

    assert profile.faults(unsealed, signed=signed) == ["a settled DiagnosticReport without a seal"]


# --- what was said and written ----------------------------------------------------------------------------------------


def test_recording_when_its_words_are_there_then_they_go_along_as_they_stand_and_say_so(clinician_a):
    case = make.case(clinician_a)
    transcribing.heard(clinician_a, case)
    data = taken(clinician_a, case)[1]
    bundle = bundle_in(data)
    Bundle.model_validate(bundle)

    [words] = [one for one in of_kind(bundle, "DocumentReference") if one["type"]["text"] == "Transcript"]
    assert words["docStatus"] == "preliminary"
    path = words["content"][0]["attachment"]["url"]
    assert unpacked(data)[path].decode() == "take 500 mg twice a day and no fever"
    [recording] = [one for one in of_kind(bundle, "DocumentReference") if one is not words]
    assert words["relatesTo"][0]["target"]["reference"] == f"urn:uuid:{recording['id']}"
    assert "HOLDS" in said_of(data)


def test_note_when_a_person_wrote_it_then_it_goes_along_in_her_name(clinician_a):
    case = make.case(clinician_a)
    make.note(clinician_a, case, "Better <today>.")
    data = taken(clinician_a, case)[1]

    [note] = of_kind(bundle_in(data), "Communication")
    assert note["payload"] == [{"contentString": "Better <today>."}] and note["sender"]["display"]
    assert "Better &lt;today&gt;." in unpacked(data)["index.html"].decode()


# --- what a capability may hang on ------------------------------------------------------------------------------------


def test_capability_when_it_adds_a_file_then_it_lies_in_its_own_folder_and_is_signed(clinician_a, monkeypatch):
    monkeypatch.setitem(parts._contributors, "structured", f"{__name__}:_a_file")
    data = taken(clinician_a, full_case(clinician_a))[1]

    assert unpacked(data)["structured/report.dcm"] == b"DICM"
    assert "HOLDS" in said_of(data)


def _a_file(_by: object, _case: Case) -> Parts:
    return Parts(write=lambda: (AddedFile(path="report.dcm", title="Structured report", data=b"DICM"),))


# --- contradictions ---------------------------------------------------------------------------------------------------


def test_contradiction_when_open_then_it_leaves_with_both_sides_and_page_and_manifest_say_so(clinician_a, as_person):
    case = full_case(clinician_a)
    contradicting.one(clinician_a, case)

    found = unpacked(taken(clinician_a, case)[1])
    [issue] = of_kind(json.loads(found["fhir/bundle.json"]), "DetectedIssue")

    assert issue["status"] == "preliminary" and "Allergic to latex." in issue["detail"]
    assert json.loads(found["manifest.json"])["contradictions"] == {"open": 1, "decided": 0}
    assert "Nobody has decided on it." in found["index.html"].decode()
    assert "is not decided" in as_person(clinician_a).get(f"/cases/{case.pk}/export/").content.decode()


def test_contradiction_when_decided_then_final_with_who_and_why(clinician_a):
    case = full_case(clinician_a)
    row = contradicting.one(clinician_a, case)
    with clinician_a.at_work():
        conflicts.settle(by=clinician_a.actor, conflict=row, holds="first", reason="She showed her card.")

    bundle = bundle_in(taken(clinician_a, case)[1])
    [issue] = of_kind(bundle, "DetectedIssue")

    assert issue["status"] == "final" and "She showed her card." in issue["mitigation"][0]["action"]["text"]
    Bundle.model_validate(bundle)
