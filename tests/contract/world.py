"""Site A as the examples of the description have it: each id of an example stands for a row that is really there."""

import json
from dataclasses import dataclass, field
from typing import Any

from clinic.actions import cases, claims, keys, notifications, reports, uploads
from clinic.api import examples
from clinic.authorization.roles import Role
from clinic.models import AuditEvent, CaseState, NoticeKind, Notification
from tests import make
from tests.contract import engines
from tests.integration import reviewing
from tests.integration.second_opinion import answered, span
from tests.make import Person
from tests.signing import sign

CANARY = "Canaria Cedar"
OF_ENGINEERS = {"proposeLimits", "proposeReviewPolicy", "proposeEngineChange", "rollBackEngine", "agreeToProposal",
                "refuseProposal"}  # fmt: skip
OF_AUDITORS = {"listAuditEvents", "readAuditEvent", "listReaders", "listCheckpoints", "exportAudit"}
TEXT = b"test"  # what the digest in the examples is of


def role_of(operation: str) -> Role:
    """Whose work it is."""
    if operation in OF_ENGINEERS:
        return Role.ENGINEER
    return Role.AUDITOR if operation in OF_AUDITORS else Role.CLINICIAN


@dataclass
class World:
    person: Person
    auditor: Person
    engineer: Person
    ids: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)  # by the operation that needs one in that state
    cases: dict[str, str] = field(default_factory=dict)  # the same
    engines: dict[str, str] = field(default_factory=dict)  # the same

    def asker(self, operation: str) -> Person:
        others = {Role.ENGINEER: self.engineer, Role.AUDITOR: self.auditor}
        return others.get(role_of(operation), self.person)

    def path(self, operation: str, template: str) -> str:
        held = (self.runs, self.cases, self.engines)
        own = next((each[operation] for each in held if operation in each), None) or self.ids[_id_in(template)]
        return template.replace("{id}", own).replace("{index}", "1").replace("{code}", "not_found")

    def body(self, example: Any) -> Any:
        text = json.dumps(example)
        for known, real in self.ids.items():
            text = text.replace(known, real)
        return json.loads(text)


def _id_in(template: str) -> str:
    kinds = {"cases": examples.CASE_ID, "patients": examples.PATIENT_ID, "sessions": examples.SESSION_ID,
             "uploads": examples.UPLOAD_ID, "runs": examples.RUN_ID, "keys": examples.KEY_ID,
             "notifications": examples.NOTICE_ID, "events": examples.EVENT_ID,
             "reports": examples.REPORT_ID, "reviews": examples.ITEM_ID, "engines": examples.DEPLOYMENT_ID,
             "proposals": examples.PROPOSAL_ID}  # fmt: skip
    before = template.partition("/{id}")[0].rpartition("/")[2]
    return kinds.get(before, examples.CASE_ID)


def build(person: Person, colleague: Person, auditor: Person, engineer: Person, work: Any) -> World:
    patient = make.patient(person, name=CANARY)
    case = make.case(person, of=patient, question=f"Is {CANARY} well?")
    upload = make.upload(person, case)
    runs = {name: make.run(person, case, mode=mode) for name, mode in (("done", "pass"), ("dead", "fail"))}
    work("cpu")
    signed, sentence, answer = sign(person, make.case(person)), _sentence(person, case), _answer(person, case, upload)
    waiting, to_cancel = make.run(person, case), make.run(person, case)
    to_ask = reviewing.answered(person, make.case(person)).run_id
    make.settle()
    return World(
        person,
        auditor,
        engineer,
        ids={
            examples.ITEM_ID: _item(person, make.case(person)),
            examples.EVENT_ID: str(AuditEvent.objects.get(event="case.opened", case_id=case.pk).pk),
            examples.CASE_ID: str(case.pk),
            examples.PATIENT_ID: str(patient.pk),
            examples.ANA_ID: str(person.user.pk),
            examples.UPLOAD_ID: str(upload.pk),
            examples.SESSION_ID: _session(person, case),
            examples.RUN_ID: str(waiting.pk),
            examples.KEY_ID: _key(person),
            examples.SENTENCE_ID: sentence,
            examples.RESULT_ID: answer,
            examples.REPORT_ID: str(signed.pk),
            examples.NOTICE_ID: _notice(person, colleague, case),
            **engines.ids_of(engineer),
        },
        runs={
            "cancelRun": str(to_cancel.pk),
            "replayRun": str(runs["dead"].pk),
            "readResult": str(runs["done"].pk),
            "readEvidence": str(runs["done"].pk),
            "askForReview": str(to_ask),
        },
        cases={"beginAmendment": str(signed.case_id), "listReports": str(signed.case_id), "signReport": _ready(person)},
        engines={"rollBackEngine": engines.live_after_another(engineer)},
    )


def _item(person: Person, case: Any) -> str:
    """In the hands of whoever asks: she may renew, release and decide."""
    item = reviewing.flagged(person, case)
    with person.at_work():
        claims.claim(by=person.actor, item=item)
    return str(item.pk)


def _sentence(person: Person, case: Any) -> str:
    with person.at_work():
        return reports.write(by=person.actor, case=case, section="findings", text="A sentence of Site A.").id


def _answer(person: Person, case: Any, upload: Any) -> str:
    """Of an engine, about the upload; its capability need not be known any longer."""
    return str(answered(person, case, [upload], [span(upload, "A letter", "A letter")]).pk)


def _ready(person: Person) -> str:
    """A case whose report has all it needs but the signature."""
    case = make.case(person)
    with person.at_work():
        cases.move(by=person.actor, case=case, to=CaseState.AWAITING_HUMAN)
        reports.write(by=person.actor, case=case, section="findings", text="A sentence.", is_mine=True)
    return str(case.pk)


def _session(person: Person, case: Any) -> str:
    with person.at_work():
        session = uploads.open_session(by=person.actor, case=case, name="letter.txt")
        uploads.add_chunk(by=person.actor, session=session, index=0, data=TEXT)
    return str(session.pk)


def _key(person: Person) -> str:
    with person.at_work():
        issued = keys.issue(by=person.actor, owner=person.user, name="old", scopes=person.actor.permissions, days=1)
    return str(issued.key.pk)


def _notice(person: Person, colleague: Person, case: Any) -> str:
    with colleague.at_work():
        notifications.send(by=colleague.actor, person_id=person.user.pk, kind=NoticeKind.MENTIONED, case=case)
    with person.at_work():
        return str(Notification.objects.get(person=person.user, kind=NoticeKind.MENTIONED).pk)
