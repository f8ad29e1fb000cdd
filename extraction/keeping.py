"""How long documents are kept whose facts people have checked. The clock begins when the last fact was settled: what
waits for a person never ages."""

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from clinic.models import Run, RunState, Upload, UploadKind
from clinic.retention import Policy
from extraction.kinds import BATCH, MANY
from extraction.models import FactSheet

COLD_DAYS, EXPIRY_DAYS = 30, 90

POLICIES = (
    Policy(name="extraction-documents", title=_("Documents whose facts were checked"), cold_days=COLD_DAYS,
           expiry_days=EXPIRY_DAYS, aged="extraction.keeping:documents"),
    Policy(name="extraction-scans", title=_("Pictures of pages whose facts were checked"), cold_days=COLD_DAYS,
           expiry_days=EXPIRY_DAYS, aged="extraction.keeping:scans"),
    Policy(name="extraction-batches", title=_("Archives and files of texts whose documents were all checked"),
           cold_days=COLD_DAYS, expiry_days=EXPIRY_DAYS, aged="extraction.keeping:batches"),
)  # fmt: skip


def documents(site_id: UUID) -> QuerySet[Upload]:
    return _checked(site_id, UploadKind.DOCUMENT)


def scans(site_id: UUID) -> QuerySet[Upload]:
    return _checked(site_id, UploadKind.IMAGE)


def batches(site_id: UUID) -> QuerySet[Upload]:
    """What documents were taken out of: since the last of them was checked. One that could not be taken out whole waits
    for somebody, and one that another part of the house has worked on is not only ours."""
    mine = Run.objects.filter(uploads=OuterRef("pk"), kind=BATCH)
    others = Run.objects.filter(uploads=OuterRef("pk")).exclude(kind=BATCH)
    came = FactSheet.objects.filter(came_with__uploads=OuterRef("pk"), came_with__kind=BATCH)
    open_ones = came.filter(Q(run=None) | Q(finished_run=None) | ~Q(finished_run=F("run")))
    kept = Upload.objects.filter(site=site_id, kind__in=MANY)
    done = kept.filter(Exists(mine.filter(state=RunState.SUCCEEDED)), ~Exists(open_ones), ~Exists(others))
    last_checked = came.order_by("-finished_at").values("finished_at")[:1]
    taken_out = mine.order_by("-finished_at").values("finished_at")[:1]
    return done.annotate(since=Greatest(Subquery(last_checked), Subquery(taken_out)))


def _checked(site_id: UUID, kind: UploadKind) -> QuerySet[Upload]:
    finished = Upload.objects.filter(site=site_id, kind=kind, fact_sheet__finished_run=F("fact_sheet__run"))
    return finished.annotate(since=F("fact_sheet__finished_at"))
