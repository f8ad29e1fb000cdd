"""Rows of a case as resources of FHIR R4. The patient is told by her number, sex and age; her name stays here."""

import base64
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from clinic import safety
from clinic.contradiction_words import says, title_of
from clinic.export.gather import Gathered, Spoken, Told
from clinic.fhir.shapes import (
    LOINC,
    UCUM,
    Resource,
    coded,
    coding,
    derived,
    identifier,
    instant,
    made,
    ref,
    ref_to,
    text,
    twin,
)
from clinic.models import (
    Case,
    CaseState,
    Conflict,
    ConflictState,
    Entry,
    EntryKind,
    Note,
    Patient,
    Report,
    Review,
    Sex,
    Upload,
    User,
)
from clinic.proof import Proof
from clinic.report_content import body_of

_GENDER = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.OTHER: "other"}
_ENDED = (CaseState.SIGNED, CaseState.AMENDED, CaseState.CLOSED)
_PRIORITY = {"emergency": "EM", "urgent": "UR", "routine": "R"}
_ACTIONS = {EntryKind.CASE_OPENED: "C", EntryKind.NOTE: "C", EntryKind.UPLOAD: "C", EntryKind.RUN_FINISHED: "E",
            EntryKind.RUN_REQUESTED: "E"}  # fmt: skip
SIGNED_BY_AUTHOR = coding("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.1")
COSIGNED = coding("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.2")
AGE, REST, UNSIGNED = "age", "rest", "unsigned-report"  # of what twins are
PRINTED, PROVENANCE, TRANSCRIPT = "printed", "provenance", "transcript"
OLDEST = 90  # years; above that nobody's age is told
Where = Callable[[Upload], str]  # the address of a file's bytes


def subject(told: Gathered) -> Resource:
    return subject_of(told.case)


def subject_of(case: Case) -> Resource:
    return ref("Patient", case.patient_id, case.patient.pseudonym)


def encounter_of(told: Gathered) -> Resource:
    return ref("Encounter", told.case.pk)


def patient(row: Patient) -> Resource:
    return made("Patient", row.pk, identifier=[identifier("urn:rounds:patient", row.pseudonym)],
                gender=_GENDER.get(Sex(row.sex), "unknown"),
                managingOrganization=ref("Organization", row.site_id))  # fmt: skip


def organization(told: Gathered) -> Resource:
    return made("Organization", told.site.pk, name=told.site.name)


def practitioner(person: User) -> Resource:
    return made("Practitioner", person.pk, active=person.is_active, name=[{"text": person.name}])


def encounter(case: Case) -> Resource:
    numbers = [identifier("urn:rounds:case", case.reference)]
    if case.encounter:
        numbers.append(identifier("urn:rounds:encounter", case.encounter))
    is_over = visit_of(case.state) == "finished"
    period = {"start": instant(case.opened_at)} | ({"end": instant(case.state_since)} if is_over else {})
    return made(
        "Encounter", case.pk, identifier=numbers, status=visit_of(case.state),
        **{"class": coding("v3-ActCode", "AMB")}, priority=coded("v3-ActPriority", _PRIORITY[case.urgency]),
        subject=subject_of(case), period=period, reasonCode=[text(case.question)],
        serviceProvider=ref("Organization", case.site_id),
    )  # fmt: skip


def visit_of(state: str) -> str:
    return "finished" if state in _ENDED else "in-progress"


def age(told: Gathered) -> Resource | None:
    years = told.case.age_years
    if years is None:
        return None
    quantity = {"value": years, "unit": "a", "system": UCUM, "code": "a"}
    quantity |= {"comparator": ">="} if years >= OLDEST else {}
    return made("Observation", twin(told.case.pk, AGE), status="final", code=coded(LOINC, "30525-0", "Age"),
                subject=subject(told), encounter=encounter_of(told), effectiveDateTime=instant(told.case.opened_at),
                valueQuantity=quantity)  # fmt: skip


# --- files ------------------------------------------------------------------------------------------------------------


