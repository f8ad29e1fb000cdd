"""`clinic.incident_pack`: writes the pack of one incident and keeps both forms of it encrypted under the site's key."""

from uuid import UUID

from django.utils import timezone, translation

from clinic import sealing
from clinic.incident_pack.as_json import as_json
from clinic.incident_pack.document import as_pdf
from clinic.incident_pack.facts import gather
from clinic.incident_pack.order import PackOutcome, Written
from clinic.models import Incident, PackForm
from clinic.pipeline import Work
from clinic.uploads import store


def write(work: Work) -> PackOutcome:
    incident = Incident.objects.select_related("site", "stop").get(pk=work.params["incident"])
    with translation.override(work.params["language"]):
        work.report("gather", 5)
        facts = gather(incident, timezone.now())
        work.report("write", 40)
        files = {PackForm.JSON: as_json(facts), PackForm.PDF: as_pdf(facts)}
    work.report("write", 90)
    written = tuple(_keep(incident.site_id, form, data) for form, data in files.items())
    return PackOutcome(incident=str(incident.pk), cases=len(facts.cases), written=written)


def _keep(site_id: UUID, form: PackForm, data: bytes) -> Written:
    kept = store().put([data], key=sealing.data_key(site_id))
    return Written(form.value, kept.size, kept.sha256, kept.name)
