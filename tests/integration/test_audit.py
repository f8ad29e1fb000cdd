"""Every act leaves one event, in its own transaction and in the chain; nobody changes it afterwards."""

import ast
import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from classify import access as document_access
from classify.actions import batches as document_batches
from classify.actions import learning as document_learning
from clinic import access, audit, checklist, contradictions, sealing, tasks
from clinic.actions import (
    backups,
    cases,
    checkpoints,
    claims,
    compliance,
    conflicts,
    consents,
    cosigning,
    exports,
    flags,
    glass,
    handovers,
    imports,
    incidents,
    janitor,
    key_rotation,
    keys,
    lost_factors,
    lost_work,
    notes,
    notifications,
    patients,
    people,
    proposals,
    registers,
    reminders,
    reports,
    retention,
    reviews,
    runs,
    sites,
    stops,
    uploads,
    vocabulary,
    work,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.backups import worker as backup_worker
from clinic.contradictions import ComparedOutcome, Found, Side
from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.errors import Code
from clinic.incident_pack import worker as incident_worker
from clinic.models import (
    AuditEvent,
    AuditLink,
    BrokenGlass,
    Case,
    CaseState,
    IdempotencyKey,
    Membership,
    Notification,
    Purpose,
    Register,
    Report,
    Run,
    RunError,
    Sex,
    Urgency,
    VocabularyWord,
)
from clinic.pipeline import Work, kind_named
from clinic.retention import policies
from clinic.uploads import store
from clinic.worker import CheckOutcome
from consult import access as consult_access
from consult.actions import consults
from consult.actions import waits as consult_waits
from extraction import access as fact_access
from extraction.actions import checking
from radiology import kinds as film_kinds
from radiology.actions import films, texts
from radiology.actions import reads as film_reads
from radiology.actions import recall as film_answers
from tests import make
from tests.integration import contradicting
from tests.integration.chain import broken_at
from tests.integration.classify import sorting
from tests.integration.consult import consulting
from tests.integration.engine_acts import look_after_engines, replay_an_answer, watch_an_engine
from tests.integration.export.records import RECORD
from tests.integration.extraction import aged, finding
from tests.integration.radiology import reading
from tests.integration.reviewing import NAME, SURE, answered, flagged, urgency_capability
from tests.integration.scenario import forget_a_patient, learn_a_lesson, search_texts
from tests.integration.two_persons import two_person_kind
from tests.make import Person, Staff
from tests.signing import sign
from tests.threads import at_once

ACTIONS = Path(settings.BASE_DIR) / "clinic" / "actions"


# --- everything once --------------------------------------------------------------------------------------------------


def names_in_the_actions() -> set[str]:
    """Every name an action may give its event: string constants of that form, wherever they stand in the call."""
    found: set[str] = set()
    for path in ACTIONS.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("audit.act", "_tell"):
                constants = (
                    n.value for n in ast.walk(call) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                )
                found |= {value for value in constants if re.fullmatch(r"[a-z_]+\.[a-z_]+", value)}
    return found


def work_a_case(by: Person, colleague: Person) -> None:
    actor = by.actor
    patient = patients.create(by=actor, site=by.site, name="Name")
    patients.update(by=actor, patient=patient, sex=Sex.FEMALE)
    case = cases.open_case(by=actor, patient=patient, question="A question")
    cases.assign(by=actor, case=case, to=colleague.user)
    hand_over(by, colleague, case)
    cases.set_urgency(by=actor, case=case, urgency=Urgency.URGENT)
    cases.edit(by=actor, case=case, question="Another question")
    cases.move(by=actor, case=case, to=CaseState.AWAITING_HUMAN)
    for is_given in (True, False):
        consents.record(by=actor, case=case, purpose=Purpose.CARE, is_given=is_given)
    notes.write(by=actor, case=case, body=f"For @{colleague.user.email}")
    Case.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(days=2), due_at=timezone.now())
    reminders.tell_overdue()
    with colleague.at_work():
        notifications.mark_read(by=colleague.actor, notification=Notification.objects.filter(read_at=None)[0])
        notifications.mark_all_read(by=colleague.actor)


