"""Which prompt a document is asked with: that of its arm while an experiment runs, else the live one.

The arm is drawn by a keyed hash over the digest of the document: the same document is always asked the same way,
whoever asks again, and nobody without the key can choose documents for an arm.
"""

import hmac
from hashlib import sha256
from uuid import UUID

from extraction import prompt_shelf
from extraction.models import Experiment, ExperimentMove, PromptVersion
from extraction.models.experiments import Phase


def is_second(experiment: Experiment, document_sha256: str) -> bool:
    drawn = hmac.new(bytes.fromhex(experiment.assigned_by), document_sha256.encode(), sha256).digest()
    return bool(drawn[0] & 1)


def running(site_id: UUID) -> Experiment | None:
    begun = ExperimentMove.objects.filter(site=site_id, phase=Phase.RUNNING).values("experiment")
    over = ExperimentMove.objects.filter(site=site_id, phase=Phase.ENDED).values("experiment")
    found = Experiment.objects.filter(pk__in=begun).exclude(pk__in=over)
    return found.select_related("first", "second").first()


def prompt_for(site_id: UUID, document_sha256: str) -> PromptVersion | None:
    """Refused where its row was changed past the product. None: no prompt is live here."""
    experiment = running(site_id)
    if experiment is None:
        return prompt_shelf.live(site_id)
    chosen = experiment.second if is_second(experiment, document_sha256) else experiment.first
    return prompt_shelf.untouched(chosen)