def document(told: Gathered, upload: Upload, where: Where) -> Resource:
    attachment = {"contentType": upload.content_type, "url": where(upload), "size": upload.size, "title": upload.name,
                  "creation": instant(upload.added_at)}  # fmt: skip
    return made(
        "DocumentReference", upload.pk, status="current", type=text(upload.get_kind_display()), subject=subject(told),
        identifier=[identifier("urn:rounds:sha256", upload.sha256)], date=instant(upload.added_at),
        author=[_person(upload.added_by)] if upload.added_by else None, content=[{"attachment": attachment}],
        context={"encounter": [encounter_of(told)]},
    )  # fmt: skip


def _person(person: User) -> Resource:
    return ref("Practitioner", person.pk, person.name)


def transcript_id(one: Spoken) -> str:
    return twin(one.upload.pk, TRANSCRIPT)


def transcript(told: Gathered, one: Spoken, attachment: Resource) -> Resource:
    """Of a recording: preliminary until a person has checked it."""
    return made(
        "DocumentReference", transcript_id(one), status="current",
        docStatus="final" if one.is_checked else "preliminary", type=text(_("Transcript")), subject=subject(told),
        identifier=[identifier("urn:rounds:transcript-of-sha256", one.upload.sha256)], date=instant(one.at),
        relatesTo=[{"code": "transforms", "target": ref("DocumentReference", one.upload.pk)}],
        content=[{"attachment": attachment}], context={"encounter": [encounter_of(told)]},
    )  # fmt: skip


def note(told: Gathered, row: Note) -> Resource:
    return made("Communication", row.pk, status="completed", subject=subject(told), encounter=encounter_of(told),
                sent=instant(row.at), sender=_person(row.author) if row.author else None,
                payload=[{"contentString": row.body}])  # fmt: skip


# --- contradictions ---------------------------------------------------------------------------------------------------


def contradiction(told: Gathered, row: Conflict) -> Resource:
    """Between two sources. Final once a person has said what became of it."""
    sides, about = row.sides["sides"], str(row.sides["about"])
    leaving = {str(upload.pk) for upload in told.uploads}
    sources = sorted({str(side["upload"]) for side in sides} & leaving)
    return made(
        "DetectedIssue", row.pk, status="preliminary" if row.state == ConflictState.OPEN else "final",
        code=coded("urn:rounds:contradiction", row.kind, title_of(row.kind, about)), patient=subject(told),
        identifiedDateTime=instant(row.found_at), author=ref_to(rounds()),
        implicated=[ref("DocumentReference", pk) for pk in sources],
        detail="\n".join(f"{side['name']}: {side['words'] or says(side['holds'])}" for side in sides),
        mitigation=_decided(row),
    )  # fmt: skip


def _decided(row: Conflict) -> list[Resource]:
    if row.decided_by is None or row.decided_at is None:
        return []
    held = row.get_holds_display() if row.holds else row.get_state_display()
    action = coded("urn:rounds:contradiction-decided", row.holds or row.state, held) | {"text": f"{held}: {row.reason}"}
    return [{"action": action, "date": instant(row.decided_at), "author": _person(row.decided_by)}]


# --- engines ----------------------------------------------------------------------------------------------------------


def rounds() -> Resource:
    return made("Device", derived("rounds", "device"), deviceName=[{"name": "Rounds", "type": "manufacturer-name"}],
                type=text("Clinical workstation"))  # fmt: skip


def engine_id(one: Told) -> str:
    return derived(one.result.engine_digest or one.result.engine, "engine")


def engine(told: Gathered, one: Told) -> Resource:
    known = told.engines.get(one.result.engine_digest)
    digest = one.result.engine_digest
    return made(
        "Device", engine_id(one), status="active", type=text(one.title),
        identifier=[identifier("urn:rounds:engine", digest)] if digest else None,
        deviceName=[{"name": known.name if known else one.result.engine or one.title, "type": "model-name"}],
        version=[{"value": known.version}] if known else None,
        property=[{"type": text("remote"), "valueCode": [text("yes")]}] if known and known.is_remote else None,
        note=[text(safety.told()["text"])],
    )  # fmt: skip


def answer_id(one: Told) -> str:
    return twin(one.result.pk, REST) if one.is_rest else str(one.result.pk)


