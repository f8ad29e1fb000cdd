"""Facts that stand by rule: a person switches a kind on or off; what the rule lets through is written as the rule's and
never as a person's; what turns out worse than promised is taken back."""

from django.utils.translation import gettext as _

from clinic import audit, texts
from clinic.actions.engine_moves import worded
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doubt.intervals import Figure
from clinic.errors import Code, Refusal
from clinic.models import Result, Run
from extraction import accepting, checked, somebody_else, standing
from extraction.inference.items import items
from extraction.inference.schema import Extraction
from extraction.models import Act, FactRule, FactSheet, FieldDecision
from extraction.outcomes import FactsAnswer
from extraction.standing import Live


def switch(*, by: Actor, kind: str, is_on: bool, reason: str) -> FactRule:
    """On: from the next document on. Off: at once, and what stands by rule in documents nobody has finished is open
    again."""
    by.require(Permission.ENGINES_MANAGE)
    words = worded(reason)
    if kind not in standing.POSSIBLE:
        raise Refusal(Code.INVALID, fields={"kind": [_("A person looks at each fact of this kind.")]})
    with audit.act(by, "fact_rule.switched") as doing:
        standing.wait_for_writers(by.here)
        if (kind in standing.switched_on(by.here)) == is_on:
            raise Refusal(Code.ALREADY_DECIDED)
        row = _row(by, kind, is_on=is_on, cause=FactRule.Cause.PERSON, reason=words)
        opened = 0 if is_on else _open_again(by, kind)
        doing.about(row, kind=kind, on=is_on, opened=opened)
    return row


def apply(*, by: Actor, sheet: FactSheet, run: Run, outcome: FactsAnswer) -> None:
    """In the finishing transaction of the run that found the facts. `by`: the part of the system that runs it."""
    on = standing.switched_on_while_writing(sheet.site_id)
    digest = Result.objects.values_list("engine_digest", flat=True).get(run=run) if on else ""
    if not digest:
        return
    on = {kind: rule for kind, rule in on.items() if not standing.live(rule, digest).has_fallen}
    told = checked.told_in({"facts": outcome.facts})
    if not on or standing.is_watched(run.pk) or _is_flagged(sheet, outcome, told):
        return
    split = accepting.split_of(sheet.site_id, digest)
    keys = [key for key, item in items(told) if _kind(key) in on and item.evidence and split.may_stand(_kind(key), ())]
    if not keys:
        return
    with audit.act(by, "sheet.accepted_by_rule") as doing:
        for number, key in enumerate(keys):
            _write(sheet, run, key, number, Act.BY_RULE)
        limit = split.threshold
        doing.about(sheet, case=sheet.case, keys=keys, engine=digest, limit=limit.value, bound=limit.bound, n=limit.n)


def look(*, by: Actor, rule: FactRule, engine_digest: str) -> bool:
    """Whether it was taken back: people found more wrong since it is on than the rule may let through."""
    if not standing.live(rule, engine_digest).has_fallen:
        return False
    with audit.act(by, "fact_rule.taken_back") as doing:
        standing.wait_for_writers(by.here)
        is_still_on = standing.switched_on(by.here).get(rule.kind) == rule
        seen = standing.live(rule, engine_digest)
        if not (is_still_on and seen.has_fallen):
            doing.nothing_happened()
            return False
        row = _row(by, rule.kind, is_on=False, cause=FactRule.Cause.QUALITY, figures=_told(seen))
        doing.about(row, kind=rule.kind, engine=engine_digest, opened=_open_again(by, rule.kind))
    return True


def look_after_finish(sheet: FactSheet) -> None:
    """What was just decided may be the one too many. The rule is taken back by itself, not by who finished, and in a
    transaction of its own: it waits for others, and hers holds the document."""
    on = standing.switched_on(sheet.site_id)
    digest = Result.objects.values_list("engine_digest", flat=True).filter(run=sheet.run_id).first() if on else ""
    for rule in on.values() if digest else ():
        look(by=Actor.system("rules", site_id=sheet.site_id), rule=rule, engine_digest=str(digest))


def _is_flagged(sheet: FactSheet, outcome: FactsAnswer, told: Extraction) -> bool:
    """Whatever makes a person look twice at the document: then every fact of it waits for her."""
    read = texts.result_of(sheet.upload_id)
    has_marks = read is None or bool(read.facets.get("marks") or read.facets.get("scans"))
    return bool(outcome.doubts or outcome.refusal or has_marks or somebody_else.signs(told, sheet.case))


def _kind(key: str) -> str:
    return key.partition(".")[0]


def _row(by: Actor, kind: str, **told: object) -> FactRule:
    row = FactRule(site_id=by.here, kind=kind, by_id=by.user_id,
                   number=FactRule.objects.filter(site=by.here, kind=kind).count(), **told)  # fmt: skip
    row.save(force_insert=True)
    return row


def _open_again(by: Actor, kind: str) -> int:
    """How many facts of documents that nobody has finished were open again."""
    ruled = FieldDecision.objects.filter(site=by.here, act=Act.BY_RULE, key__startswith=f"{kind}.")
    sheets = FactSheet.objects.filter(site=by.here, pk__in=ruled.values("sheet")).exclude(pk__in=_finished(by))
    opened = 0
    for sheet in sheets.select_for_update(no_key=True, of=("self",)).select_related("run"):
        opened += _open_in(sheet, kind)
    return opened


def _finished(by: Actor):  # type: ignore[no-untyped-def]
    return FactSheet.objects.filter(site=by.here).finished().values("pk")


def _open_in(sheet: FactSheet, kind: str) -> int:
    rows = list(FieldDecision.objects.filter(sheet=sheet, run=sheet.run_id).order_by("number"))
    last = {one.key: one.act for one in checked.in_force(rows)}
    keys = [key for key, act in last.items() if act == Act.BY_RULE and _kind(key) == kind]
    for number, key in enumerate(keys, len(rows)):
        _write(sheet, sheet.run, key, number, Act.REOPENED)
    return len(keys)


def _write(sheet: FactSheet, run: Run | None, key: str, number: int, act: Act) -> None:
    FieldDecision(site_id=sheet.site_id, sheet=sheet, run=run, number=number, key=key, act=act).save(force_insert=True)


def _told(seen: Live) -> dict[str, dict[str, float] | None]:
    return {"watched": _figure(seen.watched), "overturned": _figure(seen.overturned)}


def _figure(one: Figure | None) -> dict[str, float] | None:
    return {"value": one.value, "low": one.low, "high": one.high, "n": one.n} if one else None
