"""What must be settled before a report is signed, and what a signer should know is open. One list for page and action.

A capability adds checks of its own from `apps.py` (a contradiction to settle, a field to confirm).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import pipeline
from clinic.models import Case, CaseState, Conflict, Consent, Purpose, Result, ReviewItem, Run, Upload
from clinic.models.reviews import OPEN_STATES
from clinic.models.runs import ACTIVE
from clinic.report_body import Body, Sentence
from clinic.sources import Sources, State

Words = str | Promise
CaseChecks = Callable[[Case], Iterable["Check"]]


@dataclass(frozen=True)
class Check:
    code: str
    is_done: bool
    words: Words
    url: str = ""
    blocks: bool = True  # else the signer is told, and the report says that it was open
    is_danger: bool = False


_more: list[str] = []


def register(checks: str) -> None:
    """'app.reports:checks' (Case) -> Iterable[Check]"""
    if checks not in _more:
        _more.append(checks)


def of_case(case: Case) -> list[Check]:
    """Without the report itself: what the case must have behind it."""
    found = [_consent(case), *_runs(case), _reviews(case), _conflicts(case), *_damage(case)]
    for dotted in _more:
        ask: CaseChecks = import_string(dotted.replace(":", "."))
        found += ask(case)
    return found


def of_report(case: Case, body: Body | None) -> list[Check]:
    return [_turn(case), *of_body(case, body), *of_case(case)]


def blocking(checks: Iterable[Check]) -> list[Check]:
    return [check for check in checks if check.blocks and not check.is_done]


def _page(case: Case, anchor: str = "") -> str:
    return reverse("case", args=[case.pk]) + anchor


def _consent(case: Case) -> Check:
    """Not in the way of signing: in an emergency nobody could be asked. The report says that it was not on record."""
    newest = Consent.objects.filter(patient=case.patient_id, purpose=Purpose.CARE).order_by("-at").first()
    is_given = newest is not None and newest.is_given
    words = _("Consent for care on record") if is_given else _("Record consent for care")
    return Check("consent", is_given, words, _page(case, "#consent"), blocks=False)


def _runs(case: Case) -> Iterable[Check]:
    aside = [kind.name for kind in pipeline.kinds() if not kind.is_in_reports]
    runs = Run.objects.filter(case=case).exclude(kind__in=aside)
    active, dead = runs.filter(state__in=ACTIVE).count(), runs.dead().count()
    waits = ngettext("Wait for %d run", "Wait for %d runs", active) % active if active else _("No run under way")
    yield Check("runs", not active, waits, _page(case, "?kind=engine"))
    failed = ngettext("Settle %d failed run", "Settle %d failed runs", dead) % dead
    words = failed if dead else _("No failed run left open")
    yield Check("failed_runs", not dead, words, _page(case, "?kind=engine"), blocks=False)


def _reviews(case: Case) -> Check:
    """Leads to the one that waits longest: whoever signs may decide too."""
    open_items = ReviewItem.objects.filter(case=case, state__in=OPEN_STATES).order_by("created_at")
    waiting = list(open_items.values_list("pk", flat=True))
    if not waiting:
        return Check("reviews", True, _("Every flagged answer is decided"), _page(case, "?kind=review"))
    todo = ngettext("Decide on %d flagged answer", "Decide on %d flagged answers", len(waiting)) % len(waiting)
    return Check("reviews", False, todo, reverse("review_item", args=[waiting[0]]))


def _conflicts(case: Case) -> Check:
    waiting = Conflict.objects.filter(case=case).open().count()
    todo = ngettext("Decide on %d contradiction", "Decide on %d contradictions", waiting) % waiting
    return Check("conflicts", not waiting, todo if waiting else _("No contradiction left open"),
                 reverse("case_conflicts", args=[case.pk]))  # fmt: skip


def _damage(case: Case) -> Iterable[Check]:
    if Result.objects.filter(case=case, facets__all_match=False).exists():
        yield Check("damaged", False, _("A file does not match its digest"), _page(case, "?kind=engine"),
                    is_danger=True)  # fmt: skip


def _turn(case: Case) -> Check:
    """A case that still waits for engines, or was never given to a person, is not signed by a slip."""
    is_ready = case.may_move_to(state_after(case))
    words = _("It is a person’s turn") if is_ready else _("Let the case wait for a human first")
    return Check("turn", is_ready, words, reverse("case_move", args=[case.pk]))


def state_after(case: Case) -> CaseState:
    """Signing what was signed before amends it, also where the case was closed since."""
    was_signed = case.state in (CaseState.SIGNED, CaseState.AMENDED, CaseState.CLOSED)
    return CaseState.AMENDED if was_signed else CaseState.SIGNED


def of_body(case: Case, body: Body | None) -> list[Check]:
    """One line for all sentences, or one for each that is not grounded."""
    if body is None or not body.sentences:
        return [Check("sentences", False, _("Write the report"), reverse("report_draft", args=[case.pk]))]
    faults = ungrounded(case, body)
    if not faults:
        return [Check("grounded", True, _("Every sentence has a source or is marked as a person’s own"))]
    page = reverse("report_draft", args=[case.pk])
    return [Check("grounded", False, why, f"{page}#s-{sentence.id}") for sentence, why in faults]


def ungrounded(case: Case, body: Body) -> list[tuple[Sentence, str]]:
    sources = Sources.of(Upload.objects.filter(case=case), body.evidence())
    return [(sentence, why) for sentence in body.sentences if (why := fault_of(sentence, sources))]


def fault_of(sentence: Sentence, sources: Sources) -> str:
    """Why it may not stand in a signed report; empty where it may. A source that broke is never covered by a mark."""
    if any(sources.look(one) != State.FITS for one in sentence.evidence):
        return _("A source no longer matches: %(sentence)s") % {"sentence": _beginning(sentence)}
    if not sentence.text.strip():
        return _("A sentence is empty")
    if sentence.evidence or (sentence.is_vouched and not sentence.is_engines):
        return ""
    return _("No source, and nobody says that it is hers: %(sentence)s") % {"sentence": _beginning(sentence)}


def _beginning(sentence: Sentence) -> str:
    words = sentence.text.strip()
    return f"“{words[:57]}…”" if len(words) > 58 else f"“{words}”"
