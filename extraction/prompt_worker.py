"""`extraction.prompt_trial`: an engine is asked with one prompt on documents whose facts people know."""

import time
from collections.abc import Sequence

from clinic.models import Site
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Work
from extraction import prompt_engines, prompt_golden, prompt_shelf, prompts, trial_figures
from extraction.checked import values_of
from extraction.inference.grounding import grounded, ungrounded_in
from extraction.inference.items import items
from extraction.models import PromptVersion
from extraction.prompt_engines import NotOfTheSchema, PromptReader, SaysNothing
from extraction.prompt_golden import Golden
from extraction.prompt_orders import TrialOutcome
from extraction.trial_figures import Asked


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