def hand_over(by: Person, colleague: Person, case: Case) -> None:
    """Taken back, not taken, and taken."""
    for answer, person in (("withdraw", by), ("decline", colleague), ("accept", colleague)):
        row = handovers.offer(by=by.actor, case=case, to=colleague.user, note="Watch her.")
        words = {"reason": "Off at noon."} if answer == "decline" else {}
        with person.at_work():
            getattr(handovers, answer)(by=person.actor, handover=row, **words)


def cosign(by: Person, colleagues: list[Person], report: Report) -> None:
    """One signs it too, one does not."""
    for colleague, is_signed in zip(colleagues, (True, False), strict=True):
        with by.at_work():
            asked = cosigning.ask(by=by.actor, report=report, whom=colleague.user)
        with colleague.at_work():
            if is_signed:
                cosigning.sign(by=colleague.actor, cosignature=asked, confirmed_at=timezone.now())
            else:
                cosigning.decline(by=colleague.actor, cosignature=asked, reason="Not my field.")


def write_a_report(by: Person, colleagues: list[Person]) -> None:
    case = make.case(by)
    with by.at_work():
        reports.write(by=by.actor, case=case, section="impression", text="A draft that nobody needs")
        reports.discard(by=by.actor, case=case)
    cosign(by, colleagues, sign(by, case))
    with by.at_work():
        exports.export(by=by.actor, case=case, confirmed_at=timezone.now())
        imports.take_in(by=by.actor, data=RECORD)


def keep_files(by: Person, case: Case) -> None:
    make.upload(by, case)
    for end in ("complete", "discard"):
        session = uploads.open_session(by=by.actor, case=case, name="letter.txt")
        session = uploads.add_chunk(by=by.actor, session=session, index=0, data=f"To {end}\n".encode())
        if end == "complete":
            uploads.complete(by=by.actor, session=session)
        else:
            uploads.discard(by=by.actor, session=session)


def work_runs(by: Person, case: Case) -> None:
    outcome = CheckOutcome(files=0, bytes_read=0, digests=(), all_match=True)
    made = [make.run(by, case) for _ in range(5)]
    done, put_back, dead, lost = (work.claim(lane="cpu", worker=f"worker-{n}") for n in range(4))
    assert done and put_back and dead and lost
    work.succeed(done, sort=kind_named("clinic.check"), outcome=outcome, replay={})
    work.fail(put_back, error=RunError.UNEXPECTED, may_retry=True)
    work.fail(dead, error=RunError.INPUT_REFUSED)
    lost_work.reclaim(worker=lost.worker)
    runs.cancel(by=by.actor, run=made[4])
    runs.replay(by=by.actor, run=Run.objects.get(pk=dead.run_id))


def run_a_house(admin: Person) -> None:
    by = admin.actor
    other = sites.create(by=by, name="Another site")
    with scope(site=other.pk):
        sites.update(by=by, site=other, name="An other site")
        sites.close(by=by, site=other)
    person = people.create(by=by, email="new@example.org", name="New")
    people.update_profile(by=by, person=person, name="Newer")
    held = people.give_role(by=by, person=person, site=admin.site, role=Role.CLINICIAN)
    people.make_link(by=by, person=person)
    people.set_active(by=by, person=person, is_active=False)
    people.set_active(by=by, person=person, is_active=True)
    people.keep_role(by=by, membership=Membership.objects.get(pk=held.pk))
    people.end_role(by=by, membership=Membership.objects.get(pk=held.pk))
    key = keys.issue(by=by, owner=admin.user, name="Key", scopes=frozenset({Permission.PEOPLE_VIEW}), days=3).key
    reminders.tell_expiring_keys()
    keys.revoke(by=by, key=key)


