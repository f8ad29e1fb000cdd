"""A process of its own, inside the installation the browser looks at. It makes what a test takes for granted, through
the same actions as anything else, and answers line by line: one JSON object asked, one answered."""

import io
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from allauth.account.internal.flows.login import record_authentication  # noqa: E402
from allauth.account.utils import user_pk_to_url_str  # noqa: E402
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: E402
from allauth.mfa.totp.internal import auth as totp  # noqa: E402
from django.contrib.sessions.backends.base import SessionBase  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from PIL import Image  # noqa: E402

from clinic.actions import (  # noqa: E402
    cases,
    consents,
    engine_moves,
    engine_proposals,
    engines,
    glass,
    keys,
    people,
    registers,
    reports,
    runs,
    sites,
)
from clinic.authorization.permissions import Permission  # noqa: E402
from clinic.authorization.roles import Role  # noqa: E402
from clinic.identity import memberships_of  # noqa: E402
from clinic.models import (  # noqa: E402
    AuditEvent,
    Case,
    CaseState,
    Deployment,
    Engine,
    Purpose,
    Register,
    Report,
    ReviewPolicy,
    Site,
    Urgency,
    User,
)
from clinic.review_rules import NOTHING, Rules  # noqa: E402
from clinic.second_factors import LAST_STEP  # noqa: E402
from radiology.models import Film  # noqa: E402
from tests import make  # noqa: E402
from tests.browser import consulting, facts, filming, hearing, practising, reading, sorting  # noqa: E402
from tests.integration import contradicting  # noqa: E402
from tests.integration.engines.challengers import decided, prove  # noqa: E402
from tests.integration.reviewing import urgency_capability  # noqa: E402
from tests.integration.scenario import learn_a_lesson  # noqa: E402
from tests.make import SYSTEM, Person  # noqa: E402
from tests.signing import sign  # noqa: E402
from tests.unit.engines.folders import copied  # noqa: E402

HERE, THERE = "eastfield.example", "southmoor.example"
NAMES = {
    Role.CLINICIAN: "Ana Alder", Role.RADIOLOGIST: "Ben Birch", Role.REVIEWER: "Cleo Cedar", Role.ENGINEER: "Dora Dune",
    Role.LEAD: "Eli Elm", Role.AUDITOR: "Flo Fern", Role.ADMIN: "Gus Gale",
}  # fmt: skip
LETTER = b"Cough for three weeks. No fever. Allergic to penicillin.\n" * 40
Answer = dict[str, Any]
_people: dict[str, Person] = {}


def session(who: str, is_fresh: bool = False) -> Answer:
    """Signed in already. `is_fresh`: a moment ago and by password, as pages about one's own sign-in ask."""
    client = Client()
    client.force_login(_person(who).user)
    stored = client.session
    stored["site"] = str(_person(who).site.pk)
    if is_fresh:
        _note_password(stored, _person(who).user)
    stored.save()
    return {"cookie": stored.session_key}


def _note_password(stored: SessionBase, user: User) -> None:
    request = HttpRequest()
    request.session = stored
    record_authentication(request, user, method="password")


def _person(who: str) -> Person:
    if who not in _people:  # of the demo, or of a home that has run before
        user = User.objects.get(email=who)
        held = memberships_of(user)[0]
        _people[who] = Person(user, held.site, Role(held.role))
    return _people[who]


def case(who: str, question: str = "Does the letter name an allergy?", files: dict[str, str] | None = None,
         urgency: str = "routine", assignee: str = "") -> Answer:  # fmt: skip
    by = _person(who)
    found = make.case(by, question=question, urgency=Urgency(urgency),
                      assignee=_person(assignee).user if assignee else None)  # fmt: skip
    uploads = [make.upload(by, found, text.encode(), name) for name, text in (files or {}).items()]
    return {"pk": str(found.pk), "url": f"/cases/{found.pk}/", "reference": found.reference, "question": question,
            "uploads": [str(upload.pk) for upload in uploads]}  # fmt: skip


def run(who: str, case: str, **params: Any) -> Answer:
    by = _person(who)
    with by.at_work():
        found = Case.objects.get(pk=case)
    asked = make.run(by, found, **params)
    return {"pk": str(asked.pk), "url": f"/runs/{asked.pk}/"}


def waiting_case(who: str, question: str, letter: str, ask_engine: bool = False) -> Answer:
    """With a letter, and waiting for a person; an engine has read it where asked."""
    by = _person(who)
    found = make.case(by, question=question)
    upload = make.upload(by, found, letter.encode(), "letter.txt")
    if ask_engine:
        with by.at_work():
            asked, _is_new = runs.request(by=by.actor, kind="clinic.letters", case=found, uploads=[upload])
        reading.await_end(by, asked)
    with by.at_work():
        now = Case.objects.get(pk=found.pk)
        if now.state == CaseState.OPEN:
            cases.move(by=by.actor, case=now, to=CaseState.AWAITING_HUMAN)
    return {"pk": str(found.pk), "url": f"/cases/{found.pk}/", "object": upload.object_name}


def letters(who: str, count: int, seed: int) -> Answer:
    return {"items": reading.letters(_person(who), count, seed)}


