"""Site A as the examples of the description have it: each id of an example stands for a row that is really there."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from classify.actions import batches
from classify.api import examples as document_examples
from clinic import sealing
from clinic.actions import (
    cases,
    claims,
    cosigning,
    glass,
    handovers,
    incidents,
    keys,
    monitors,
    notifications,
    replays,
    reports,
    uploads,
    work,
)
from clinic.actions import searching as text_searching
from clinic.api import examples
from clinic.authorization.roles import Role
from clinic.capabilities import capability_named
from clinic.incident_pack.order import PackOutcome, Written
from clinic.models import (
    AuditEvent,
    Case,
    CaseState,
    DriftAlarm,
    DriftWatch,
    Incident,
    NoticeKind,
    Notification,
    Result,
    Run,
    Upload,
)
from clinic.pipeline import kind_named
from clinic.replay.order import ReplayOutcome
from clinic.uploads import store
from coaching import asking
from coaching.actions import live, questions, searching
from coaching.api import examples as coaching_examples
from coaching.inference import bank
from consult.api import examples as consult_examples
from extraction.actions import batches as fact_batches
from extraction.actions import checking
from extraction.api import examples as fact_examples
from radiology.actions import reads as film_reads
from radiology.api import examples as film_examples
from tests import make
from tests.contract import engines
from tests.integration import contradicting, engine_acts, reviewing
from tests.integration.classify import sorting
from tests.integration.coaching import practice
from tests.integration.consult import consulting
from tests.integration.extraction import comparing, finding, prompted
from tests.integration.radiology import reading
from tests.integration.second_opinion import answered, span
from tests.integration.speech import transcribing
from tests.make import Person, Staff
from tests.signing import sign

CANARY = "Canaria Cedar"
OF_ENGINEERS = {"branchPrompt", "mergePrompts", "tryPrompt", "proposePrompt", "rollBackPrompt", "draftExperiment",
                "startExperiment", "endExperiment", "proposeLimits", "proposeReviewPolicy", "proposeEngineChange",
                "rollBackEngine", "agreeToProposal", "refuseProposal", "lookAtDriftAlarm",
                "readCoachingFigures"}  # fmt: skip
OF_RADIOLOGISTS = {"takeFilm", "releaseFilm", "sealReading", "concludeReading", "overruleGatekeeper", "readFilmFigures",
                   "decideFilmText"}  # fmt: skip
OF_LEADS = {"readParticipation", "listEmergencies", "judgeEmergency"}
OF_ADMINS = {"readLawfulPurpose", "recordLawfulPurpose", "endLawfulPurpose"}
OF_AUDITORS = {"listAuditEvents", "readAuditEvent", "listReaders", "listCheckpoints", "exportAudit"}

TEXT = b"test"  # what the digest in the examples is of


def role_of(operation: str) -> Role:
    """Whose work it is."""
    special = {Role.AUDITOR: OF_AUDITORS, Role.ENGINEER: OF_ENGINEERS, Role.RADIOLOGIST: OF_RADIOLOGISTS,
               Role.LEAD: OF_LEADS, Role.ADMIN: OF_ADMINS}  # fmt: skip
    return next((role for role, theirs in special.items() if operation in theirs), Role.CLINICIAN)


@dataclass
class World:
    person: Person
    radiologist: Person
    auditor: Person
    engineer: Person
    lead: Person
    admin: Person
    ids: dict[str, str] = field(default_factory=dict)
    runs: dict[str, str] = field(default_factory=dict)  # by the operation that needs one in that state
    cases: dict[str, str] = field(default_factory=dict)  # the same
    incidents: dict[str, str] = field(default_factory=dict)  # the same
    engines: dict[str, str] = field(default_factory=dict)  # the same
    sheets: dict[str, str] = field(default_factory=dict)  # the same
    experiments: dict[str, str] = field(default_factory=dict)  # the same
    emergencies: dict[str, str] = field(default_factory=dict)  # the same
    handed: dict[str, str] = field(default_factory=dict)  # the same, of hand-overs and second signatures

    def asker(self, operation: str) -> Person:
        others = {Role.ENGINEER: self.engineer, Role.AUDITOR: self.auditor, Role.RADIOLOGIST: self.radiologist,
                  Role.LEAD: self.lead, Role.ADMIN: self.admin}  # fmt: skip
        return others.get(role_of(operation), self.person)

    def as_seen_now(self, staff: Staff) -> "World":
        """With people of its own, so that no test sees what another did to an object."""
        return replace(self, person=staff[Role.CLINICIAN], auditor=staff[Role.AUDITOR], engineer=staff[Role.ENGINEER],
                       lead=staff[Role.LEAD], admin=staff[Role.ADMIN])  # fmt: skip

    def path(self, operation: str, template: str) -> str:
        if operation == "readManyFacts":
            return template.replace("{id}", self.ids[fact_examples.BATCH_ID])
        held = (self.runs, self.cases, self.incidents, self.engines, self.sheets, self.experiments,
                self.emergencies, self.handed)  # fmt: skip
        own = next((each[operation] for each in held if operation in each), None) or self.ids[_id_in(template)]
        return (
            template.replace("{id}", own)
            .replace("{index}", "1")
            .replace("{code}", "not_found")
            .replace("{key}", "medications.0")
        )

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
             "proposals": examples.PROPOSAL_ID, "documents": document_examples.DOCUMENT_ID,
             "films": film_examples.FILM_ID, "stops": examples.STOP_ID,
             "incidents": examples.INCIDENT_ID, "emergencies": examples.EMERGENCY_ID,
             "packs": examples.PACK_ID, "alarms": examples.ALARM_ID,
             "batches": document_examples.BATCH_ID, "extractions": fact_examples.SHEET_ID,
             "consults": consult_examples.CONSULT_ID, "conflicts": examples.CONFLICT_ID,
             "prompts": str(fact_examples.PROMPT["id"]),
             "experiments": str(fact_examples.EXPERIMENT["id"]), "practices": coaching_examples.PRACTICE_ID,
             "attempts": coaching_examples.ATTEMPT_ID, "recordings": coaching_examples.RECORDING_ID,
             "site-questions": coaching_examples.SITE_QUESTION_ID, "live": coaching_examples.LIVE_ID,
             "searches": _search_in(template), "saved-searches": examples.SAVED_SEARCH_ID}  # fmt: skip
    before = template.partition("/{id}")[0].rpartition("/")[2]
    return kinds.get(before, examples.CASE_ID)


def _search_in(template: str) -> str:
    return coaching_examples.SEARCH_ID if "/coaching/" in template else examples.SEARCH_ID


def build(person: Person, colleague: Person, auditor: Person, engineer: Person, lead: Person, admin: Person,
          work_on: Any) -> World:  # fmt: skip
    patient = make.patient(person, name=CANARY)
    case = make.case(person, of=patient, question=f"Is {CANARY} well?")
    upload = make.upload(person, case)
    runs = {name: make.run(person, case, mode=mode) for name, mode in (("done", "pass"), ("dead", "fail"))}
    work_on("cpu")
    practised = _practice(person, colleague, work_on)
    signed, sentence, answer = sign(person, make.case(person)), _sentence(person, case), _answer(person, case, upload)
    letter = engine_acts.letter_answered(person, make.case(person))
    replay = _replayed(person, letter)
    stop = engine_acts.stopped(person, reviewing.NAME, "emergency")
    waiting, to_cancel = make.run(person, case), make.run(person, case)
    to_ask = reviewing.answered(person, make.case(person)).run_id
    transcript = transcribing.heard(person, case)
    films = _films(person, colleague)
    prompts = _prompts(engineer)
    make.settle()
    return World(
        person,
        colleague,
        auditor,
        engineer,
        lead,
        admin,
        ids={
            examples.ITEM_ID: _item(person, make.case(person)),
            examples.EVENT_ID: str(AuditEvent.objects.get(event="case.opened", case_id=case.pk).pk),
            examples.CASE_ID: str(case.pk),
            examples.PATIENT_ID: str(patient.pk),
            examples.ANA_ID: str(person.user.pk),
            examples.SECOND_ID: str(colleague.user.pk),
            examples.UPLOAD_ID: str(upload.pk),
            examples.SESSION_ID: _session(person, case),
            examples.RUN_ID: str(waiting.pk),
            examples.KEY_ID: _key(person),
            examples.SENTENCE_ID: sentence,
            examples.RESULT_ID: answer,
            examples.REPORT_ID: str(signed.pk),
            examples.NOTICE_ID: _notice(person, colleague, case),
            **engines.ids_of(engineer),
            examples.CONFLICT_ID: str(contradicting.one(person, make.case(person)).pk),
            examples.STOP_ID: str(stop.pk),
            examples.INCIDENT_ID: str(stop.incident.pk),
            examples.PACK_ID: _pack(person, stop.incident),
            examples.EMERGENCY_ID: _emergency(person),
            examples.ALARM_ID: _alarm(person, letter),
            document_examples.DOCUMENT_ID: str(sorting.routed(person, sorting.document(person, make.case(person))).pk),
            document_examples.MANY_ID: str(_many(person, case).pk),
            document_examples.BATCH_ID: _batch(person, case),
            **_consult(person),
            **_searches(person),
            **prompts,
            **practised,
            fact_examples.SHEET_ID: str(finding.found(person, make.case(person)).pk),
            fact_examples.MANY_ID: str(_many(person, case, "facts.zip").pk),
            fact_examples.BATCH_ID: _fact_batch(person, case),
            film_examples.FILM_ID: films["readFilm"],
            film_examples.PICTURE_ID: str(reading.picture(person, case).pk),
            film_examples.ARCHIVE_ID: str(make.upload(person, case, data=reading.archive(), name="films.zip").pk),
        },
        runs={
            "cancelRun": str(to_cancel.pk),
            "replayRun": str(runs["dead"].pk),
            "readResult": str(runs["done"].pk),
            "readEvidence": str(runs["done"].pk),
            "askForReview": str(to_ask),
            "replayResult": str(letter.run_id),
            "readComparison": str(replay.pk),
            "readTranscript": str(transcript.pk),
            "editTranscript": str(transcript.pk),
            "playAttempt": practised[coaching_examples.RECORDING_ID],
            "captionAttempt": practised[coaching_examples.RECORDING_ID],
        },
        incidents={
            "resolveIncident": str(_incident(person).pk),
            "reviewIncident": str(_incident(person).pk),
            "closeIncident": str(_looked_back_on(person).pk),
        },
        cases=films
        | {"beginAmendment": str(signed.case_id), "listReports": str(signed.case_id), "signReport": _ready(person)},
        engines={"rollBackEngine": engines.live_after_another(engineer)},
        sheets={"finishExtraction": _checked(person), "takeBackFact": _checked(person)},
        experiments={"endExperiment": _drafted(engineer, "To be given up")},
        emergencies={"judgeEmergency": _glass(engineer, case)},
        handed=_handed(person, colleague),
    )


def _handed(person: Person, colleague: Person) -> dict[str, str]:
    """To her, and by her; what she is asked to sign too."""
    offers = {"takeHandover": (colleague, person), "declineHandover": (colleague, person),
              "withdrawHandover": (person, colleague)}  # fmt: skip
    return {name: _offered(*people) for name, people in offers.items()} | {
        name: _asked_to_sign(colleague, person) for name in ("signCosignature", "declineCosignature")
    }


def _offered(giver: Person, taker: Person) -> str:
    case = make.case(giver)
    with giver.at_work():
        return str(handovers.offer(by=giver.actor, case=case, to=taker.user, note="Watch her.").pk)


def _asked_to_sign(first: Person, second: Person) -> str:
    report = sign(first, make.case(first))
    with first.at_work():
        return str(cosigning.ask(by=first.actor, report=report, whom=second.user).pk)


def _emergency(person: Person) -> str:
    """In another case of the other site than the example opens."""
    theirs = make.World.b[Role.CLINICIAN]
    make.case(theirs)
    return _glass(person, make.case(theirs))


def _glass(person: Person, case: Case) -> str:
    with person.at_work():
        broken = glass.break_glass(by=person.actor, site=case.site, number=case.number, confirmed_at=timezone.now(),
                                   reason=str(examples.NEW_EMERGENCY["reason"]))  # fmt: skip
    return str(broken.pk)


def _searches(person: Person) -> dict[str, str]:
    asked: dict[str, Any] = examples.SEARCH_WISH
    with person.at_work():
        row = text_searching.ask(by=person.actor, query=asked["query"], filters=asked["filters"])
        kept = text_searching.keep(by=person.actor, name="Kept", query=asked["query"], filters=asked["filters"])
    return {examples.SEARCH_ID: str(row.pk), examples.SAVED_SEARCH_ID: str(kept.pk)}


def _consult(person: Person) -> dict[str, str]:
    """Answered, with a red flag that nobody has seen yet, and a picture in its case."""
    consult = consulting.begun(person, make.case(person))
    consulting.answered(person, consulting.typed(person, consult))
    picture = consulting.picture(person, consult.case)
    return {consult_examples.CONSULT_ID: str(consult.pk), consult_examples.PICTURE_ID: str(picture.pk)}


def _practice(person: Person, colleague: Person, work_on: Any) -> dict[str, str]:
    """With feedback, a recording that goes on, and a question that somebody else has proposed."""
    done = practice.typed(person, practice.begun(person))
    work_on("cpu")
    recording = practice.sent(person, practice.recording(person, done.practice), practice.wav(practice.tone(1)))
    with colleague.at_work():
        own = questions.propose(by=colleague.actor, body=asking.told(bank.questions()[0]) | {"id": "our-own"})
    coached = practice.begun(person)
    with person.at_work():
        session = live.invite(by=person.actor, practice=coached, coach=colleague.user)
        live.note(by=person.actor, live=session, text="I rushed the middle.")
        search = searching.ask(by=person.actor, query="biopsy", filters={"role": "", "category": "", "difficulty": 0})
    return {
        coaching_examples.LIVE_ID: str(session.pk), coaching_examples.COACH_ID: str(colleague.user.pk),
        coaching_examples.SEARCH_ID: str(search.pk),
        coaching_examples.PRACTICE_ID: str(done.practice_id), coaching_examples.ATTEMPT_ID: str(done.pk),
        coaching_examples.RECORDING_ID: str(recording.pk), coaching_examples.SITE_QUESTION_ID: str(own.pk),
    }  # fmt: skip


def _many(person: Person, case: Case, name: str = "letters.zip") -> Upload:
    return make.upload(person, case, data=reading.archive(name), name=name)


def _batch(person: Person, case: Case) -> str:
    upload = _many(person, case, "more.zip")
    with person.at_work():
        return str(batches.ask(by=person.actor, upload=upload)[0].pk)


def _fact_batch(person: Person, case: Case) -> str:
    upload = _many(person, case, "more-facts.zip")
    with person.at_work():
        return str(fact_batches.ask(by=person.actor, upload=upload)[0].pk)


def _prompts(engineer: Person) -> dict[str, str]:
    """One was made live after another; one has passed its trial, and one was branched beside it; a plan."""
    with prompted.language_engine():
        live, waits = (prompted.branch(engineer, name, added) for name, added in
                       (("v2", "Quote each value."), ("v3", "Quote each unit.")))  # fmt: skip
        for version in (live, waits):
            prompted.tried(engineer, version)
        prompted.made_live(engineer, make.person(engineer.site, Role.ENGINEER), live)
    return {fact_examples.PROMPT["id"]: str(waits.pk), fact_examples.OTHER_PROMPT_ID: str(live.pk),
            fact_examples.EXPERIMENT["id"]: _drafted(engineer, "To be started")}  # fmt: skip


def _drafted(engineer: Person, name: str) -> str:
    return str(comparing.drafted(engineer, name=name).pk)


def _checked(person: Person) -> str:
    """Each of its facts was decided; that is not said yet."""
    sheet = finding.found(person, make.case(person))
    with person.at_work():
        for key in finding.keys(person, sheet):
            checking.accept(by=person.actor, sheet=sheet, key=key)
    return str(sheet.pk)


def _films(person: Person, reader: Person) -> dict[str, str]:
    """By the operation that needs one in that state; the gatekeeper has refused each."""
    states = ("readFilm", "putFilmUpright", "takeFilm", "overruleGatekeeper", "concludeReading", "sealReading")
    found = {name: reading.film(person, make.case(person), reading.refused("rotated")) for name in states}
    found["decideFilmText"] = reading.film(person, make.case(person), reading.refused("rotated", "burned_in_text"))
    with reader.at_work():
        film_reads.take(by=reader.actor, film=found["concludeReading"])
        film_reads.seal(by=reader.actor, film=found["concludeReading"], impression="viral", certainty="sure")
        film_reads.take(by=reader.actor, film=found["sealReading"])  # of two she would hold one only
    return {name: str(film.pk) for name, film in (found | {"releaseFilm": found["sealReading"]}).items()}


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


def _replayed(person: Person, result: Result) -> Run:
    """Bit for bit the same."""
    sha256 = result.output_sha256
    outcome = ReplayOutcome(
        run=str(result.run_id), engine_digest=result.engine_digest, is_identical=True, same_label=True, is_close=True,
        label_was="urgent", label_now="urgent", largest_gap=0.0, numbers=(("scores.urgent", 1.0, 1.0),), others=(),
        unlike=(("threads", "1", "2"),), sha256_was=sha256, sha256_now=sha256,
    )  # fmt: skip
    with person.at_work():
        run = replays.replay(by=person.actor, result=result)
        assert work.succeed(engine_acts.claimed(run), sort=kind_named(run.kind), outcome=outcome, replay={})
    return run


def _incident(person: Person) -> Incident:
    """That nothing stops, so that a person may say it is over."""
    with person.at_work():
        return incidents.open_by_hand(by=person.actor, capability=reviewing.NAME, note="Odd answers.")


def _looked_back_on(person: Person) -> Incident:
    incident = _incident(person)
    with person.at_work():
        incidents.resolve_by_hand(by=person.actor, incident=incident, note="It was the printer.")
        incidents.write_review(by=person.actor, incident=incident, parts=examples.INCIDENT_REVIEW)
    return incident


def _pack(person: Person, incident: Incident) -> str:
    """A stored one: what is in it is not asked here."""
    with person.at_work():
        kept = store().put([b"{}"], key=sealing.data_key(person.site.pk))
        file = Written("json", kept.size, kept.sha256, kept.name)
        run = Run.objects.filter(kind=incidents.PACK, params__incident=str(incident.pk)).get()
        incidents.record_pack(run=run, by=person.actor, outcome=PackOutcome(str(incident.pk), 1, (file,)))
        return str(incident.packs.get().pk)


def _alarm(person: Person, result: Result) -> str:
    """About how right the engine is, and nobody has looked yet."""
    capability = capability_named("clinic.letters")
    with person.at_work():
        watch = replace(monitors.fresh(capability), raised=(monitors.COVERAGE,))
        DriftWatch.objects.create(site=person.site, capability=capability.name, state=watch.as_json(),
                                  monitor=monitors.monitor_name(result.engine_digest))  # fmt: skip
        told = {"what": monitors.COVERAGE, "value": 0.8, "low": 0.7, "high": 0.88, "n": 120, "target": 0.9}
        alarm = DriftAlarm.objects.create(site=person.site, capability=capability.name, monitor=monitors.COVERAGE,
                                          moved=told | {"engine": result.engine_digest})  # fmt: skip
    return str(alarm.pk)