def change_by_two(staff: Staff) -> None:
    first, second = staff[Role.ENGINEER], staff[Role.LEAD]
    with two_person_kind("tests.change") as kind, first.at_work():
        agreed, refused, taken_back = (
            proposals.propose(by=first.actor, kind=kind, reason="A reason long enough") for _ in range(3)
        )
        proposals.agree(by=second.actor, proposal=agreed)
        proposals.refuse(by=second.actor, proposal=refused, note="No")
        proposals.refuse(by=first.actor, proposal=taken_back, note="")


def review_answers(staff: Staff, case: Case) -> None:
    clinician, reader = staff[Role.CLINICIAN], staff[Role.REVIEWER]
    with urgency_capability(), reader.at_work():
        item = flagged(clinician, case)
        answered(clinician, case, SURE)
        for act in (claims.claim, claims.renew, claims.release, claims.claim):
            act(by=reader.actor, item=item)
        reviews.hold(by=reader.actor, item=item, label="routine")
        reviews.undo(by=reader.actor, item=item)
        reviews.decide(by=reader.actor, item=item, label="routine")


def keep_no_longer(staff: Staff) -> None:
    clinician, admin = staff[Role.CLINICIAN], staff[Role.ADMIN]
    sheet = aged.checked(clinician, days=91)
    retention.cool()
    with admin.at_work():
        retention.set_rule(by=admin.actor, policy=policies()[0], cold_days=20, expiry_days=80)
        hold = retention.hold(by=admin.actor, case=sheet.case, reason="The court has asked.")
        retention.lift(by=admin.actor, hold=hold, confirmed=timezone.now())
    aged.checked(clinician, days=91, text=f"{finding.LETTER}Seen again.\n", is_told=False)
    retention.announce()
    aged.delete(admin)
    with clinician.at_work():
        case = cases.move(by=clinician.actor, case=sheet.case, to=CaseState.OPEN)
        uploads.store_whole(by=clinician.actor, case=case, chunks=[finding.LETTER.encode()], name="letter.txt")


def read_films(staff: Staff) -> None:
    by = staff[Role.RADIOLOGIST]
    with by.at_work():
        refused = reading.film(by, make.case(by), reading.refused("rotated"))
        written_on = reading.film(by, make.case(by), reading.refused("rotated", "burned_in_text"))
        texts.decide(by=by.actor, film=written_on, verdict="allowed", reason="Only the side stands there.")
        films.overrule(by=by.actor, film=refused, reason="Seen upright at the workstation.")
        reading.answered(by, refused)
        films.put_upright(by=by.actor, film=refused, quarter_turns=1, is_inverted=False)
        reading.finish(by, film_kinds.OPEN, reading.refused("rotated"))
        for act in (film_reads.take, film_reads.give_back, film_reads.take):
            act(by=by.actor, film=refused)
        film_reads.seal(by=by.actor, film=refused, impression="viral", certainty="sure")
        film_reads.conclude(by=by.actor, film=refused, stance="alone")
        again = reading.film(by, make.case(by))
        first = reading.answered(by, again)
        films.ask(by=by.actor, film=reading.fresh(by, again))
        reading.answered(by, again, replace(reading.say(), recalled_from=str(first.run_id)))
        film_answers.forget(by=by.actor, site=by.site, reason="Its weights were damaged.")


def sort_documents(staff: Staff) -> None:
    by = staff[Role.CLINICIAN]
    sorting.routed(by, sorting.document(by, make.case(by)))
    engineer = staff[Role.ENGINEER]
    with pytest.MonkeyPatch.context() as patch, engineer.at_work():
        patch.setattr(flags, "drawn", lambda _run_id: 1.0)
        document_learning.ask_for_labels(by=engineer.actor, count=1)
    run = sorting.many(by, make.case(by))
    with by.at_work():
        document_access.batch_taken(by.actor, document_access.batch(by.actor, run.pk))
        document_batches.stop(by=by.actor, run=run)


