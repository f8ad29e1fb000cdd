"""Writing a report and signing it. A draft changes sentence by sentence, so that two who write at once lose nothing; a
signed version never changes, the next one says why it was made."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, report_checks, step_up
from clinic.actions import cases, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.evidence import Evidence
from clinic.models import Case, CaseState, EntryKind, Report, ReportDraft, Upload
from clinic.report_body import LONGEST_SENTENCE, MOST_SENTENCES, Body, NoSuchSentence, Replaced, Sentence
from clinic.report_content import content_of, seal_content, sources_of
from clinic.report_quotes import place_of_words
from clinic.report_sections import Suggestion, sections, suggestions

LEAST_REASON = 10
Change = Callable[[Body], Body]


# --- the draft --------------------------------------------------------------------------------------------------------


def write(*, by: Actor, case: Case, section: str, text: str, is_mine: bool = False) -> Sentence:
    """A sentence of one's own. `is_mine`: said with it that a clinician wrote this."""
    if is_mine:
        step_up.demand_person(by)
    if section not in {one.name for one in sections()}:
        raise Refusal(Code.INVALID, fields={"section": [_("There is no such section.")]})
    made = Sentence(section=section, text=_clean(text), author=str(by.myself), author_name=by.label,
                    is_vouched=is_mine)  # fmt: skip
    draft = _change(by=by, case=case, what="written", change=lambda body: body.with_(made))
    return Body.of(draft.body).get(made.id)


