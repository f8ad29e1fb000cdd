"""What a document asks of the engine that reads it, and how well each engine is known to read. For workers."""

from collections.abc import Mapping, Sequence
from functools import cache

from clinic import letters, texts
from clinic.answer_telling import opened
from clinic.doubt.intervals import Figure, wilson
from clinic.engines.prices import dollars
from clinic.engines.routing import Demand, Task, Yardstick, is_rules
from clinic.models import Deployment, Engine, Result, Run
from clinic.models.cases import Urgency
from extraction import experience, found_again
from extraction.inference import rules
from extraction.inference.engine import RulesEngine
from extraction.inference.language import PIECE
from extraction.inference.schema import Extraction

# The lower bound of the figure, at least. A long document asks more: what is missed in it nobody sees on the way.
QUALITY = {Task.ROUTINE: 0.70, Task.LONG: 0.75, Task.SAFETY: 0.75}
CRITICAL = ("medications", "allergies")


def demand(run: Run, held: Sequence[Deployment]) -> Demand:
    text = _text_of(run)
    found = rules.extract(text)
    task = task_of(run, text, found)
    yardstick, measured = _measured(run, held, task)
    if rules.OTHER_LANGUAGE in found.flags:  # they refuse it: what they do with English says nothing
        readers = {one.engine.digest for one in held if not is_rules(one.engine)}
        measured = {digest: figure for digest, figure in measured.items() if digest in readers}
    return Demand(task, QUALITY[task], measured, yardstick, dollars(held))


def task_of(run: Run, text: str, found: Extraction) -> Task:
    """Medicines and allergies harm where they are read wrongly; so does an emergency. Whether a document names any the
    rules say, which are quick and find most: `found`."""
    if _is_emergency(run) or any(getattr(found, kind) for kind in CRITICAL):
        return Task.SAFETY
    return Task.LONG if len(text) > PIECE else Task.ROUTINE


def _text_of(run: Run) -> str:
    upload = run.inputs.values_list("upload", flat=True).first()
    found = texts.result_of(upload) if upload else None
    return str(opened(found).get("text") or "") if found else ""


def _is_emergency(run: Run) -> bool:
    """Its case is one, or the engine of urgencies said so of the document."""
    if run.case is not None and run.case.urgency == Urgency.EMERGENCY:
        return True
    uploads = run.inputs.values("upload")
    return Result.objects.filter(kind=letters.NAME, run__uploads__in=uploads, facets__label="emergency").exists()


def _measured(run: Run, held: Sequence[Deployment], task: Task) -> tuple[str, Mapping[str, Figure]]:
    """By what people here kept, where that is known of every engine: it says most. Else by what all have been asked:
    the made-up documents. Never one engine by the one and another by the other."""
    kept = {one.engine.digest: _kept(run, one.engine, task) for one in held}
    if all(figure is not None and not figure.too_few for figure in kept.values()):
        return Yardstick.PEOPLE.value, {digest: figure for digest, figure in kept.items() if figure}
    told = {one.engine.digest: _told(one.engine) for one in held}
    return Yardstick.SAMPLES.value, {digest: figure for digest, figure in told.items() if figure}


def _kept(run: Run, engine: Engine, task: Task) -> Figure | None:
    """Of the facts that harm, where they are what matters; else of all."""
    by_kind = experience.kept(run.site_id, engine.digest)
    counted = [one for kind, one in by_kind.items() if task != Task.SAFETY or kind in CRITICAL]
    n = sum(one.n for one in counted)
    return wilson(sum(round(one.value * one.n) for one in counted), n) if n else None


def _told(engine: Engine) -> Figure | None:
    """As its card says it; the rules are asked here and now, which costs nothing."""
    if is_rules(engine):
        return _of_the_rules()
    told = next((one for one in engine.card.get("metrics", ()) if one.get("name") == found_again.MEASURE), None)
    return Figure(told["value"], told["low"], told["high"], int(told["n"])) if told else None


@cache
def _of_the_rules() -> Figure:
    return found_again.share(RulesEngine().read)
