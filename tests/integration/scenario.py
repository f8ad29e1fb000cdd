"""One row of everything a site can hold, made through the actions."""

from dataclasses import replace
from uuid import uuid4

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from clinic import search_worker, tasks
from clinic.actions import (
    cases,
    claims,
    consents,
    corrections,
    cosigning,
    erasing,
    glass,
    handovers,
    idempotency,
    monitors,
    notes,
    patients,
    proposals,
    registers,
    reports,
    retention,
    reviews,
    runs,
    searching,
    stops,
    thresholds,
    transcripts,
    uploads,
    vocabulary,
    work,
)
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.capabilities import capability_named
from clinic.incident_pack import worker
from clinic.models import Case, CaseState, Engine, Purpose, Register, Run, RunError, Site
from clinic.pipeline import Work, kind_named
from clinic.retention import policies
from clinic.search_kinds import INDEX
from clinic.sql.row_security import WITHOUT_POLICY
from clinic.worker import CheckOutcome
from coaching import asking
from coaching import comparing as comparing_questions
from coaching.actions import attempts, live, practising, purposes
from coaching.actions import drawing as question_drawing
from coaching.actions import questions as own_questions
from coaching.actions import searching as question_searching
from coaching.inference import bank
from consult.actions import waits as consult_waits
from extraction.actions import checking, standing
from radiology.actions import reads as film_reads
from radiology.actions import recall as film_answers
from radiology.models import ReadingPolicy
from tests import make
from tests.integration import contradicting
from tests.integration.answering import answered
from tests.integration.classify import sorting
from tests.integration.coaching import practice
from tests.integration.consult import consulting
from tests.integration.engines.stream import say, watched
from tests.integration.extraction import comparing, finding, prompted
from tests.integration.radiology import reading
from tests.integration.reviewing import NAME, flagged, urgency_capability
from tests.integration.speech import transcribing
from tests.make import Person
from tests.signing import sign

# Tables that stand before the actions which write them. A table that is filled must be taken off this list.
AHEAD: frozenset[str] = frozenset(
    {
        "ShadowAnswer",
    }
)  # fmt: skip


def fill(by: Person, colleague: Person) -> Case:
    """Two runs: one finished, one dead."""
    with by.at_work():
        patient = patients.create(by=by.actor, site=by.site, name="Name of a patient")
        case = cases.open_case(
            by=by.actor, patient=patient, question="A question", encounter="E-1", assignee=colleague.user
        )
        consents.record(by=by.actor, case=case, purpose=Purpose.CARE, is_given=True)
        notes.write(by=by.actor, case=case, body=f"For @{colleague.user.email}")
        cases.move(by=by.actor, case=case, to=CaseState.AWAITING_AI, reason="A reason")
        letter, _is_new = uploads.store_whole(by=by.actor, case=case, chunks=[b"A letter\n"], name="letter.txt")
        session = uploads.open_session(by=by.actor, case=case, name="voice.wav", language="en")
        uploads.add_chunk(by=by.actor, session=session, index=0, data=b"RIFF")
        for _ in range(2):
            make.run(by, case, [letter])
        idempotency.once(by=by.actor, key="once", request=b"", make=lambda: case.pk)
    first, second = (work.claim(lane="cpu", worker="scenario") for _ in range(2))
    assert first and second
    with by.at_work():
        outcome = CheckOutcome(files=1, bytes_read=9, digests=("0",), all_match=True)
        work.succeed(first, sort=kind_named("clinic.check"), outcome=outcome, replay={})
        work.fail(second, error=RunError.INPUT_REFUSED)
    with urgency_capability():
        learn_a_lesson(by, case)
        decided, held = (flagged(by, case) for _ in range(2))
        with by.at_work():
            for item, decide in ((decided, reviews.decide), (held, reviews.hold)):
                claims.claim(by=by.actor, item=item)
                decide(by=by.actor, item=item, label="routine")
        _change_how_it_is_read(by.site)
        _stop_an_engine(by, case)
    fill_report(by, colleague)
    _watch_an_engine(by, case)
    _read_a_film(by.site)
    sorting.document(by, case)
    sorting.many(by, case)
    sorting.printed(by, case)
    check_facts(by)
    correct_a_transcript(by, case)
    try_a_prompt(by.site)
    forget_a_patient(by)
    _keep_for_a_time(by.site, case)
    consult_on(by, case)
    practise(by, colleague)
    search_texts(by)
    break_the_glass(by.site, case)
    return case


