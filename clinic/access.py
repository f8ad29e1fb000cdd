"""The one door to patient data. What is not visible does not exist (404); what is shown is noted first."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from clinic import audit, concealment
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role, permissions_of
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import (
    ApiKey,
    AskedSearch,
    AuditLink,
    BrokenGlass,
    Case,
    CaseState,
    Conflict,
    CoSignature,
    Deployment,
    DriftAlarm,
    Engine,
    EngineLesson,
    Erasure,
    Handover,
    Hold,
    Incident,
    IncidentPack,
    Membership,
    Notification,
    Patient,
    Proposal,
    Register,
    RegisterLine,
    Report,
    Result,
    ReviewItem,
    Run,
    SavedSearch,
    SessionState,
    Site,
    StateChange,
    Upload,
    UploadSession,
    User,
    VocabularyWord,
)
from clinic.models.cases import CaseQuerySet
from clinic.models.engines import ABOUT_PEOPLE, CONFIRMED_WITHIN, FACTORS_OFF
from clinic.models.glass import BrokenGlassQuerySet
from clinic.models.incidents import IncidentQuerySet
from clinic.models.registers import RegisterLineQuerySet
from clinic.models.sites import MembershipQuerySet
from clinic.models.timeline import NotificationQuerySet

M = TypeVar("M", bound=models.Model)


def _one(rows: models.QuerySet[M], pk: UUID) -> M:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND, facts={})
    return found


def _only(rows: models.QuerySet[M]) -> M:
    found = rows.first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def case(by: Actor, pk: UUID, *, for_change: bool = False) -> Case:
    """`for_change`: the caller shows nothing of it but does something to it, which is noted by the action."""
    rows = Case.objects.visible_to(by).select_related("patient", "assignee", "opened_by", "site")
    found = _one(rows, pk)
    if not for_change:
        audit.note_read(by, "case.read", found)
    return found


def case_to_keep(by: Actor, number: int) -> Case:
    """For whoever sets how long files are kept: she sees its number and nothing else of it."""
    by.require(Permission.RETENTION_MANAGE)
    return _only(Case.objects.filter(site=by.here, number=number))


def hold(by: Actor, pk: UUID) -> Hold:
    return _one(Hold.objects.visible_to(by).standing().select_related("case"), pk)


def own_glass(by: Actor) -> BrokenGlassQuerySet:
    """What she broke herself, wherever: which case and when; what is in the case is another matter."""
    return BrokenGlass.objects.broken_by(by.user_id).select_related("site")


def own_broken_glass(by: Actor, pk: UUID) -> BrokenGlass:
    return _one(own_glass(by), pk)


def glass(by: Actor) -> BrokenGlassQuerySet:
    rows = BrokenGlass.objects.visible_to(by).select_related("case", "person", "looked_at_by", "site")
    return rows.defer("case__question", "case__encounter")


def broken_glass(by: Actor, pk: UUID) -> BrokenGlass:
    """For judging or ending it, which the action notes."""
    return _one(glass(by), pk)


def glass_list(by: Actor, rows: list[BrokenGlass]) -> list[BrokenGlass]:
    """Why somebody broke it may say something of the patient."""
    if rows:
        audit.note_read(by, "glass_list.read", rows[0], count=len(rows), cases=[row.case_id for row in rows])
    return rows


def vocabulary_word(by: Actor, pk: UUID) -> VocabularyWord:
    return _one(VocabularyWord.objects.visible_to(by), pk)


def patient(by: Actor, pk: UUID, *, for_change: bool = False) -> Patient:
    found = _one(Patient.objects.visible_to(by), pk)
    if not for_change:
        audit.note_read(by, "patient.read", found)
    return found


def patient_numbered(by: Actor, number: int) -> Patient:
    """For doing something with her, which the action notes."""
    found = Patient.objects.visible_to(by).filter(number=number).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def patient_list(by: Actor, patients: list[Patient]) -> list[Patient]:
    if patients:
        pks = [patient.pk for patient in patients]
        audit.note_read(by, "patient_list.read", patients[0], count=len(pks), patients=pks)
    return patients


def colleague(by: Actor, pk: UUID) -> User:
    return _one(User.objects.visible_to(by), pk)


def upload(by: Actor, pk: UUID, *, for_change: bool = False) -> Upload:
    found = _one(Upload.objects.visible_to(by).select_related("case"), pk)
    if not for_change:
        audit.note_read(by, "upload.read", found, case=found.case)
    return found


def upload_session(by: Actor, pk: UUID, *, for_change: bool = False) -> UploadSession:
    """Only the person who opened it goes on with it. It shows the name of the file."""
    mine = UploadSession.objects.visible_to(by).filter(opened_by=by.user_id).select_related("case__patient", "upload")
    found = _one(mine, pk)
    if not for_change:
        audit.note_read(by, "upload_session.read", found, case=found.case)
    return found


def open_sessions(by: Actor) -> QuerySet[UploadSession]:
    """What this person began and has not finished, on any computer. Of an erased patient nothing is left."""
    mine = UploadSession.objects.visible_to(by).filter(opened_by=by.user_id, state=SessionState.RECEIVING)
    return mine.filter(case__patient__erased_at=None).select_related("case")


def session_list(by: Actor, sessions: list[UploadSession]) -> list[UploadSession]:
    if sessions:
        cases = [session.case_id for session in sessions]
        audit.note_read(by, "upload_session_list.read", sessions[0], count=len(sessions), cases=cases)
    return sessions


def run(by: Actor, pk: UUID) -> Run:
    """State and progress of a run hold no patient data; its result does, see `result`."""
    return _one(Run.objects.visible_to(by).select_related("case__patient", "requested_by"), pk)


def job(by: Actor, pk: UUID) -> Run:
    """The same row for those who look after jobs: which case it belongs to, not what the case is about."""
    jobs = Run.objects.jobs_for(by).select_related("case", "requested_by", "follows", "replayed_by")
    return _one(jobs.defer("case__question", "case__encounter"), pk)


def conflict(by: Actor, pk: UUID) -> Conflict:
    """For deciding on it. One that would tell her what she is to judge first is not there yet."""
    found = _one(Conflict.objects.visible_to(by).select_related("case__patient"), pk)
    if concealment.concealed(Result.objects.filter(pk__in=found.results), by):
        raise Refusal(Code.READ_FIRST)
    return found


def erasure(by: Actor, pk: UUID) -> Erasure:
    return _one(Erasure.objects.visible_to(by), pk)


def asked_search(by: Actor, pk: UUID) -> AskedSearch:
    return _one(AskedSearch.objects.visible_to(by), pk)


def saved_search(by: Actor, pk: UUID) -> SavedSearch:
    return _one(SavedSearch.objects.visible_to(by), pk)


def result(by: Actor, run_pk: UUID) -> Result:
    found = Result.objects.visible_to(by).select_related("case", "run").filter(run=run_pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if concealment.is_concealed(found, by):
        raise Refusal(Code.READ_FIRST)
    audit.note_read(by, "result.read", found, case=found.case)
    return found


def result_for_review(by: Actor, run_pk: UUID) -> Result:
    """For sending it to a reader, which shows nothing of it and is noted by the action."""
    found = Result.objects.visible_to(by).select_related("case", "run").filter(run=run_pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def review_item(by: Actor, pk: UUID, *, for_change: bool = False) -> ReviewItem:
    """With its patient and its files, as a reader sees it: what the engine said is no part of this reading."""
    rows = ReviewItem.objects.visible_to(by).select_related("case__patient", "run", "result", "claimed_by", "sent_by")
    found = _one(rows, pk)
    if not for_change:
        audit.note_read(by, "review.read", found, case=found.case)
    return found


def review_list(by: Actor, items: list[ReviewItem]) -> list[ReviewItem]:
    if items:
        cases = [item.case_id for item in items if item.case_id]
        audit.note_read(by, "review_list.read", items[0], count=len(items), cases=cases)
    return items


def engine(by: Actor, pk: UUID) -> Engine:
    """One that stands, or stood, at the site. Engines hold no patient data, so looking is no reading."""
    stands, learned = (rows.visible_to(by).values("engine") for rows in (Deployment.objects, EngineLesson.objects))
    return _one(Engine.objects.filter(Q(pk__in=stands) | Q(pk__in=learned)), pk)


def deployment(by: Actor, pk: UUID) -> Deployment:
    return _one(Deployment.objects.visible_to(by).select_related("engine", "follows__engine"), pk)


def proposals(by: Actor) -> QuerySet[Proposal]:
    """Changes by two persons, whatever they are about but people; those in charge of any of it see all."""
    rows = Proposal.objects.filter(site=by.here).exclude(kind__startswith=ABOUT_PEOPLE)
    return rows.select_related("proposed_by", "decided_by")


def proposal(by: Actor, pk: UUID) -> Proposal:
    return _one(proposals(by), pk)


def lost_factors(by: Actor) -> QuerySet[Proposal]:
    """Wishes to take off somebody's second factor, for admins alone."""
    if by.site_id is None or not by.can(Permission.PEOPLE_MANAGE):
        return Proposal.objects.none()
    return Proposal.objects.filter(site=by.site_id, kind=FACTORS_OFF).select_related("proposed_by")