def check_facts(staff: Staff) -> None:
    by = staff[Role.CLINICIAN]
    found = finding.found(by, make.case(by))
    with by.at_work():
        fact_access.sheet_list(by.actor, [fact_access.sheet(by.actor, found.pk)])
        for key in finding.keys(by, found):
            checking.reject(by=by.actor, sheet=found, key=key)
        checking.finish(by=by.actor, sheet=found)
        fact_access.facts_taken(by.actor, found, "json")


def contradict(staff: Staff) -> None:
    """Two letters, compared; one contradiction settled, one dismissed, one decided and taken back."""
    by = staff[Role.CLINICIAN]
    case = make.case(by)
    contradicting.read(by, case, contradicting.AT_HOME, contradicting.IN_HOSPITAL)
    side = Side("document", "letter.txt", str(case.pk), "", "No cough.", "cough", 3, 8, "negated")
    told = tuple(Found("finding", about, about * 16, (side, side), ()) for about in ("abcd", "ef01", "2345"))
    finding.finish(by, contradictions.KIND, ComparedOutcome(told))
    first, second, third = contradicting.conflicts(by, case)
    with by.at_work():
        conflicts.settle(by=by.actor, conflict=first, holds="first", reason="Heard it myself")
        conflicts.dismiss(by=by.actor, conflict=second, reason="Another day")
        conflicts.dismiss(by=by.actor, conflict=third, reason="By mistake")
        conflicts.reopen(by=by.actor, conflict=third)


def consult_on(staff: Staff) -> None:
    """With a recording that was begun, a picture that was stopped, looked at again and came late, and an answer nobody
    gave in time."""
    by = staff[Role.CLINICIAN]
    consult = consulting.begun(by, make.case(by))
    picture = consulting.brought(by, consult, consulting.picture(by, consult.case))
    with by.at_work():
        consults.cancel(by=by.actor, consult=consult)
        consults.read_again(by=by.actor, part=picture)
    consulting.typed(by, consult)
    consulting.time_goes_on(by)
    consulting.time_goes_on(by)
    consulting.answered(by)
    with by.at_work():
        consults.record(by=by.actor, consult=consult)
        consults.receive(by=by.actor, consult=consult, name="photo.png", declared_size=9)
        answer = consult_access.answer(by.actor, consult.pk, 1)
        consults.see_flags(by=by.actor, answer=answer)
        consult_access.consult_list(by.actor, [consult_access.consult(by.actor, consult.pk)])
    with staff[Role.ADMIN].at_work():
        consult_waits.change(by=staff[Role.ADMIN].actor, voice_s=8, picture_s=12)


def answer_for_the_site(staff: Staff) -> None:
    """Registers are kept, and all that an inspector may ask for is taken out."""
    admin = staff[Role.ADMIN]
    with admin.at_work():
        said = registers.Said(what="Hygiene", who="The ward")
        line = registers.add(by=admin.actor, register=Register.TRAINING, said=said)
        line = registers.amend(by=admin.actor, line=line, said=replace(said, who="The clinic"))
        registers.end(by=admin.actor, line=line)
        compliance.take(by=admin.actor, confirmed_at=timezone.now())


def list_words(by: Person) -> None:
    vocabulary.add(by=by.actor, words=["cetirizine"])
    vocabulary.remove(by=by.actor, word=VocabularyWord.objects.get())


def stop_an_engine(staff: Staff, case: Case) -> None:
    """Stopped twice over, let go by two, looked back on; and an incident that somebody opens by hand."""
    first, second = staff[Role.ENGINEER], staff[Role.LEAD]
    with urgency_capability(), first.at_work():
        for _ in range(2):
            stop, _is_new = stops.pull(by=first.actor, capability=NAME, note="Answers are wrong")
        proposal = stops.ask_for_release(by=first.actor, stop=stop, reason="The cause is mended")
        incident = stop.incident
        incidents.note(by=first.actor, incident=incident, words="Seen")
        incidents.tick(by=first.actor, incident=incident, step="on_duty")
        proposals.agree(by=second.actor, proposal=proposal)
        incidents.write_review(by=first.actor, incident=incident, parts=dict.fromkeys(checklist.REVIEW, "Told"))
        incidents.close(by=first.actor, incident=incident)
        by_hand = incidents.open_by_hand(by=first.actor, capability=NAME, note="Odd answers")
        incidents.resolve_by_hand(by=first.actor, incident=by_hand, note="Nothing was wrong")
    pack = work.claim(lane="io", worker="packs")
    assert pack
    with urgency_capability(), first.at_work():
        written = incident_worker.write(tasks._work(pack, Run.objects.get(pk=pack.run_id)))
        work.succeed(pack, sort=kind_named("clinic.incident_pack"), outcome=written, replay={})


