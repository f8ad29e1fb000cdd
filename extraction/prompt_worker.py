"""Runs about prompts: one tried on documents whose facts people know, two asked about the same documents."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from clinic.models import Site
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Work
from extraction import prompt_engines, prompt_golden, prompt_shelf, prompts, trial_figures
from extraction.checked import values_of
from extraction.inference.grounding import grounded, ungrounded_in
from extraction.inference.items import items
from extraction.made_up import DOCUMENTS
from extraction.models import PromptVersion
from extraction.prompt_engines import NotOfTheSchema, PromptReader, SaysNothing
from extraction.prompt_golden import Golden
from extraction.prompt_orders import ComparisonOutcome, Pair, TrialOutcome
from extraction.trial_figures import Asked

MOST_COMPARED = 30


def trial(work: Work) -> TrialOutcome:
    version = PromptVersion.objects.select_related("site").get(pk=work.params["version"])
    if not prompt_shelf.is_untouched(version):
        raise Failed(RunError.INPUT_REFUSED, detail_code="prompt_altered")
    engine = prompt_engines.configured()
    if engine is None:
        raise Failed(RunError.NOBODY_MAY_ANSWER, detail_code="no_language_engine")
    documents = _documents(version.site, is_remote=engine.is_remote)
    reader, began = engine.open(version.text), time.monotonic()
    asked = list(_ask(work, reader, documents))
    used = reader.used
    figures = trial_figures.figures(
        asked, of_site=sum(one.is_of_site for one in documents), read_tokens=used.read_tokens,
        written_tokens=used.written_tokens, dollars=used.dollars, seconds=round(time.monotonic() - began, 3),
    )  # fmt: skip
    return TrialOutcome(version=str(version.pk), sha256=prompts.digest(version.text), asked=engine.name,
                        figures=figures.as_json())  # fmt: skip


def _documents(site: Site, *, is_remote: bool) -> list[Golden]:
    """No way to an engine elsewhere goes round what the site decided about its patients' data."""
    own = [] if is_remote and not site.lets_patient_data_leave else list(prompt_golden.of_site(site.pk))
    return prompt_golden.of_product() + own


def _ask(work: Work, reader: PromptReader, documents: Sequence[Golden]) -> list[Asked]:
    asked = []
    for number, one in enumerate(documents):
        work.report("ask", 5 + 90 * number // len(documents))
        asked.append(_of_one(reader, one))
    return asked


def _of_one(reader: PromptReader, document: Golden) -> Asked:
    """What an answer lacks is counted, not raised: one bad answer is a figure of the prompt."""
    wanted = len(document.wanted)
    try:
        told = reader.read(document.text)
    except NotOfTheSchema:
        return Asked(wanted, is_valid=False)
    except SaysNothing:
        return Asked(wanted, is_degenerate=True)
    held = grounded(told, document.text)
    found = trial_figures.values((key, values_of(item)) for key, item in items(held))
    return trial_figures.compared(document.wanted, found, len(ungrounded_in(told, document.text)))


def compare(work: Work) -> ComparisonOutcome:
    """The newest documents of the site, then made-up ones: 30 where there are so many."""
    versions = [PromptVersion.objects.select_related("site").get(pk=work.params[name]) for name in ("first", "second")]
    if not all(prompt_shelf.is_untouched(one) for one in versions):
        raise Failed(RunError.INPUT_REFUSED, detail_code="prompt_altered")
    engine = prompt_engines.configured()
    if engine is None:
        raise Failed(RunError.NOBODY_MAY_ANSWER, detail_code="no_language_engine")
    first, second = (engine.open(one.text) for one in versions)
    documents = _to_compare(versions[0].site, is_remote=engine.is_remote)
    pairs = []
    for number, (upload, made_up, text) in enumerate(documents):
        work.report("ask", 5 + 90 * number // len(documents))
        pairs.append(Pair(upload, made_up, _answer(first, text), _answer(second, text)))
    return ComparisonOutcome(str(versions[0].pk), str(versions[1].pk), engine.name, tuple(pairs))


def _to_compare(site: Site, *, is_remote: bool) -> list[tuple[UUID | None, str, str]]:
    stays = is_remote and not site.lets_patient_data_leave
    own: list[tuple[UUID | None, str, str]] = [] if stays else list(prompt_golden.texts_of_site(site.pk, MOST_COMPARED))
    return (own + [(None, name, text) for name, text in DOCUMENTS.items()])[:MOST_COMPARED]


def _answer(reader: PromptReader, text: str) -> dict[str, Any] | None:
    try:
        return grounded(reader.read(text), text).model_dump(mode="json")
    except (NotOfTheSchema, SaysNothing):
        return None
