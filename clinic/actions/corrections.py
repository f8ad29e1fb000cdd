"""What people decide becomes what engines may learn from, only where the patient agrees to that; asked when the item is
made, and asked again each time it is used."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from clinic import audit, capabilities, lineage, signing
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, Consent, Engine, EngineLesson, ItemState, Purpose, Result, Review, Site, TrainingItem


def learn(*, by: Actor, review: Review) -> TrainingItem | None:
    """Inside the act that decided. Nothing where there is no answer to learn about, no class was named, the readers are
    not done, or the patient does not agree to training."""
    item = review.item
    if item.state != ItemState.DECIDED or review.result is None or review.case is None:
        return None
    if not _is_class(item.capability, review.label) or not _agrees(review.case.patient_id):
        return None
    with audit.act(by, "correction.learned") as doing:
        made = _item(review, review.result, review.case)
        made.save(force_insert=True)
        doing.about(made, case=review.case, capability=made.capability, said=made.said, label=made.label)
    return made


def _is_class(capability: str, label: str) -> bool:
    return any(one.name == capability and label in one.classes for one in capabilities.capabilities())


def _agrees(patient_id: UUID) -> bool:
    newest = Consent.objects.filter(patient=patient_id, purpose=Purpose.TRAINING).order_by("-at").first()
    return newest is not None and newest.is_given


def _item(review: Review, result: Result, case: Case) -> TrainingItem:
    inputs = result.run.inputs.order_by("position").values_list("upload__sha256", flat=True)
    made = TrainingItem(
        site_id=review.site_id, capability=review.item.capability, patient_id=case.patient_id, case=case,
        result=result, review=review, engine_digest=result.engine_digest, said=str(result.facets.get("label") or ""),
        label=review.label, sources=list(inputs), at=timezone.now(),
    )  # fmt: skip
    seal = signing.seal(lineage.SEALED_AS, lineage.content_of(made))
    made.key_id, made.signature = seal.key_id, seal.signature
    return made


def items_for_training(*, by: Actor, capability: str) -> list[TrainingItem]:
    """Everything an engine may learn from here and now. Taking it out is told, whatever is done with it."""
    by.require(Permission.ENGINES_MANAGE)
    with audit.act(by, "training_set.read") as doing:
        rows = TrainingItem.objects.filter(site=by.here, capability=capability).with_consent().order_by("at", "id")
        found = [item for item in rows if lineage.holds(item)]
        doing.about(Site.objects.get(pk=by.here), capability=capability, count=len(found))
    return found


def lesson(*, by: Actor, engine: Engine, items: Sequence[TrainingItem]) -> int:
    """That this engine learned from these. Refused as a whole if one patient does not agree: then it learned what it
    must not, and nobody may write down less than the truth."""
    by.require(Permission.ENGINES_MANAGE)
    with audit.act(by, "lesson.recorded") as doing:
        wanted = {item.pk for item in items}
        here = TrainingItem.objects.filter(site=by.here, capability=engine.capability, pk__in=wanted)
        if here.with_consent().count() != len(wanted):
            raise Refusal(Code.NO_CONSENT)
        known = set(EngineLesson.objects.filter(engine=engine, item__in=wanted).values_list("item", flat=True))
        made = EngineLesson.objects.bulk_create(
            EngineLesson(site_id=by.here, engine=engine, item_id=pk) for pk in sorted(wanted - known)
        )
        doing.about(engine, capability=engine.capability, count=len(made))
        if not made:
            doing.nothing_happened()
    return len(made)