def keep_house(person: Person, case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ORPHAN_AFTER_MINUTES", 0)
    monkeypatch.setattr(janitor, "DRAFT_LIFE", timedelta(0))
    orphan = store().put([b"x"], key=sealing.data_key(person.site.pk))
    (store().folder / f"{orphan.name}.part").write_bytes(b"x")  # type: ignore[attr-defined]
    Session.objects.create(session_key="gone", session_data="", expire_date=timezone.now() - timedelta(days=1))
    IdempotencyKey.objects.create(
        site=person.site, person=person.user, key="k", request_sha256="", made_id=uuid.uuid4(),
        at=timezone.now() - timedelta(days=3),
    )  # fmt: skip
    left = uploads.open_session(by=person.actor, case=case, name="left.txt")
    uploads.add_chunk(by=person.actor, session=left, index=0, data=b"x")
    type(left).objects.filter(pk=left.pk).update(state="discarded")
    for chore in (janitor.remove_orphans, janitor.remove_drafts, janitor.end_expired_sign_ins,
                  janitor.forget_idempotency_keys, janitor.let_pieces_go):  # fmt: skip
        assert chore() == 1, chore.__name__


def break_the_glass(staff: Staff, case: Case) -> None:
    engineer, lead = staff[Role.ENGINEER], staff[Role.LEAD]
    with engineer.at_work():
        broken = glass.break_glass(by=engineer.actor, site=engineer.site, number=case.number,
                                   reason="Its files do not open.", confirmed_at=timezone.now())  # fmt: skip
        glass.end(by=engineer.actor, glass=broken)
        began = timezone.now() - timedelta(days=8)
        BrokenGlass.objects.create(site=engineer.site, case=case, patient=case.patient, person=engineer.user,
                                   reason="Long ago.", began_at=began, until=began + timedelta(minutes=30))  # fmt: skip
    reminders.tell_late_glass()
    with lead.at_work():
        access.glass_list(lead.actor, list(access.glass(lead.actor)))
        glass.look_at(by=lead.actor, glass=broken, verdict="right")


def lose_a_factor(site: Any) -> None:
    person = make.person(site, Role.CLINICIAN)
    RecoveryCodes.activate(person.user)
    with person.at_work():
        lost_factors.take_off(by=Actor.system("lost_factor", site.pk), person=person.user, how=lost_factors.How.PAPERS)


def change_master_keys(monkeypatch: pytest.MonkeyPatch, folder: Path, person: Person) -> None:
    sealing.master_keys()
    kept = sealing.key_file().read_text()
    monkeypatch.setattr(settings, "HOME", folder)
    sealing.key_file().write_text(kept)
    sealing.key_file().chmod(0o600)
    RecoveryCodes.activate(person.user)
    key_rotation.add_key(by=make.SYSTEM)
    key_rotation.retire_older(by=make.SYSTEM, nobody_works=True)
    sealing.forget_all()  # else what came here with the old key would go on opening with it


NEEDS_AN_EMPTY_HOUSE = {"backup.restored"}  # told in test_backups.py


def keep_backups(admin: Person, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this test has done is not committed, and so in no backup: the empty folder is tried."""
    monkeypatch.setattr(settings, "BACKUP_FOLDER", folder / "none")
    backups.take(by=Actor.system("backup"), to=folder / "one.backup", say=lambda _line: None)
    with admin.at_work():
        run, _is_new = backups.ask_for_drill(by=admin.actor)
        backups.record_drill(run=run, outcome=backup_worker.drill(working(run)), by=Actor.system("work"))


def working(run: Run) -> Work:
    return Work(run_id=run.pk, kind=run.kind, params={}, uploads=(), attempt=1, report=lambda _stage, _percent: None)


def keep_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a witness that cannot be written, and a machine whose clock is off."""
    monkeypatch.setattr(settings, "WITNESS_FILE", settings.BASE_DIR)
    monkeypatch.setattr(checkpoints, "_skew_s", lambda: 6.0)
    checkpoints.keep(name="here", may_sign=True)
    checkpoints.tell_skew()


def test_audit_when_everything_was_done_once_then_every_act_is_told_and_the_chain_holds(
    staff_a: Staff, own_store, monkeypatch, tmp_path
):
    clinician = staff_a[Role.CLINICIAN]
    case = make.case(clinician)
    with clinician.at_work():
        work_a_case(clinician, staff_a[Role.RADIOLOGIST])
        keep_files(clinician, case)
        write_a_report(clinician, [staff_a[Role.RADIOLOGIST], make.person(clinician.site, Role.CLINICIAN)])
        with urgency_capability():
            learn_a_lesson(clinician, make.case(clinician))
        work_runs(clinician, case)
        list_words(clinician)
    search_texts(clinician)
    with staff_a[Role.ADMIN].at_work():
        run_a_house(staff_a[Role.ADMIN])
    change_by_two(staff_a)
    monkeypatch.setattr(flags, "drawn", lambda _run_id: 1.0)
    review_answers(staff_a, case)
    stop_an_engine(staff_a, case)
    read_films(staff_a)
    sort_documents(staff_a)
    check_facts(staff_a)
    contradict(staff_a)
    keep_no_longer(staff_a)
    answer_for_the_site(staff_a)
    consult_on(staff_a)
    break_the_glass(staff_a, case)
    forget_a_patient(clinician)
    replay_an_answer(clinician, case)
    watch_an_engine(clinician, staff_a[Role.ENGINEER], case, monkeypatch)
    look_after_engines(staff_a, case, tmp_path)
    with clinician.at_work():
        keep_house(clinician, case, monkeypatch)
    keep_backups(staff_a[Role.ADMIN], tmp_path, monkeypatch)
    keep_witness(monkeypatch)
    lose_a_factor(clinician.site)
    change_master_keys(monkeypatch, tmp_path, clinician)
    make.settle()

    told = {event["event"] for event in make.audit_events()}
    assert names_in_the_actions() - told == NEEDS_AN_EMPTY_HOUSE, (
        "acts this test does not do yet, or that write no event"
    )
    assert broken_at() is None


def test_event_when_written_then_it_says_who_where_what_and_which_fields(in_site_a: Person, case_a):
    (event,) = make.audit_events("case.opened")

    assert {name: event[name] for name in ("actor_id", "site", "case", "patient", "target", "roles")} == {
        "actor_id": str(in_site_a.user.pk),
        "site": str(in_site_a.site.pk),
        "case": str(case_a.pk),
        "patient": str(case_a.patient_id),
        "target": "Case",
        "roles": ["clinician"],
    }
    assert "question" in event["fields"]
    row = AuditEvent.objects.get(event="case.opened")
    assert (row.case_id, row.actor_id, row.site_id) == (case_a.pk, in_site_a.user.pk, in_site_a.site.pk)


# --- in the same transaction ------------------------------------------------------------------------------------------


def test_act_when_the_event_cannot_be_written_then_nothing_is_changed_and_nothing_shown(
    in_site_a: Person, case_a, monkeypatch
):
    def refuse(*_args: object) -> None:
        raise ProgrammingError

    monkeypatch.setattr(audit, "_write", refuse)

    with pytest.raises(ProgrammingError):
        notes.write(by=in_site_a.actor, case=case_a, body="x")
    with pytest.raises(ProgrammingError):
        access.case(in_site_a.actor, case_a.pk)
    assert not case_a.notes.exists()


def test_act_when_it_fails_then_no_event_is_left(in_site_a: Person, case_a):
    class Broken(Exception): ...

    with pytest.raises(Broken), audit.act(in_site_a.actor, "case.broken") as doing:
        doing.about(case_a)
        raise Broken

    assert make.audit_events("case.broken") == []


def test_act_when_it_says_nothing_about_what_it_touched_then_a_mistake(in_site_a: Person):
    with pytest.raises(AssertionError), audit.act(in_site_a.actor, "nothing.said"):
        pass


def test_refusal_when_noted_then_an_event_with_its_code(in_site_a: Person):
    asked = uuid.uuid4()

    audit.note_refusal(in_site_a.actor, "case", Code.NOT_FOUND, asked)

    (event,) = make.audit_events("refused")
    assert event["facts"] == {"what": "case", "code": "not_found", "asked_for": str(asked)}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_chain_when_eight_write_at_once_then_no_gap_no_fork_and_no_deadlock(clinician_a: Person):
    made = [make.case(clinician_a) for _ in range(2)]
    before = AuditLink.objects.count()

    def act(number: int) -> None:
        with clinician_a.at_work():
            for turn in range(10):
                case = made[(number + turn) % 2]
                with transaction.atomic():
                    notes.write(by=clinician_a.actor, case=case, body="x")
                    cases.edit(by=clinician_a.actor, case=case, question=f"Question {number} {turn}")

    at_once(8, act)

    assert AuditLink.objects.count() == AuditEvent.objects.count() == before + 160
    assert broken_at() is None


# --- afterwards -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET body = '{}'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE audit_link SET hash = prev",
        "DELETE FROM audit_link",
        "INSERT INTO audit_link SELECT seq + 1, gen_random_uuid(), at, prev, hash FROM audit_link LIMIT 1",
        "UPDATE audit_head SET seq = 0",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TABLE audit_link",
        "SELECT audit_link_new()",
        "SET session_replication_role = replica",
    ],
)
def test_application_when_it_would_change_the_audit_then_refused(db, statement: str):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["audit_event", "audit_link"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_owner_when_the_rows_are_to_be_changed_then_the_triggers_refuse_her_too(db, table: str, statement: str):
    column = {"audit_event": "body", "audit_link": "hash"}[table]
    wanted = statement.format(table, column, column)
    name = connection.settings_dict["NAME"]

    with (
        psycopg.connect(Embedded(settings.HOME).dsn("rounds_owner", name)) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"),
    ):
        owner.execute(wanted.encode())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE audit_event SET body = body || ' ' WHERE id = (SELECT event FROM audit_link WHERE seq = 10)", 10),
        ("DELETE FROM audit_event WHERE id = (SELECT event FROM audit_link WHERE seq = 7)", 7),
        ("DELETE FROM audit_link WHERE seq = 7", 8),
        ("UPDATE audit_link SET at = at + interval '1 second' WHERE seq = 5", 5),
    ],
)
def test_chain_when_a_superuser_changes_it_all_the_same_then_the_place_is_found(
    clinician_a, statement: str, where: int
):
    make.case(clinician_a)
    assert broken_at() is None
    name = connection.settings_dict["NAME"]

    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER, name)) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement.encode())

    assert broken_at() == where


def test_rows_kept_for_ever_when_changed_then_refused(in_site_a: Person, case_a):
    notes.write(by=in_site_a.actor, case=case_a, body="x")

    for table in ("clinic_note", "clinic_entry", "clinic_result", "clinic_consent", "clinic_statechange"):
        for statement in (f"UPDATE {table} SET site_id = site_id", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_body_when_stored_then_canonical_json_with_names_sorted(in_site_a: Person, case_a):
    body = AuditEvent.objects.get(event="case.opened").body

    assert body == json.dumps(json.loads(body), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
