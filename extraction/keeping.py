"""How long documents are kept whose facts people have checked. The clock begins when the last fact was settled: what
waits for a person never ages."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.models import Upload, UploadKind
from clinic.retention import Policy

COLD_DAYS, EXPIRY_DAYS = 30, 90

POLICIES = (
    Policy(name="extraction-documents", title=_("Documents whose facts were checked"), cold_days=COLD_DAYS,
           expiry_days=EXPIRY_DAYS, aged="extraction.keeping:documents"),
    Policy(name="extraction-scans", title=_("Pictures of pages whose facts were checked"), cold_days=COLD_DAYS,
           expiry_days=EXPIRY_DAYS, aged="extraction.keeping:scans"),
)  # fmt: skip


def documents(site_id: UUID) -> QuerySet[Upload]:
    return _checked(site_id, UploadKind.DOCUMENT)


def scans(site_id: UUID) -> QuerySet[Upload]:
    return _checked(site_id, UploadKind.IMAGE)


def _checked(site_id: UUID, kind: UploadKind) -> QuerySet[Upload]:
    finished = Upload.objects.filter(site=site_id, kind=kind, fact_sheet__finished_run=F("fact_sheet__run"))
    return finished.annotate(since=F("fact_sheet__finished_at"))
