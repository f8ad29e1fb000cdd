"""Asking the engine for the facts of a document whose text has been read. The only room here that meets the engine."""

import time
from dataclasses import replace

from clinic import texts
from clinic.answers import terms_of, text_evidence
from clinic.engines.unfit import Fault, Fell, Spent
from clinic.errors import Refusal
from clinic.evidence import Span
from clinic.language.failures import Failure
from clinic.language.ladder import OUT_OF_SERVICE
from clinic.models import Run
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Work
from extraction import assigning, prompts
from extraction.fields import FACTS, LIMIT_S, NONE
from extraction.inference import injection
from extraction.inference.engine import OTHER_LANGUAGE, FactReader
from extraction.inference.grounding import grounded
from extraction.inference.items import counts, items
from extraction.inference.language import Asked, LanguageReader, NoAnswer
from extraction.inference.schema import Extraction, TextEvidence
from extraction.outcomes import FactsAnswer

MOST_EVIDENCE = 400
# A language model has a share of the time that is left, so that the next one has some too, and the rules always.
FOR_THE_RULES_S, SHARE, SHORTEST_S = 30.0, 2 / 3, 5.0
_FAULTS = {
    Failure.TIMEOUT: Fault.TOO_SLOW, Failure.DEGENERATE: Fault.SAID_NOTHING, Failure.GARBAGE: Fault.NOT_OF_THE_SCHEMA,
    OUT_OF_SERVICE: Fault.RESTS,
}  # fmt: skip


def extract(work: Work) -> FactsAnswer:
    """What could not be read goes to a person like what the engine refuses: nothing is lost in between."""
    work.report("ask", 20)
    found = texts.result_of(work.upload.id)
    if found is None:
        raise Failed(RunError.INPUT_REFUSED, detail_code="not_read_yet")
    if problem := found.facets["problem"]:
        return FactsAnswer(label="", scores={}, refusal=problem)
    text = str(found.outcome["text"])
    reader, prompt = _with_the_live_prompt(work)
    asked = _ask(reader, text, work.until)
    if OTHER_LANGUAGE in asked.facts.flags:
        return FactsAnswer(label="", scores={}, refusal=OTHER_LANGUAGE)
    work.report("hold", 80)
    told = answer(work, text, grounded(asked.facts, text), language=str(found.facets["language"]))
    used = asked.usage
    return replace(told, prompt=prompt, tokens=used.tokens, estimated_tokens=used.estimated_tokens, calls=used.calls,
                   cost=round(asked.cost, 6))  # fmt: skip


def _ask(reader: FactReader, text: str, until: float | None) -> Asked:
    """Who falls says why and what that took: the next engine answers, and in the end the rules."""
    if not isinstance(reader, LanguageReader):
        return reader.ask(text)
    now = time.monotonic()
    share_s = SHARE * ((until or now + LIMIT_S) - FOR_THE_RULES_S - now)
    if share_s < SHORTEST_S:
        raise Fell(Fault.TOO_SLOW)
    try:
        return reader.within(now + share_s).ask(text)
    except NoAnswer as why:
        used = why.usage
        spent = Spent(used.calls, used.tokens, round(why.cost, 6), used.estimated_tokens)
        raise Fell(_FAULTS.get(why.failure, Fault.BROKE), spent) from None


class PromptAltered(Exception):
    """The database holds another prompt than the product wrote: the next engine answers."""


def _with_the_live_prompt(work: Work) -> tuple[FactReader, str]:
    """A language model is asked with what two persons made live at the site, or with the version of the document's arm
    while an experiment runs; else with what it was installed with."""
    reader = work.engine.asked
    if not isinstance(reader, LanguageReader):
        return reader, ""
    try:
        site_id = Run.objects.values_list("site", flat=True).get(pk=work.run_id)
        live = assigning.prompt_for(site_id, work.upload.sha256)
    except Refusal as why:
        raise PromptAltered(why.code.value) from None
    reader = reader.with_prompt(live.text) if live else reader
    return reader, prompts.digest(reader.prompt)


def answer(work: Work, text: str, told: Extraction, *, language: str) -> FactsAnswer:
    """Every value stands in the text, or it is gone and flagged: whichever engine said it."""
    number = counts(told)
    label = FACTS if number else NONE
    return FactsAnswer(
        label=label, scores={label: 1.0}, facts=told.model_dump(mode="json"), counts=number,
        evidence=text_evidence(work.upload, text, _spans(told)), terms=terms_of(text),
        doubts=tuple(sorted({*_flags(told), *injection.signs(text)})),
        features={"language": language, "characters": len(text)},
    )  # fmt: skip


def _flags(told: Extraction) -> set[str]:
    """Codes without their places: those name fields of one patient."""
    return {flag.partition(":")[0] for flag in told.flags}


def _spans(told: Extraction) -> list[Span]:
    places = dict.fromkeys(
        (one.start, one.end) for _key, item in items(told) for one in item.evidence if isinstance(one, TextEvidence)
    )
    return [Span(start, end, 1.0) for start, end in list(places)[:MOST_EVIDENCE]]