def lost_factors_waiting(by: Actor) -> QuerySet[Proposal]:
    return lost_factors(by).filter(decision="", proposed_at__gt=timezone.now() - CONFIRMED_WITHIN)


def lost_factor(by: Actor, person: User, pk: UUID) -> Proposal:
    return _one(lost_factors(by).filter(target_id=person.pk), pk)


def report(by: Actor, pk: UUID) -> Report:
    """A signed version."""
    rows = Report.objects.visible_to(by).select_related("case__patient", "case__site", "signed_by")
    found = _one(rows, pk)
    audit.note_read(by, "report.read", found, case=found.case, version=found.version)
    return found


def cosignature(by: Actor, pk: UUID) -> CoSignature:
    """Asked of herself; to see it is to read the version."""
    rows = CoSignature.objects.visible_to(by).filter(signer=by.user_id).select_related("asked_by", "signer")
    found = _one(rows, pk)
    found.report = report(by, found.report_id)
    return found


def cosignatures(by: Actor) -> QuerySet[CoSignature]:
    return CoSignature.objects.visible_to(by).select_related("signer", "asked_by", "report__case__patient",
                                                             "report__case__site")  # fmt: skip


def cosignature_list(by: Actor, rows: list[CoSignature]) -> list[CoSignature]:
    case_list(by, list({row.report.case_id: row.report.case for row in rows}.values()))
    return rows


