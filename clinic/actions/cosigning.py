"""A second person is asked to sign a signed version, and signs it as the first did: having just proved who she is."""

from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, cosigning, signing, step_up
from clinic.actions import cases, notifications, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, CoSignature, CoSignatureState, EntryKind, NoticeKind, Report, User

SHORTEST_REASON = 3


def ask(*, by: Actor, report: Report, whom: User) -> CoSignature:
    by.require(Permission.REPORT_SIGN)
    try:
        with audit.act(by, "report.cosign_asked") as doing:
            locked = cases.lock(report.case)
            _demand_newest(report, locked)
            if whom.pk == report.signed_by_id:
                raise Refusal(Code.INVALID, fields={"whom": [_("She has signed it already.")]})
            if not (whom.is_active and cosigning.may_sign_at(whom, locked.site_id)):
                raise Refusal(Code.NOT_A_MEMBER)
            row = CoSignature(site_id=locked.site_id, report=report, signer=whom, asked_by_id=by.myself)
            row.save(force_insert=True)
            timeline.add(doing, case=locked, kind=EntryKind.COSIGN_ASKED, subject_id=row.pk, version=report.version)
            notifications.send(by=by, person_id=whom.pk, kind=NoticeKind.COSIGN, case=locked)
            doing.about(row, case=locked, whom=whom.pk, version=report.version)
    except IntegrityError as e:
        raise Refusal(Code.ALREADY_EXISTS, fields={"whom": [_("She was asked already.")]}) from e
    return row


def sign(*, by: Actor, cosignature: CoSignature, confirmed_at: datetime | None) -> CoSignature:
    """Only who was asked, and only the newest version: what was amended since she would sign for nothing."""
    by.require(Permission.REPORT_SIGN)
    step_up.demand(by, confirmed_at)
    with audit.act(by, "report.cosigned") as doing:
        row, locked = _mine(by, cosignature)
        _demand_newest(row.report, locked)
        now = timezone.now()
        seal = signing.seal(cosigning.PURPOSE, cosigning.content_of(row.report.content_sha256, row.signer_id, now))
        row.state, row.answered_at = CoSignatureState.SIGNED, now
        row.key_id, row.signature = seal.key_id, seal.signature
        row.save(update_fields=["state", "answered_at", "key_id", "signature"])
        timeline.add(doing, case=locked, kind=EntryKind.COSIGNED, subject_id=row.pk, version=row.report.version)
        notifications.send(by=by, person_id=row.asked_by_id, kind=NoticeKind.COSIGN_ANSWERED, case=locked)
        doing.about(row, case=locked, version=row.report.version, content_sha256=row.report.content_sha256,
                    key=row.key_id)  # fmt: skip
    return row


def decline(*, by: Actor, cosignature: CoSignature, reason: str) -> CoSignature:
    by.require(Permission.REPORT_SIGN)
    step_up.demand_person(by)
    told = reason.strip()
    if len(told) < SHORTEST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in a few words.")]})
    with audit.act(by, "report.cosign_declined") as doing:
        row, locked = _mine(by, cosignature)
        row.state, row.answered_at, row.reason = CoSignatureState.DECLINED, timezone.now(), told
        row.save(update_fields=["state", "answered_at", "reason"])
        timeline.add(doing, case=locked, kind=EntryKind.COSIGN_DECLINED, subject_id=row.pk,
                     version=row.report.version)  # fmt: skip
        notifications.send(by=by, person_id=row.asked_by_id, kind=NoticeKind.COSIGN_ANSWERED, case=locked)
        doing.about(row, case=locked, fields=("reason",), version=row.report.version)
    return row


def _mine(by: Actor, cosignature: CoSignature) -> tuple[CoSignature, Case]:
    locked = cases.lock(cosignature.report.case)
    rows = CoSignature.objects.select_for_update(of=("self",)).select_related("report")
    row = rows.get(pk=cosignature.pk)
    row.report.case = locked
    if row.signer_id != by.user_id:
        raise Refusal(Code.NOT_FOUND)
    if row.state != CoSignatureState.ASKED:
        raise Refusal(Code.ALREADY_DECIDED)
    return row, locked


def _demand_newest(report: Report, case: Case) -> None:
    if Report.objects.filter(case=case, version__gt=report.version).exists():
        raise Refusal(Code.DRAFT_CHANGED)
