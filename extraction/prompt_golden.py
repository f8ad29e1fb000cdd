"""Documents whose facts people know: those that come with the product, and those of the site that people finished
checking, of patients who agree that their data serves quality. Asked for by workers only."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from clinic import texts
from clinic.models import Consent, Purpose
from extraction import checked, golden_truth, trial_figures
from extraction.actions.checking import decisions_of, told_by
from extraction.made_up import DOCUMENTS
from extraction.models import FactSheet
from extraction.trial_figures import Value

MOST_OF_SITE = 60


@dataclass(frozen=True)
class Golden:
    text: str
    wanted: set[Value]
    is_of_site: bool = False


def of_product() -> list[Golden]:
    return [Golden(text, trial_figures.values(golden_truth.of(name))) for name, text in DOCUMENTS.items()]


def sheets(site_id: UUID) -> QuerySet[FactSheet]:
    """The newest first, of patients who agree now, whatever they said when the document was checked."""
    said = Consent.objects.filter(patient=OuterRef("case__patient"), purpose=Purpose.QUALITY).order_by("-at")
    agreed = FactSheet.objects.filter(site=site_id).finished().alias(agrees=Subquery(said.values("is_given")[:1]))
    return agreed.filter(agrees=True).select_related("case", "upload").order_by("-finished_at", "-id")


def of_site(site_id: UUID) -> Iterator[Golden]:
    for sheet in sheets(site_id)[:MOST_OF_SITE]:
        read = texts.result_of(sheet.upload_id)
        if read is None or read.facets.get("problem") or sheet.run_id is None:
            continue
        standing = [one for one in checked.facts(told_by(sheet.run_id), decisions_of(sheet)) if one.stands]
        wanted = trial_figures.values((one.key, dict(one.values)) for one in standing)
        yield Golden(str(read.outcome["text"]), wanted, is_of_site=True)


def texts_of_site(site_id: UUID, most: int) -> Iterator[tuple[UUID, str, str]]:
    """Upload, nothing, text: of the newest of them, whose facts are not asked for here."""
    for sheet in sheets(site_id)[:most]:
        read = texts.result_of(sheet.upload_id)
        if read is not None and not read.facets.get("problem"):
            yield sheet.upload_id, "", str(read.outcome["text"])
