"""Which kinds of fact may stand by rule: how sure they are here, what was promised, and the switch of each."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.doubt.intervals import Figure
from clinic.errors import Code, Refusal, Words
from clinic.forms import refusals
from clinic.forms.engines import ReasonForm
from clinic.models import Result
from clinic.sealed_words import said
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from extraction import accepting, standing
from extraction.accepting import Split
from extraction.actions import standing as acts
from extraction.models import NEVER, FactRule, FactSheet
from extraction.standing import Live
from extraction.wording import KINDS


@dataclass(frozen=True)
class Line:
    kind: str
    name: Words
    seen: Figure | None  # how often people kept facts of it, on the documents that taught
    may_stand: bool
    is_never: bool
    rule: FactRule | None
    reason: Words
    live: Live | None

    @property
    def is_on(self) -> bool:
        return self.rule is not None and self.rule.is_on and not self.is_never

    @property
    def was_taken_back(self) -> bool:
        return self.rule is not None and self.rule.cause == FactRule.Cause.QUALITY


@needs(Permission.ENGINES_VIEW)
@require_safe
def fact_rules(request: Asked) -> HttpResponse:
    """Of the engine whose facts were checked last: counts only, no patient is in them."""
    engine, digest = _newest_engine(request.actor)
    split = accepting.split_of(request.actor.here, digest)
    context = {
        "lines": _lines(request.actor, split, digest), "split": split, "engine": engine, "digest": digest,
        "may_manage": request.actor.can(Permission.ENGINES_MANAGE), "watched": standing.WATCHED_OF_TEN,
    }  # fmt: skip
    return render(request, "extraction/rules.html", context)


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def fact_rule(request: Asked, kind: str) -> HttpResponse:
    if kind not in standing.POSSIBLE:
        raise Refusal(Code.NOT_FOUND)
    is_on = kind in standing.switched_on(request.actor.here)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            acts.switch(by=request.actor, kind=kind, is_on=request.POST.get("to") == "on",
                        reason=form.cleaned_data["reason"])  # fmt: skip
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            messages.success(request, _("Switched off.") if is_on else _("Switched on, from the next document on."))
            return redirect("fact_rules")
    context = {"form": form, "kind": kind, "name": KINDS[kind], "is_on": is_on}
    return render(request, "extraction/rule_form.html", context, status=422 if form.is_bound else 200)


def _newest_engine(by: Actor) -> tuple[str, str]:
    checked_last = FactSheet.objects.filter(site=by.here).finished().order_by("-finished_at").values("run")[:1]
    found = Result.objects.filter(run__in=checked_last).values_list("engine", "engine_digest").first()
    return found or ("", "")


def _lines(by: Actor, split: Split, digest: str) -> list[Line]:
    rules = standing.newest(by.here)
    return [_line(kind, rules.get(kind), split, digest) for kind in KINDS]


def _line(kind: str, rule: FactRule | None, split: Split, digest: str) -> Line:
    return Line(
        kind, KINDS[kind], split.seen.get(kind), split.may_stand(kind, ()), kind in NEVER, rule,
        said(lambda: rule.reason) if rule is not None else "",
        standing.live(rule, digest) if rule is not None and rule.is_on else None,
    )  # fmt: skip