def take_over(*, by: Actor, case: Case, key: str) -> Sentence:
    """What an engine said, as it said it, with its sources. Where people decided otherwise it is a person's sentence
    from the beginning, and the engine's is kept beside it."""
    found = next((one for one in suggestions(by, case) if one.key == key), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    if found.is_open:
        raise Refusal(Code.ANSWER_IS_OPEN)
    made = _taken(by, found)
    draft = _change(by=by, case=case, what="taken_over", change=lambda body: body.with_(made))
    return Body.of(draft.body).get(made.id)


def _taken(by: Actor, found: Suggestion) -> Sentence:
    said, engines = found.claim, found.overruled
    was = Replaced(text=engines.text, evidence=engines.evidence, origin=found.origin) if engines else None
    return Sentence(
        section=found.section.name, text=said.text, author=str(by.myself), author_name=by.label,
        evidence=said.evidence, origin=None if was else found.origin, replaced=was,
    )  # fmt: skip


def reword(*, by: Actor, case: Case, sentence: str, text: str, seen: int) -> Sentence:
    words = _clean(text)
    return _change_one(by=by, case=case, sentence=sentence, seen=seen, what="reworded",
                       change=lambda one: one.reworded(words, str(by.myself), by.label))  # fmt: skip


def vouch(*, by: Actor, case: Case, sentence: str, seen: int, is_mine: bool = True) -> Sentence:
    """ "A clinician wrote this": only who wrote it can say so, and no program."""
    step_up.demand_person(by)

    def change(one: Sentence) -> Sentence:
        if one.author != str(by.myself) or one.is_engines:
            raise Refusal(Code.NOT_THE_AUTHOR)
        return replace(one, is_vouched=is_mine)

    return _change_one(by=by, case=case, sentence=sentence, seen=seen, what="vouched", change=change)


def point(*, by: Actor, case: Case, sentence: str, upload: Upload, words: str, seen: int) -> Sentence:
    """A sentence rests on words that stand in a file of the case."""
    if upload.case_id != case.pk:
        raise Refusal(Code.NOT_FOUND)
    place = place_of_words(upload, words)
    if place is None:
        raise Refusal(Code.WORDS_NOT_THERE, fields={"words": [_("These words do not stand in that file.")]})
    found: Evidence = place

    def change(one: Sentence) -> Sentence:
        if one.is_engines:
            raise Refusal(Code.NOT_THE_AUTHOR)
        return replace(one, evidence=(*(known for known in one.evidence if known != found), found))

    return _change_one(by=by, case=case, sentence=sentence, seen=seen, what="pointed", change=change)


def shift(*, by: Actor, case: Case, sentence: str, step: int) -> None:
    _change(by=by, case=case, what="moved", change=lambda body: body.shifted(sentence, step))


def strike(*, by: Actor, case: Case, sentence: str, seen: int) -> None:
    def change(body: Body) -> Body:
        _demand_seen(body.get(sentence), seen)
        return body.without(sentence)

    _change(by=by, case=case, what="struck", change=change)


def begin_amendment(*, by: Actor, case: Case) -> ReportDraft:
    """The newest signed version, to be changed; it stays as it was until, and after, the next one is signed."""
    newest = _newest(case)
    if newest is None:
        raise Refusal(Code.NOT_FOUND)
    signed = Body.of(newest.body)
    return _change(by=by, case=case, what="amendment_begun", change=lambda body: body if body.sentences else signed)


def discard(*, by: Actor, case: Case) -> None:
    by.require(Permission.REPORT_WRITE)
    with audit.act(by, "report.draft_discarded") as doing:
        locked = cases.lock(case)
        doing.about(locked)
        if not ReportDraft.objects.filter(case=locked).delete()[0]:
            doing.nothing_happened()


def _change_one(*, by: Actor, case: Case, sentence: str, seen: int, what: str,
                change: Callable[[Sentence], Sentence]) -> Sentence:  # fmt: skip
    def whole(body: Body) -> Body:
        _demand_seen(body.get(sentence), seen)
        return body.changed(sentence, change)

    draft = _change(by=by, case=case, what=what, change=whole)
    return Body.of(draft.body).get(sentence)


def _demand_seen(one: Sentence, seen: int) -> None:
    """Whoever looked at an older state of this sentence is told, and changes nothing."""
    if one.revision > seen:
        raise Refusal(Code.DRAFT_CHANGED)


def _change(*, by: Actor, case: Case, what: str, change: Change) -> ReportDraft:
    by.require(Permission.REPORT_WRITE)
    with audit.act(by, "report.drafted") as doing:
        locked = cases.lock(case)
        _demand_writable(locked)
        draft = ReportDraft.objects.filter(case=locked).first() or ReportDraft(site_id=locked.site_id, case=locked)
        draft.case = locked
        was = Body.of(draft.body) if draft.revision else Body()
        try:
            now = change(was)
        except NoSuchSentence:
            raise Refusal(Code.DRAFT_CHANGED) from None
        doing.about(locked, fields=("report",), what=what)
        if now == was and draft.revision:
            doing.nothing_happened()
            return draft
        _save(draft, _numbered(now, was, draft.revision + 1), by)
    return draft


def _numbered(now: Body, was: Body, revision: int) -> Body:
    """Every sentence that is not as it was bears the revision at which it changed."""
    known = set(was.sentences)
    return Body(tuple(one if one in known else replace(one, revision=revision) for one in now.sentences))


def _save(draft: ReportDraft, body: Body, by: Actor) -> None:
    if len(body.sentences) > MOST_SENTENCES:
        raise Refusal(Code.INVALID, fields={"text": [_("A report has at most %d sentences.") % MOST_SENTENCES]})
    is_new = draft.revision == 0
    draft.body, draft.revision = body.as_json(), draft.revision + 1
    draft.touched_by_id, draft.touched_at = by.user_id, timezone.now()
    draft.save(force_insert=is_new)


def _demand_writable(case: Case) -> None:
    """A closed case takes nothing; but what was signed in it can be amended."""
    if case.state == CaseState.CLOSED and _newest(case) is None:
        raise Refusal(Code.CASE_IS_CLOSED)


def _clean(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refusal(Code.INVALID, fields={"text": [_("Write a sentence.")]})
    if len(words) > LONGEST_SENTENCE:
        raise Refusal(Code.INVALID, fields={"text": [_("At most %d characters.") % LONGEST_SENTENCE]})
    return words


def _newest(case: Case) -> Report | None:
    newest = Report.objects.filter(case=case).order_by("-version").first()
    if newest:
        newest.case = case
    return newest


# --- the signature ----------------------------------------------------------------------------------------------------


def sign(*, by: Actor, case: Case, seen: int, confirmed_at: datetime | None, reason: str = "") -> Report:
    """`seen`: the revision of the draft that was on the screen. `confirmed_at`: when the signer last proved who she is.

    Version, seal, state of the case and audit event are one transaction. The case is locked, so that nothing joins it
    between the last check and the seal.
    """
    by.require(Permission.REPORT_SIGN)
    step_up.demand(by, confirmed_at)
    with audit.act(by, "report.signed") as doing:
        locked = cases.lock(case)
        draft = ReportDraft.objects.select_for_update(no_key=True, of=("self",)).filter(case=locked).first()
        if draft is None or draft.revision != seen:
            raise Refusal(Code.DRAFT_CHANGED)
        draft.case = locked
        previous = _newest(locked)
        why = _reason(reason) if previous else None
        report = _sealed(by, locked, Body.of(draft.body), previous, why)
        draft.delete()
        is_first = report.version == 1
        timeline.add(doing, case=locked, kind=EntryKind.REPORT_SIGNED if is_first else EntryKind.REPORT_AMENDED,
                     subject_id=report.pk, version=report.version)  # fmt: skip
        cases.step(by=by, locked=locked, to=report_checks.state_after(locked), reason=why)
        doing.about(report, case=locked, fields=("body", "reason") if why else ("body",), version=report.version,
                    content_sha256=report.content_sha256, key=report.key_id, state=locked.state)  # fmt: skip
    return report


def _sealed(by: Actor, case: Case, body: Body, previous: Report | None, reason: str | None) -> Report:
    checks = report_checks.of_report(case, body)
    if open_checks := report_checks.blocking(checks):
        raise Refusal(Code.REPORT_NOT_READY, detail=" · ".join(str(check.words) for check in open_checks),
                      facts={"open": sorted({check.code for check in open_checks})})  # fmt: skip
    now = timezone.now()
    version = previous.version + 1 if previous else 1
    content = content_of(by=by, case=case, body=body, version=version, reason=reason, previous=previous, checks=checks,
                         signed_at=now.isoformat())  # fmt: skip
    digest, seal = seal_content(content)
    report = Report(
        site_id=case.site_id, case=case, version=version, body=content, reason=reason, content_sha256=digest,
        sources=sources_of(case, body), key_id=seal.key_id, signature=seal.signature, signed_by_id=by.myself,
        signed_at=now,
    )  # fmt: skip
    report.save(force_insert=True)
    return report


def _reason(words: str) -> str:
    said = words.strip()
    if len(said) < LEAST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in at least %d characters.") % LEAST_REASON]})
    return said