def answer(told: Gathered, one: Told) -> Resource:
    """What an engine said: preliminary, unless a person signed it as it stands."""
    return made(
        "Observation", answer_id(one), status=one.status, code=coded("urn:rounds:kind", one.result.kind, one.title),
        subject=subject(told), encounter=encounter_of(told), effectiveDateTime=instant(one.result.at),
        issued=instant(one.result.at), device=ref("Device", engine_id(one)), **_value(one),
        component=[_probability(one, name) for name in one.probabilities], note=[text(safety.told()["text"])],
        derivedFrom=_sources(told, one),
    )  # fmt: skip


def _value(one: Told) -> Resource:
    if one.label:
        words = one.class_words.get(one.label, one.label)
        return {"valueCodeableConcept": coded(f"urn:rounds:class:{one.result.kind}", one.label, words)}
    if one.words:
        return {"valueString": one.words}
    return {"dataAbsentReason": coded("data-absent-reason", "unknown", _("The engine gave no answer"))}


def _probability(one: Told, name: str) -> Resource:
    """Calibrated, else there is none; and whether the class is in the set that holds the true one nine times in ten."""
    told: Resource = {
        "code": coded(f"urn:rounds:class:{one.result.kind}", name, one.class_words.get(name, name)),
        "valueQuantity": {"value": round(float(one.probabilities[name]), 6), "unit": "1", "system": UCUM, "code": "1"},
    }  # fmt: skip
    if name in one.prediction_set:
        told["interpretation"] = [coded("urn:rounds:set", "in-prediction-set", _("In the prediction set"))]
    return told


def _sources(told: Gathered, one: Told) -> list[Resource]:
    leaving = {upload.pk for upload in told.uploads}
    return [ref("DocumentReference", pk) for pk in one.uploads if pk in leaving]


def decision(told: Gathered, row: Review) -> Resource:
    """What a person decided on an answer. It counts as final when the report that followed is signed."""
    newest = told.newest
    is_final = newest is not None and row.at <= newest.signed_at
    [about] = [one for one in told.answers if one.result.pk == row.result_id and not one.is_rest]
    words = about.class_words.get(row.label, row.label)
    agreement = {True: "agrees", False: "disagrees"}.get(row.agrees) if row.agrees is not None else None
    return made(
        "Observation", row.pk, status="final" if is_final else "preliminary",
        code=coded("urn:rounds:kind", f"{about.result.kind}:decision", _("A person decided: %s") % about.title),
        subject=subject(told), encounter=encounter_of(told), effectiveDateTime=instant(row.at), issued=instant(row.at),
        performer=[_person(row.reader)],
        valueCodeableConcept=coded(f"urn:rounds:class:{about.result.kind}", row.label, words),
        interpretation=[coded("urn:rounds:agreement", agreement)] if agreement else None,
        derivedFrom=[ref("Observation", row.result_id)],
    )  # fmt: skip


# --- the report -------------------------------------------------------------------------------------------------------


def report_id(told: Gathered) -> str:
    return str(told.newest.pk) if told.newest else twin(told.case.pk, UNSIGNED)


def report(told: Gathered, printed: Resource | None, studies: Iterable[Resource]) -> Resource:
    """The newest signed version; where nothing is signed, a preliminary one that concludes nothing."""
    newest = told.newest
    if newest is None:
        status = "preliminary" if told.answers else "registered"
        results = [ref("Observation", answer_id(one)) for one in told.answers]
        return _report(told, status, results, studies)
    results = [ref("Observation", answer_id(one)) for one in told.answers if one.is_signed]
    results += [ref("Observation", row.pk) for row in told.reviews if row.at <= newest.signed_at]
    said = [sentence.text for sentence in body_of(newest).sentences]
    signer = [_person(newest.signed_by)]
    return _report(
        told, "final" if newest.version == 1 else "amended", results, studies, issued=instant(newest.signed_at),
        performer=signer, resultsInterpreter=signer, conclusion="\n".join(said),
        presentedForm=[printed["content"][0]["attachment"]] if printed else None,
    )  # fmt: skip


def _report(told: Gathered, status: str, results: list[Resource], studies: Iterable[Resource],
            **more: object) -> Resource:  # fmt: skip
    return made(
        "DiagnosticReport", report_id(told), status=status, code=coded(LOINC, "11488-4", "Consult note"),
        subject=subject(told), encounter=encounter_of(told), effectiveDateTime=instant(told.case.opened_at),
        result=results, imagingStudy=[ref_to(one) for one in studies], **more,
    )  # fmt: skip


