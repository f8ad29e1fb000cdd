"""Words to find a case by, in an unlogged table that no backup holds; rebuilt from the sealed text when it is empty."""

from contextlib import suppress

from clinic.authorization.scope import scope
from clinic.models import Case, CaseWords, Site
from clinic.sealing import Unreadable
from clinic.words import folded


def index_case(case: Case) -> None:
    words = " ".join(filter(None, (case.reference, case.patient.pseudonym, case.encounter, case.question)))
    CaseWords.objects.update_or_create(case=case, defaults={"site_id": case.site_id, "words": folded(words)})


def rebuild_if_lost() -> int:
    """PostgreSQL empties unlogged tables after a crash."""
    count = 0
    for site in Site.objects.all():
        with scope(site=site.pk):
            for case in Case.objects.filter(words=None).select_related("patient").iterator():
                with suppress(Unreadable):  # of a patient who was erased: the others must be found again all the same
                    index_case(case)
                    count += 1
    return count