def break_the_glass(site: Site, case: Case) -> None:
    engineer = make.person(site, Role.ENGINEER)
    with engineer.at_work():
        glass.break_glass(by=engineer.actor, site=site, number=case.number, confirmed_at=timezone.now(),
                          reason="Its files do not open.")  # fmt: skip


def search_texts(by: Person) -> None:
    with by.at_work():
        searching.ask(by=by.actor, query="words", filters={})
        saved = searching.keep(by=by.actor, name="A name", query="words", filters={})
        searching.remove(by=by.actor, saved=searching.keep(by=by.actor, name="Not kept", query="words", filters={}))
        run, _is_new = runs.request(by=Actor.system("search", by.site.pk), kind=INDEX, batch=True)
        work_index = Work(run.pk, INDEX, {}, (), 1, lambda _stage, _percent: None)
        searching.indexed(run=run, outcome=search_worker.index(work_index), by=by.actor)
        assert saved.pk


def practise(by: Person, colleague: Person) -> None:
    """Recorded and typed, searched for, drawn, liked, with a coach; a question of the site, a purpose of its admin."""
    kept = practice.begun(by)
    practice.sent(by, practice.recording(by, kept), practice.wav(practice.tone(1)))
    judged = practice.typed(by, kept)
    run = practice.ended(by, judged)
    with by.at_work():
        attempts.judge(by=by.actor, attempt=run, is_useful=True)
        practising.rate(by=by.actor, practice=kept, satisfaction=4)
        practising.prefer(
            by=by.actor, role="nurse", language="en", keeps="all", engines="rules", counts_disfluency=True
        )
        question_drawing.draw(by=by.actor)
        search = question_searching.ask(
            by=by.actor, query="biopsy", filters={"role": "", "category": "", "difficulty": 0}
        )
        session = live.invite(by=by.actor, practice=kept, coach=colleague.user)
        live.note(by=by.actor, live=session, text="Slower.")
        own_questions.propose(by=by.actor, body=asking.told(bank.questions()[0]) | {"id": "our-own"})
        comparing_questions.keep_in_step(search.site_id, bank.questions()[:1], practice.Numbers())
    admin = make.person(by.site, Role.ADMIN)
    with admin.at_work():
        purposes.record(by=admin.actor, purpose="Training of voice in a study that people agreed to.")


def consult_on(by: Person, case: Case) -> None:
    """With an answer, and with waiting times of the site's own."""
    consulting.answered(by, consulting.typed(by, consulting.begun(by, case)))
    admin = make.person(by.site, Role.ADMIN)
    with admin.at_work():
        consult_waits.change(by=admin.actor, voice_s=8, picture_s=12)


def _keep_for_a_time(site: Site, case: Case) -> None:
    admin = make.person(site, Role.ADMIN)
    with admin.at_work():
        retention.set_rule(by=admin.actor, policy=policies()[0], cold_days=20, expiry_days=80)
        retention.hold(by=admin.actor, case=case, reason="The court has asked.")
        said = registers.Said(what="Hygiene", who="The ward", words="The paper lies in the safe.")
        registers.add(by=admin.actor, register=Register.TRAINING, said=said)


def try_a_prompt(site: Site) -> None:
    engineer = make.person(site, Role.ENGINEER)
    with prompted.language_engine():
        version = prompted.branch(engineer)
        prompted.tried(engineer, version)
        prompted.judged(engineer, make.person(site, Role.CLINICIAN), version)
    comparing.running(engineer)
    with engineer.at_work():
        standing.switch(by=engineer.actor, kind="vitals", is_on=True, reason="Nobody corrects them.")


def forget_a_patient(by: Person) -> None:
    """Somebody of whom there is nothing else."""
    patient = make.patient(by)
    first, second = (make.person(by.site, role) for role in (Role.ADMIN, Role.LEAD))
    with first.at_work():
        proposal = erasing.ask(by=first.actor, patient=patient, reason="Asked for by letter")
    with second.at_work():
        proposals.agree(by=second.actor, proposal=proposal, confirmed_at=timezone.now())


