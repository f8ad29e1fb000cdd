"""Asking the engine about a document whose text has been read. The only room here that meets the engine."""

from dataclasses import replace
from typing import Any

from classify import copies
from classify.inference.reading import Reading
from classify.inference.specialties import URGENT
from classify.models import Document
from classify.outcomes import RouteAnswer, Vote
from clinic import texts
from clinic.answers import terms_of, text_evidence
from clinic.models.runs import RunError
from clinic.pipeline import Failed, UploadReader, Work

# Said by the rules of review too, in the words of the site's own limits: no second reason.
SAID_BY_REVIEW = frozenset({"not_sure", "several_possible", "none_possible"})


def route(work: Work) -> RouteAnswer:
    """What could not be read goes to a person like what the engine refuses: nothing is lost in between."""
    work.report("ask", 20)
    found = texts.result_of(work.upload.id)
    if found is None:
        raise Failed(RunError.INPUT_REFUSED, detail_code="not_read_yet")
    if problem := found.facets["problem"]:
        return RouteAnswer(label="", scores={}, refusal=problem)
    text = str(found.outcome["text"])
    told = answer(work.upload, text, work.engine.asked.read(text), language=str(found.facets["language"]))
    document = Document.objects.filter(upload=work.upload.id).first()
    return replace(told, seen=copies.look(document, text)) if document else told


def answer(upload: UploadReader, text: str, reading: Reading, *, language: str) -> RouteAnswer:
    urgency = reading.urgency
    return RouteAnswer(
        label=reading.label, scores=dict(reading.scores),
        probabilities=dict(reading.probabilities) if reading.probabilities else None,
        prediction_set=reading.prediction_set, level=reading.level, calibrated_on=reading.calibrated_on,
        evidence=text_evidence(upload, text, sorted(reading.spans, key=lambda one: -abs(one.weight))),
        refusal=reading.refusal,
        terms=terms_of(text),
        features={**_rounded(reading.features), "language": language},
        is_urgent=urgency.label == URGENT, urgency=urgency.probability, urgent_from=urgency.limit,
        novelty=reading.novelty,
        doubts=tuple(code for code in reading.reasons if code not in SAID_BY_REVIEW and code != reading.refusal),
        votes=tuple(_vote(piece) for piece in reading.pieces),
    )  # fmt: skip


def _vote(piece: Any) -> Vote:
    return Vote(piece.start, piece.end, piece.label, float(piece.probabilities[piece.label]))


def _rounded(features: Any) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in features.items()}
