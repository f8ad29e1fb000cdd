"""Two versions are asked about the same documents, and people say which answer is better, not knowing whose it is."""

import secrets

from clinic import audit, step_up
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Run, Upload
from extraction import prompt_engines, prompt_shelf
from extraction.models import BlindComparison, BlindJudgement, BlindPair, PromptVersion
from extraction.models.comparisons import Preferred
from extraction.prompt_orders import COMPARISON, ComparisonOutcome


def ask(*, by: Actor, first: PromptVersion, second: PromptVersion) -> Run:
    by.require(Permission.ENGINES_MANAGE)
    for version in (first, second):
        prompt_shelf.untouched(version)
    prompt_engines.needed()
    params = {"first": str(first.pk), "second": str(second.pk)}
    return runs.request(by=by, kind=COMPARISON, params=params, batch=True)[0]


def answered(*, run: Run, outcome: ComparisonOutcome, by: Actor) -> None:
    """In the finishing transaction of the run. Which stands left is drawn for each pair."""
    with audit.act(by, "prompt.compared") as doing:
        made = BlindComparison(site_id=run.site_id, first_id=outcome.first, second_id=outcome.second, run=run,
                               engine=outcome.asked)  # fmt: skip
        made.save(force_insert=True)
        whose = dict(Upload.objects.filter(pk__in=[one.upload for one in outcome.pairs if one.upload])
                     .values_list("pk", "case__patient"))  # fmt: skip
        for number, one in enumerate(outcome.pairs, 1):
            pair = BlindPair(site_id=run.site_id, comparison=made, number=number, upload_id=one.upload,
                             made_up=one.made_up, subject_id=whose[one.upload] if one.upload else run.site_id,
                             is_swapped=secrets.choice((True, False)), answers=[one.first, one.second])  # fmt: skip
            pair.save(force_insert=True)
        doing.about(made, pairs=len(outcome.pairs))


def judge(*, by: Actor, pair: BlindPair, preferred: str) -> BlindJudgement:
    """Once, by a person, and never changed: whoever sees the names later has already said it."""
    by.require(Permission.REVIEW_WORK)
    step_up.demand_person(by)
    if preferred not in Preferred.values:
        raise Refusal(Code.INVALID, fields={"preferred": [", ".join(Preferred.values)]})
    with audit.act(by, "prompt.judged") as doing:
        if BlindJudgement.objects.filter(pair=pair, by=by.myself).exists():
            raise Refusal(Code.ALREADY_DECIDED)
        made = BlindJudgement(site_id=pair.site_id, pair=pair, preferred=preferred, by_id=by.myself)
        made.save(force_insert=True)
        doing.about(made, number=pair.number)
    return made
