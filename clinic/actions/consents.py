from clinic import audit, lineage
from clinic.actions import flags, notifications, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.lineage import Learned
from clinic.models import Case, Consent, EntryKind, Membership, NoticeKind, Purpose

TOLD_OF_WITHDRAWAL = tuple(role.value for role in Role if Permission.ENGINES_APPROVE in ROLES[role].permissions)


def record(*, by: Actor, case: Case, purpose: Purpose, is_given: bool) -> Consent:
    """Said by the patient, or for her, in the course of this case. Withdrawing is a row like giving."""
    by.require(Permission.CONSENT_RECORD)
    with audit.act(by, "consent.given" if is_given else "consent.withdrawn") as doing:
        consent = Consent.objects.create(
            site_id=case.site_id, patient_id=case.patient_id, purpose=purpose, is_given=is_given, by_id=by.user_id
        )
        timeline.add(doing, case=case, kind=EntryKind.CONSENT, subject_id=consent.pk,
                     purpose=purpose.value, is_given=is_given)  # fmt: skip
        affected = affected_by(consent)
        let_go = _let_go(consent)
        if affected:
            _tell(by, case)
        doing.about(consent, case=case, fields=("purpose", "is_given"), purpose=purpose.value,
                    **({"engines": [one.engine.pk for one in affected]} if affected else {}),
                    **({"let_go": let_go} if let_go else {}))  # fmt: skip
    return consent


def affected_by(consent: Consent) -> list[Learned]:
    """Engines that learned from her: who withdraws is answered with their names, at once."""
    if consent.purpose != Purpose.TRAINING or consent.is_given:
        return []
    return lineage.engines_of_patient(consent.patient_id)


def _let_go(consent: Consent) -> int:
    """What a person was asked to judge of her only so that engines learn from it."""
    if consent.purpose != Purpose.TRAINING or consent.is_given:
        return 0
    return flags.let_lessons_go(patient_id=consent.patient_id)


def _tell(by: Actor, case: Case) -> None:
    """Those who look after engines here, and the lead. They learn that, not about whom: no case is named."""
    held = Membership.objects.current().filter(site=case.site_id, role__in=TOLD_OF_WITHDRAWAL)
    for person_id in sorted(set(held.values_list("user", flat=True))):
        notifications.send(by=by, person_id=person_id, kind=NoticeKind.CONSENT_WITHDRAWN, site_id=case.site_id)