def correct_a_transcript(by: Person, case: Case) -> None:
    run = transcribing.heard(by, case)
    with by.at_work():
        transcripts.correct(by=by.actor, run=run, first=0, last=0, words="Take")
        vocabulary.add(by=by.actor, words=["cetirizine"])
    contradicting.one(by, case)


def check_facts(by: Person) -> None:
    found = finding.found(by, make.case(by))
    with by.at_work():
        checking.edit(by=by.actor, sheet=found, key="medications.0", told={"name": "amoxicillin"})


def _read_a_film(site: Site) -> None:
    by = make.person(site, Role.RADIOLOGIST)
    with by.at_work():
        ReadingPolicy.objects.create(site=site)
        told = replace(reading.refused("rotated"), dicom=reading.APART)
        found = reading.film(by, make.case(by), told)
        film_reads.take(by=by.actor, film=found)
        film_reads.seal(by=by.actor, film=found, impression="viral", certainty="sure", findings="A finding")
        film_reads.conclude(by=by.actor, film=found, stance="alone")
        film_answers.forget(by=by.actor, site=site, reason="Its weights were damaged.")


def learn_a_lesson(by: Person, case: Case) -> Engine:
    """Somebody who agrees to training is decided on, and an engine learns from it."""
    with by.at_work():
        consents.record(by=by.actor, case=case, purpose=Purpose.TRAINING, is_given=True)
    item = flagged(by, case)
    engineer = make.person(by.site, Role.ENGINEER)
    with by.at_work():
        claims.claim(by=by.actor, item=item)
        reviews.decide(by=by.actor, item=item, label="routine", note="Looked at it")
    with engineer.at_work():
        items = corrections.items_for_training(by=engineer.actor, capability=NAME)
        learner = Engine.objects.create(capability=NAME, name="Learner", version=by.site.name, digest=uuid4().hex * 2,
                                        manifest={}, card={}, signer="tests", folder="/nowhere")  # fmt: skip
        corrections.lesson(by=engineer.actor, engine=learner, items=items)
    return learner


def _change_how_it_is_read(site: Site) -> None:
    first, second = (make.person(site, role) for role in (Role.ENGINEER, Role.LEAD))
    with first.at_work():
        asked = (
            thresholds.propose_limits(by=first.actor, capability=NAME, values={"routine": 0.8}, reason="A test of it"),
            thresholds.propose_policy(by=first.actor, capability=NAME, rules={"readers": 2}, reason="A test of it"),
        )
        for proposal in asked:
            proposals.agree(by=second.actor, proposal=proposal)


def _stop_an_engine(by: Person, case: Case) -> None:
    """While it still thinks; the pack that is asked for is written."""
    answered(by, case, meanwhile=lambda: stops.pull(by=by.actor, capability=NAME, note="Answers are wrong"))
    pack = work.claim(lane="io", worker="scenario")
    assert pack
    with by.at_work():
        written = worker.write(tasks._work(pack, Run.objects.get(pk=pack.run_id)))
        work.succeed(pack, sort=kind_named("clinic.incident_pack"), outcome=written, replay={})


def fill_report(by: Person, colleague: Person) -> None:
    """In a case of its own: one version signed, a second signature asked for, handed over; and a draft of the next."""
    signed = make.case(by)
    version = sign(by, signed)
    with by.at_work():
        cosigning.ask(by=by.actor, report=version, whom=colleague.user)
        handovers.offer(by=by.actor, case=signed, to=colleague.user, note="Nothing is open.")
        reports.begin_amendment(by=by.actor, case=signed)


def _watch_an_engine(by: Person, case: Case) -> None:
    engine = Engine.objects.get(name="Letter rules")
    with by.at_work():
        watched(by, case, [say("routine")], engine)
        monitors._raise(by.actor, capability_named(engine.capability), engine.digest, "mix", {}, ())


def guarded_models() -> list[type[Model]]:
    """Every table whose rows belong to a site, but those that say why they carry no policy."""
    with_site = [m for m in apps.get_models() if any(f.attname == "site_id" for f in m._meta.local_concrete_fields)]
    return [m for m in with_site if m._meta.db_table not in {*WITHOUT_POLICY, "audit_event"}]