def doubtful_documents(who: str, count: int, seed: int) -> Answer:
    return {"items": sorting.doubtful(_person(who), count, seed)}


def corrected_documents(who: str, readers: list[str], count: int) -> Answer:
    sorting.corrected(_person(who), [_person(reader) for reader in readers], count)
    return {}


def better_documents(who: str, version: str) -> Answer:
    sorting.better(_person(who), version)
    return {}


def facts_of(who: str, text: str, name: str) -> Answer:
    by = _person(who)
    return facts.told(by, facts.sheet(by, make.case(by, question="What does the letter say?"), text, name))


def take(who: str, item: str) -> Answer:
    reading.take(_person(who), item)
    return {}


def practise(who: str, seconds: float, keeps: str = "all") -> Answer:
    return practising.timed(_person(who), seconds, keeps=keeps)


def close_practice(who: str, practice: str) -> Answer:
    practising.closed(_person(who), practice)
    return {}


def film(who: str, kind: str, seed: int) -> Answer:
    by = _person(who)
    return filming.told(by, filming.film(by, kind, seed=seed))


def film_answered(who: str, film: str) -> Answer:
    """Once the engine has answered; nobody on a page is told before she has read it herself."""
    by = _person(who)
    return filming.told(by, filming.settled(by, Film(pk=film)))


def note(who: str, case: str, body: str) -> Answer:
    by = _person(who)
    with by.at_work():
        found = Case.objects.get(pk=case)
    return {"pk": str(make.note(by, found, body).pk)}


def password(who: str, words: str) -> Answer:
    user = _person(who).user
    user.set_password(words)
    user.save(update_fields=["password"])
    return {}


def authenticator(who: str) -> Answer:
    secret = totp.generate_totp_secret()
    factor = totp.TOTP.activate(_person(who).user, secret).instance
    factor.data[LAST_STEP] = 0  # set up long ago: the code of this half minute is still worth something
    factor.save(update_fields=["data"])
    return {"secret": secret}


def speak(who: str, language: str) -> Answer:
    by = _person(who)
    by.user.refresh_from_db()
    with by.at_work():
        people.update_profile(by=by.actor, person=by.user, language=language)
    return {}


def code(secret: str) -> Answer:
    """What the app on the phone shows now, and for at least two seconds more."""
    time.sleep(max(0, 2 - (30 - time.time() % 30)))
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return {"code": totp.format_hotp_value(totp.hotp_value(secret, counter))}


def scene() -> Answer:
    """One of everything, so that every page has something to show."""
    by, colleague, admin = (_person(f"{role}@{HERE}") for role in (Role.CLINICIAN, Role.RADIOLOGIST, Role.ADMIN))
    password(by.user.email, "a password nobody uses")
    found = make.case(by, of=make.patient(by, name="Nora North"), question="Is the shadow on the left new?",
                      urgency=Urgency.URGENT, assignee=by.user)  # fmt: skip
    text = make.upload(by, found, LETTER, "referral letter.txt")
    picture = make.upload(by, found, _picture(), "left shoulder.png")
    make.note(by, found, "The letter is from 2019; a new film is asked for.")
    make.note(colleague, found, f"Looks older than a year to me. @{by.user.email} may know more.")
    with by.at_work():
        consents.record(by=by.actor, case=found, purpose=Purpose.CARE, is_given=True)
    ended, broken = make.run(by, found, [text, picture]), make.run(by, found, mode="fail", label="broken")
    authenticator(f"engineer@{HERE}")
    RecoveryCodes.activate(_person(f"engineer@{HERE}").user)
    for asked in (ended, broken):
        reading.await_end(by, asked)
    with by.at_work():
        cases.move(by=by.actor, case=Case.objects.get(pk=found.pk), to=CaseState.AWAITING_HUMAN)
    newest = _report(by, found)
    learner = _lesson(by, newest.case)
    challenger = _challenger()
    invited = make.person(by.site, Role.REVIEWER, email=f"invited@{HERE}", name="Ida Iris")
    with admin.at_work():
        issued = keys.issue(by=admin.actor, owner=admin.user, name="Dashboard", days=30,
                            scopes=frozenset({Permission.JOBS_VIEW}))  # fmt: skip
        link = people.make_link(by=admin.actor, person=invited.user)
        risk = registers.Said(what="An urgent film is read late", who="The lead of radiology", level="medium")
        registers.add(by=admin.actor, register=Register.RISK, said=risk)
    waiting = reading.letters(by, 2, seed=7)
    reading.take(colleague, waiting[1]["pk"])
    foreign = make.case(_person(f"clinician@{THERE}"), question="A question of the other site")
    contradicting.one(by, newest.case)
    broken_glass = [_broken(by, foreign), _broken(_person(f"{Role.ENGINEER}@{HERE}"), found)]
    return {
        "glass": broken_glass[0], "case": str(found.pk), "text": str(text.pk),
        "picture": str(picture.pk), "text_sha256": text.sha256,
        "picture_sha256": picture.sha256, "report": str(newest.pk), "signed": str(newest.case_id),
        "learner": str(learner.pk), "engine": str(_live_engine(by).pk), "challenger": str(challenger.pk),
        "run": str(ended.pk),
        "failed": str(broken.pk), "site": str(by.site.pk), "foreign": str(foreign.pk), "key": str(issued.key.pk),
        "person": str(invited.user.pk), "colleague": str(colleague.user.pk), "question": found.question,
        "link": reverse("account_reset_password_from_key", args=[user_pk_to_url_str(invited.user), link]),
        "item": waiting[0]["pk"], "taken": waiting[1]["pk"], "answered": waiting[0]["run"],
        "program": str(_person(f"integration@{HERE}").user.pk),
        "event": str(AuditEvent.objects.get(event="case.opened", case_id=found.pk).pk),
    } | hearing.scene(by, found) | filming.scene(by, colleague) | sorting.scene(by) | facts.scene(by) | (
        consulting.scene(by) | practising.scene(by, colleague)
    )  # fmt: skip