def handovers(by: Actor) -> QuerySet[Handover]:
    return Handover.objects.visible_to(by).select_related("case__patient", "case__site", "giver", "taker")


def handover_list(by: Actor, rows: list[Handover]) -> list[Handover]:
    """What somebody wrote for the next one is about the patient."""
    case_list(by, list({row.case_id: row.case for row in rows}.values()))
    return rows


def handover(by: Actor, pk: UUID) -> Handover:
    """For answering it."""
    return _one(handovers(by), pk)


def notifications(by: Actor) -> NotificationQuerySet:
    """One's own, of whatever site: they say where to look, not what is there."""
    if by.user_id is None:
        return Notification.objects.none()
    rows = Notification.objects.filter(person=by.user_id).select_related("case", "site", "caused_by")
    return rows.defer("case__question", "case__encounter")


def notification(by: Actor, pk: UUID) -> Notification:
    return _one(notifications(by), pk)


def incidents(by: Actor) -> IncidentQuerySet:
    """What went wrong with engines here, without what people wrote about it."""
    return Incident.objects.visible_to(by).select_related("opened_by", "stop", "engine")


def incident(by: Actor, pk: UUID, *, for_change: bool = False) -> Incident:
    """What people wrote about it may be about a patient."""
    found = _one(incidents(by), pk)
    if not for_change:
        audit.note_read(by, "incident.read", found)
    return found


def drift_alarms(by: Actor) -> models.QuerySet[DriftAlarm]:
    return DriftAlarm.objects.visible_to(by)


def drift_list(by: Actor, alarms: list[DriftAlarm]) -> list[DriftAlarm]:
    """What moved may hold words that many letters have in common."""
    if alarms:
        audit.note_read(by, "drift.read", alarms[0], count=len(alarms))
    return alarms


def drift_alarm(by: Actor, pk: UUID) -> DriftAlarm:
    """For saying that somebody has looked, which the action notes."""
    return _one(DriftAlarm.objects.visible_to(by), pk)


def incident_pack(by: Actor, pk: UUID) -> IncidentPack:
    if not any(by.can(permission) for permission in (Permission.ENGINES_STOP, Permission.ENGINES_APPROVE)):
        raise Refusal(Code.NOT_ALLOWED)
    visible = IncidentPack.objects.filter(incident__in=incidents(by).values("pk")).select_related("incident")
    found = _one(visible, pk)
    audit.note_read(by, "incident.pack_read", found.incident, form=found.form, sha256=found.sha256)
    return found


