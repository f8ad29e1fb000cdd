"""Who and what made an engine, and where somebody's data went: from an engine to its items and the people behind them,
from a patient to the engines that learned from her, from a reader to what became of her corrections."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from clinic import signing
from clinic.authorization.actor import Actor
from clinic.models import Consent, Deployment, Engine, EngineLesson, Purpose, Review, TrainingItem
from clinic.report_body import canonical

SEALED_AS = "training-item"


@dataclass(frozen=True)
class Learned:
    """How many items of one kind an engine learned from."""

    engine: Engine
    items: int
    withdrawn: int = 0  # of patients who do not agree any longer
    state: str = ""  # where it stands at this site


@dataclass(frozen=True)
class Share:
    """What one person, or one correction, contributed."""

    name: str
    items: int
    other: str = ""


def content_of(item: TrainingItem) -> bytes:
    """What the seal of an item is made over."""
    named = ("capability", "engine_digest", "said", "label", "sources")
    ids = {name: str(getattr(item, f"{name}_id")) for name in ("site", "patient", "case", "result", "review")}
    return canonical(ids | {name: getattr(item, name) for name in named} | {"at": item.at.isoformat()})


def holds(item: TrainingItem) -> bool:
    return signing.verifies(SEALED_AS, content_of(item), item.seal)


def engines_here(by: Actor) -> list[Learned]:
    """Those that learned from items of this site."""
    return _learned(EngineLesson.objects.visible_to(by))


def engine_here(by: Actor, engine: Engine) -> Learned:
    found = _learned(EngineLesson.objects.visible_to(by).filter(engine=engine))
    return found[0] if found else Learned(engine, 0, 0, _states().get(engine.pk, ""))


def engines_of_patient(patient_id: UUID) -> list[Learned]:
    """Asked by those who see the patient, and by the act that withdraws her consent."""
    return _learned(EngineLesson.objects.filter(item__patient=patient_id))


def _learned(lessons: QuerySet[EngineLesson]) -> list[Learned]:
    """Counted by patient, and consent asked once for all of them: items are many, patients fewer."""
    counted = list(lessons.order_by().values_list("engine", "item__patient").annotate(n=Count("pk")))
    agreeing = _agreeing({patient for _engine, patient, _n in counted})
    items, withdrawn = Counter[UUID](), Counter[UUID]()
    for engine, patient, n in counted:
        items[engine] += n
        withdrawn[engine] += 0 if patient in agreeing else n
    states, engines = _states(), Engine.objects.filter(pk__in=items).order_by("capability", "-installed_at")
    return [Learned(one, items[one.pk], withdrawn[one.pk], states.get(one.pk, "")) for one in engines]


def _agreeing(patients: set[UUID]) -> set[UUID]:
    said = Consent.objects.filter(patient__in=patients, purpose=Purpose.TRAINING).latest_per_purpose()
    return {patient for patient, is_given in said.values_list("patient", "is_given") if is_given}


def _states() -> dict[UUID, str]:
    """Row-level security narrows it to this site."""
    return dict(Deployment.objects.values_list("engine", "state"))


def items_of(by: Actor, engine: Engine) -> QuerySet[TrainingItem]:
    rows = TrainingItem.objects.visible_to(by).filter(lessons__engine=engine)
    return rows.select_related("review__reader").order_by("-at", "-id")


def readers_of(by: Actor, engine: Engine) -> list[Share]:
    """Everybody whose decision stands behind an item, of two readers who agreed both."""
    decided = TrainingItem.objects.visible_to(by).filter(lessons__engine=engine).values("review__item")
    counted = Review.objects.filter(item__in=decided).values("reader__name").annotate(n=Count("item", distinct=True))
    return [Share(row["reader__name"], row["n"]) for row in counted.order_by("-n", "reader__name")]


def corrections_of(by: Actor, engine: Engine) -> list[Share]:
    """What was said, and what people said instead."""
    rows = TrainingItem.objects.visible_to(by).filter(lessons__engine=engine).order_by()
    counted = rows.values("said", "label").annotate(n=Count("pk")).order_by("-n", "said", "label")
    return [Share(row["said"], row["n"], row["label"]) for row in counted]


@dataclass(frozen=True)
class Mine:
    """What became of one reader's decisions."""

    engines: list[Learned]
    items: int
    used: int


def of_reader(by: Actor) -> Mine:
    """Her own only: nobody's figures are anybody else's business here."""
    decided = Review.objects.filter(item=OuterRef("review__item"), reader=by.myself)
    own = TrainingItem.objects.filter(Exists(decided), site=by.here)
    used = own.filter(Exists(EngineLesson.objects.filter(item=OuterRef("pk"))))
    return Mine(_learned(EngineLesson.objects.filter(item__in=own.values("pk"))), own.count(), used.count())


def told(learned: Iterable[Learned]) -> list[dict[str, Any]]:
    """For programs and the audit: engines by id and name, and how many items."""
    return [{"id": str(one.engine.pk), "name": one.engine.name, "version": one.engine.version, "state": one.state,
             "items": one.items} for one in learned]  # fmt: skip
