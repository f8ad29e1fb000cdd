from clinic import audit
from clinic.actions import timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Case, Consent, EntryKind, Purpose


def record(*, by: Actor, case: Case, purpose: Purpose, is_given: bool) -> Consent:
    """Said by the patient, or for her, in the course of this case. Withdrawing is a row like giving."""
    by.require(Permission.CONSENT_RECORD)
    with audit.act(by, "consent.given" if is_given else "consent.withdrawn") as doing:
        consent = Consent.objects.create(
            site_id=case.site_id, patient_id=case.patient_id, purpose=purpose, is_given=is_given, by_id=by.user_id
        )
        timeline.add(doing, case=case, kind=EntryKind.CONSENT, subject_id=consent.pk,
                     purpose=purpose.value, is_given=is_given)  # fmt: skip
        doing.about(consent, case=case, fields=("purpose", "is_given"), purpose=purpose.value)
    return consent
