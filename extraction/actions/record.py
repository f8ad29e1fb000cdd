"""What workers found, written into the sheet's row in the finishing transaction of the run."""

from clinic.authorization.actor import Actor
from clinic.models import Run
from extraction.actions import standing
from extraction.models import FactSheet
from extraction.outcomes import FactsAnswer


def facts_found(*, run: Run, outcome: FactsAnswer, by: Actor) -> None:
    for sheet in FactSheet.objects.filter(upload__in=run.uploads.all()).select_related("case__patient"):
        sheet.run, sheet.found, sheet.opened_at = run, sum(outcome.counts.values()), None
        sheet.save(update_fields=["run", "found", "opened_at"])
        standing.apply(by=by, sheet=sheet, run=run, outcome=outcome)