def people(by: Actor) -> models.QuerySet[User]:
    """Whoever holds or held a role at the site: she may be given one again."""
    if by.site_id is None or not by.can(Permission.PEOPLE_VIEW):
        return User.objects.none()
    here = Membership.objects.visible_to(by).values("user")
    held = Membership.objects.visible_to(by).filter(ended_at=None).order_by("since")
    return User.objects.filter(pk__in=here).prefetch_related(Prefetch("memberships", held, to_attr="held"))


def roles_held(by: Actor) -> MembershipQuerySet:
    """At this site, now."""
    if not by.can(Permission.PEOPLE_VIEW):
        return Membership.objects.none()
    return Membership.objects.visible_to(by).filter(ended_at=None)


def oneself(by: Actor) -> User:
    if by.user_id is None:
        raise Refusal(Code.NOT_FOUND)
    return User.objects.get(pk=by.user_id)


def person(by: Actor, pk: UUID) -> User:
    return _one(people(by), pk)


def membership(by: Actor, person: User, pk: UUID) -> Membership:
    return _one(Membership.objects.visible_to(by).filter(user=person, ended_at=None).select_related("site"), pk)


def sites(by: Actor) -> models.QuerySet[Site]:
    """Those where the person may change the site: a role counts where it is held."""
    if by.user_id is None:
        return Site.objects.none()
    with scope(person=by.user_id):
        held = Membership.objects.current().filter(user=by.user_id).values_list("site", "role")
        mine = {site for site, role in held if Permission.SITES_MANAGE in permissions_of(frozenset({Role(role)}))}
    return Site.objects.filter(pk__in=mine)


def site(by: Actor, pk: UUID) -> Site:
    return _one(sites(by), pk)


def keys_of(by: Actor, owner: User) -> models.QuerySet[ApiKey]:
    return ApiKey.objects.visible_to(by).filter(owner=owner)


def key(by: Actor, pk: UUID) -> ApiKey:
    return _one(ApiKey.objects.visible_to(by).select_related("owner"), pk)


def register_lines(by: Actor) -> RegisterLineQuerySet:
    """What a site keeps of training, suppliers and risks: nothing of patients."""
    return RegisterLine.objects.visible_to(by)


def register_versions(by: Actor, register: Register, number: int) -> list[RegisterLine]:
    """The newest first."""
    rows = register_lines(by).filter(register=register, number=number).select_related("by").order_by("-version")
    found = list(rows)
    if not found:
        raise Refusal(Code.NOT_FOUND)
    return found


def case_list(by: Actor, cases: list[Case]) -> list[Case]:
    """A page of a list shows many patients at once: one event that names how many, and whose."""
    if cases:
        audit.note_read(by, "case_list.read", cases[0].site, count=len(cases), cases=[c.pk for c in cases])
    return cases


def case_numbers(by: Actor) -> CaseQuerySet:
    """Which cases there are and how they stand, for auditors and leads: neither sees whom one is about, or what."""
    return Case.objects.overseen_by(by)


def signings(by: Actor) -> models.QuerySet[StateChange]:
    return StateChange.objects.filter(case__in=case_numbers(by), new=CaseState.SIGNED)


def audit_links(by: Actor) -> models.QuerySet[AuditLink]:
    return AuditLink.objects.visible_to(by).select_related("event")


def audit_link(by: Actor, event: UUID) -> AuditLink:
    found = audit_links(by).filter(event=event).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    audit_page(by, [found], narrowed_by=["one"])
    return found


def overseen_case(by: Actor, pk: UUID) -> Case:
    """Who looked at it is read in the audit, which is noted as such."""
    found = _one(case_numbers(by), pk)
    audit.note_read(by, "audit.read", found, narrowed_by=["readers"])
    return found


def patient_numbers(by: Actor) -> models.QuerySet[Patient]:
    """Pseudonyms, for auditors: nothing of who she is."""
    if by.site_id is None or not by.can(Permission.AUDIT_READ):
        return Patient.objects.none()
    return Patient.objects.filter(site=by.site_id).only("pk", "number")


def audit_taken(by: Actor, event: str, **facts: Any) -> None:
    """All of the site's audit was checked, or left the house."""
    audit.note_read(by, event, Site.objects.get(pk=by.here), **facts)


def audit_page(by: Actor, links: list[AuditLink], *, narrowed_by: list[str]) -> list[AuditLink]:
    """Reading the audit is one event, whatever was found: it says how much was read and by what it was narrowed."""
    here = Site.objects.get(pk=by.here)
    positions = [links[-1].seq, links[0].seq] if links else []
    audit.note_read(by, "audit.read", here, count=len(links), positions=positions, narrowed_by=narrowed_by)
    return links
