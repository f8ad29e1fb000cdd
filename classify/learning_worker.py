"""`classify.learn`: an engine is made from the live one and what people decided, where their patients agree to it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.dateparse import parse_datetime

from classify.outcomes import LearnOutcome
from classify.specialty import ROUTES
from classify.training import relearning, updating
from classify.training.updating import Correction
from clinic import lineage, texts
from clinic.doubt.intervals import Figure
from clinic.engines import manifests, opening, trust
from clinic.engines.unfit import Unfit
from clinic.models import Engine, Run, TrainingItem
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Work


def learn(work: Work) -> LearnOutcome:
    work.report("gather", 5)
    base, known = _base(work), list(_known(work))
    work.report("learn", 40)
    corrections = [correction for _item, correction in known]
    try:
        updated = updating.update(opening.open_engine(base), corrections)
    except updating.TooFew:
        raise Failed(RunError.INPUT_REFUSED, detail_code="too_few_decisions") from None
    work.report("write", 80)
    draft = "" if updated.hold is None else tempfile.mkdtemp(prefix="rounds-engine-")
    made = relearning.write(updated, opening.folder_of(base), Path(draft), corrections) if draft else ""
    if draft:
        trust.sign(Path(draft), manifests.read(Path(draft)))
    return LearnOutcome(base=base.digest, made=made, items=tuple(str(item.pk) for item, _correction in known),
                        hold=updated.hold, right_before=_told(updated.before), right_after=_told(updated.after),
                        draft=draft)  # fmt: skip


def _base(work: Work) -> Engine:
    """The engine below all that was learned here. Each new engine learns from every decision anew, so that nothing is
    learned twice, and nothing stays of a patient who does not agree any longer."""
    found = _engine(work.params["engine"])
    while found is not None and found.manifest.get("learned_on_top_of"):
        found = _engine(found.manifest["learned_on_top_of"])
    if found is None:
        raise Failed(RunError.ENGINE_MISSING)
    try:
        opening.open_engine(found)
    except Unfit as why:
        raise Failed(RunError.ENGINE_MISSING, detail_code=why.fault.value) from None
    return found


def _engine(digest: str) -> Engine | None:
    return Engine.objects.filter(digest=digest, capability=ROUTES.name).first()


def _known(work: Work) -> Iterator[tuple[TrainingItem, Correction]]:
    """Consent and signature are asked of each again; of an erased patient there is no text any more."""
    site, until = Run.objects.values_list("site", flat=True).get(pk=work.run_id), parse_datetime(work.params["until"])
    rows = TrainingItem.objects.filter(site=site, capability=ROUTES.name, at__lte=until).with_consent()
    for item in rows.select_related("result__run").order_by("at", "id"):
        upload = item.result.run.uploads.select_related("case").first()
        text = texts.text_of(upload) if upload else None
        if text and lineage.holds(item):
            yield item, Correction(text, item.label)


def _told(one: Figure) -> tuple[float, float, float]:
    return (one.value, one.low, one.high)