def printed_id(row: Report) -> str:
    return twin(row.pk, PRINTED)


def printed(told: Gathered, row: Report, attachment: Resource) -> Resource:
    """A signed version on paper. An earlier one stays, and says that it was replaced."""
    before = [one for one in told.reports if one.version == row.version - 1]
    return made(
        "DocumentReference", printed_id(row), status="current" if row == told.newest else "superseded",
        docStatus="final" if row.version == 1 else "amended", type=coded(LOINC, "11488-4", "Consult note"),
        identifier=[identifier("urn:rounds:content-sha256", row.content_sha256)], subject=subject(told),
        date=instant(row.signed_at), author=[_person(row.signed_by)], content=[{"attachment": attachment}],
        relatesTo=[{"code": "replaces", "target": ref("DocumentReference", printed_id(one))} for one in before],
        context={"encounter": [encounter_of(told)]},
    )  # fmt: skip


# --- where each comes from --------------------------------------------------------------------------------------------


def provenances(told: Gathered) -> Iterator[Resource]:
    for one in told.answers:
        yield _made_by(ref("Observation", answer_id(one)), instant(one.result.at), "performer",
                       ref("Device", engine_id(one), one.result.engine),
                       entity=[{"role": "source", "what": what} for what in _sources(told, one)])  # fmt: skip
    for row in told.reviews:
        yield _made_by(ref("Observation", row.pk), instant(row.at), "author", _person(row.reader))
    for upload in told.uploads:
        who = _person(upload.added_by) if upload.added_by else ref_to(rounds())
        yield _made_by(ref("DocumentReference", upload.pk), instant(upload.added_at), "enterer", who)
    for report in told.reports:
        yield _signed(told, report)


def _signed(told: Gathered, row: Report) -> Resource:
    """With the seal itself: over the digest of the content, as it stands in `urn:rounds:content-sha256`."""
    who, at = _person(row.signed_by), instant(row.signed_at)
    target = ref("DiagnosticReport", row.pk) if row == told.newest else ref("DocumentReference", printed_id(row))
    seals = [_seal(SIGNED_BY_AUTHOR, at, who, bytes(row.signature))]
    seals += [_seal(COSIGNED, instant(one.answered_at), _person(one.signer), one.seal.signature)
              for one in told.cosigned[row.pk] if one.answered_at]  # fmt: skip
    return _made_by(target, at, "author", who, signature=seals)


def _seal(kind: Resource, at: str, who: Resource, signature: bytes) -> Resource:
    return {"type": [kind], "when": at, "who": who, "sigFormat": "application/octet-stream",
            "data": base64.b64encode(signature).decode()}  # fmt: skip


def _made_by(target: Resource, at: str, part: str, who: Resource, **more: object) -> Resource:
    agent = {"type": coded("provenance-participant-type", part), "who": who}
    pk = twin(target["reference"].partition("/")[2], PROVENANCE)
    return made("Provenance", pk, target=[target], recorded=at, agent=[agent], **more)


# --- what happened ----------------------------------------------------------------------------------------------------


def event(told: Gathered, entry: Entry, proof: Proof) -> Resource:
    """A line of the story, with its place in the audit of the house."""
    detail = [{"type": "audit-position", "valueString": str(proof.position)}] if proof.position else []
    what = ref("Encounter", told.case.pk)
    return audit_event(
        entry.pk, coding("urn:rounds:entry", entry.kind), _ACTIONS.get(EntryKind(entry.kind), "U")
        if entry.kind in EntryKind.values else "U", instant(entry.at), entry.actor,
        {"what": what, **({"detail": detail} if detail else {})},
    )  # fmt: skip


def audit_event(pk: UUID | str, kind: Resource, action: str, at: str, person: User | None,
                entity: Resource) -> Resource:  # fmt: skip
    who = _person(person) if person else ref_to(rounds())
    return made("AuditEvent", pk, type=kind, action=action, recorded=at, outcome="0",
                agent=[{"who": who, "requestor": person is not None}], source={"observer": ref_to(rounds())},
                entity=[entity])  # fmt: skip