def _broken(by: Person, case: Case) -> str:
    with by.at_work():
        made = glass.break_glass(by=by.actor, site=case.site, number=case.number, confirmed_at=timezone.now(),
                                 reason="Brought in unconscious; the file is there.")  # fmt: skip
    return str(made.pk)


def _report(by: Person, case: Case) -> Report:
    """A draft on the one case; on another, two signed versions."""
    done = make.case(by, of=make.patient(by, name="Olive Oak"), question="Is the line in place?")
    letter = make.upload(by, done, LETTER, "referral letter.txt")
    with by.at_work():
        for words in ("Cough for three weeks, no fever.", "Nobody has said yet on what this rests."):
            reports.write(by=by.actor, case=case, section="findings", text=words)
        cases.move(by=by.actor, case=done, to=CaseState.AWAITING_HUMAN)
        said = reports.write(by=by.actor, case=done, section="findings", text="Allergic to penicillin.")
        reports.point(by=by.actor, case=done, sentence=said.id, upload=letter, words="Allergic to penicillin",
                      seen=said.revision)  # fmt: skip
    sign(by, done, "The line is in place.")
    with by.at_work():
        reports.begin_amendment(by=by.actor, case=done)
    return sign(by, done, "The tip lies 2 cm above the carina.", reason="The film was measured.")


def _lesson(by: Person, case: Case) -> Engine:
    """An engine that learned from a patient who does not agree any longer."""
    with urgency_capability():
        learner = learn_a_lesson(by, case)
    with by.at_work():
        consents.record(by=by.actor, case=case, purpose=Purpose.TRAINING, is_given=False)
    return learner


def _live_engine(by: Person) -> Deployment:
    with by.at_work():
        return Deployment.objects.get(site=by.site, rung=0, state="live", capability="clinic.letters")


def _challenger() -> Deployment:
    """In the shadow, with figures that are not enough yet, and somebody who asks for more."""
    engineer, by = (_person(f"{role}@{HERE}") for role in ("engineer", "clinician"))
    with engineer.at_work(), tempfile.TemporaryDirectory() as folder:
        source = copied(Path(folder), version="2.0.0")
        held = engines.install(by=engineer.actor, site=engineer.site, folder=source)
        held = engine_moves.start_shadow(by=engineer.actor, deployment=held, reason="It did better where it was made.")
        engine_proposals.ask_to_let_data_leave(by=engineer.actor, site=engineer.site, may_leave=True,
                                               reason="The laboratory offers an engine.")  # fmt: skip
    done = make.case(by, question="Letters of last week")
    with by.at_work():
        prove(held)
        decided(by, done, held, cases=240, live_wrong=30, shadow_wrong=24)
    return held


def _picture() -> bytes:
    made = io.BytesIO()
    Image.radial_gradient("L").resize((640, 480)).save(made, "PNG")
    return made.getvalue()


def _open_sites() -> None:
    if Site.objects.filter(name="Eastfield").exists():  # this home has run before
        return
    home = sites.create(by=SYSTEM, name="Eastfield")
    for role in Role:
        email = f"{role}@{HERE}"
        _people[email] = make.person(home, role, email=email, name=NAMES.get(role, role.title()))
    for person in make.staff("Southmoor"):
        _people[person.user.email] = person
    # Tests correct the engine of documents on purpose: its alarm is raised, and it stays in service for the others.
    with _people[f"{Role.ENGINEER}@{HERE}"].at_work():
        ReviewPolicy.objects.create(site=home, capability="classify.document", rules=Rules(on_alarm=NOTHING).as_json())


ACTS: dict[str, Callable[..., Answer]] = {
    act.__name__: act
    for act in (
        session,
        case,
        waiting_case,
        run,
        letters,
        doubtful_documents,
        corrected_documents,
        better_documents,
        facts_of,
        take,
        film,
        film_answered,
        practise,
        close_practice,
        note,
        password,
        authenticator,
        speak,
        code,
        scene,
    )
}


def main() -> None:
    _open_sites()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            told: dict[str, Any] = {"answer": ACTS[asked.pop("act")](**asked)}
        except Exception:  # told to who asked: the next act is for another test
            told = {"failed": traceback.format_exc()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
