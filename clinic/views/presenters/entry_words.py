"""Each kind of line in words. A kind nobody words here (a capability's own) is shown by its name."""

from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic import progress, upload_links
from clinic.errors import Refusal
from clinic.handing_over import points_of
from clinic.models import CaseState, Entry, EntryKind, Purpose, Result, Run, UploadKind, Urgency
from clinic.pipeline import kind_named
from clinic.sealed_words import said
from clinic.templatetags.figures import file_size, short_digest
from clinic.views.presenters.ai_cards import AiCard, card_of, engine_badge
from clinic.views.presenters.case_rows import UPLOAD_ICONS
from clinic.views.presenters.entry_parts import Found, Shown, Wording, Words
from clinic.views.presenters.mentions import pieces

_worded: dict[str, Wording] = {}
_MOVED: dict[str, tuple[str, str, str | Promise]] = {
    CaseState.OPEN: ("folder2-open", "", gettext_lazy("Open again")),
    CaseState.AWAITING_AI: ("hourglass-split", "", gettext_lazy("Waits for engines")),
    CaseState.AWAITING_HUMAN: ("person", "", gettext_lazy("Waits for a human")),
    CaseState.SIGNED: ("lock-fill", "sealed", gettext_lazy("Signed")),
    CaseState.AMENDED: ("pencil", "person", gettext_lazy("Amended")),
    CaseState.CLOSED: ("archive", "", gettext_lazy("Closed")),
}


def worded(kind: str) -> Wording:
    return _worded.get(kind, _plain)


def words_for(kind: str, wording: Wording) -> None:
    _worded[kind] = wording


def _plain(entry: Entry, _found: Found) -> Shown:
    return Shown(icon="info-circle", title=entry.kind.replace("_", " ").capitalize())


def _opened(entry: Entry, _found: Found) -> Shown:
    return Shown(icon="folder2-open", title=_("Case opened, %(urgency)s") % {"urgency": _urgency(entry)})


def _urgency(entry: Entry) -> str:
    return str(Urgency(entry.facts.get("urgency", Urgency.ROUTINE)).label).lower()


def _moved(entry: Entry, found: Found) -> Shown:
    change = found.changes.get(_subject(entry))
    icon, look, title = _MOVED.get(entry.facts.get("new", ""), ("arrow-right", "", entry.kind))
    return Shown(icon=icon, look=look, title=title, text=said(lambda: change.reason) if change else "")


def _assigned(entry: Entry, found: Found) -> Shown:
    name = found.people.get(_subject(entry))
    title = _("Handed to %(name)s") % {"name": name} if name else _("With nobody now")
    return Shown(icon="person-plus", title=title)


_HANDOVERS: dict[str, tuple[str, Words]] = {
    EntryKind.HANDOVER_OFFERED: ("person-plus", gettext_lazy("Offered to %(taker)s")),
    EntryKind.HANDOVER_ACCEPTED: ("check-circle", gettext_lazy("%(taker)s took it over from %(giver)s")),
    EntryKind.HANDOVER_DECLINED: ("arrow-left", gettext_lazy("%(taker)s did not take it")),
    EntryKind.HANDOVER_WITHDRAWN: ("arrow-left", gettext_lazy("%(giver)s took the offer back")),
}


def _handover(entry: Entry, found: Found) -> Shown:
    """With the word about it where it was offered, and why where it was not taken."""
    icon, title = _HANDOVERS[entry.kind]
    row = found.handovers.get(_subject(entry))
    if row is None:
        return Shown(icon=icon, title=EntryKind(entry.kind).label)
    is_offer = entry.kind == EntryKind.HANDOVER_OFFERED
    points = "; ".join(point.words for point in points_of(row)) if is_offer else ""
    return Shown(icon=icon, look="person", title=str(title) % {"taker": row.taker.name, "giver": row.giver.name},
                 text=said(lambda: row.note if is_offer else row.answer), sub=points,
                 url=reverse("case_handover", args=[entry.case_id]))  # fmt: skip


def _due_changed(entry: Entry, _found: Found) -> Shown:
    return Shown(icon="clock", title=_("Set to %(urgency)s, with a new due time") % {"urgency": _urgency(entry)})


def _note(entry: Entry, found: Found) -> Shown:
    note = found.notes.get(_subject(entry))
    body = said(lambda: note.body) if note else ""
    return Shown(icon="chat-left-text", look="person", title=_("Note"), pieces=pieces(str(body), found.named),
                 body_template="clinic/entries/note.html")  # fmt: skip


def _upload(entry: Entry, found: Found) -> Shown:
    upload = found.uploads.get(_subject(entry))
    if upload is None:
        return Shown(icon="paperclip", title=_("File added"))
    kind = UploadKind(upload.kind)
    facts = {"size": file_size(upload.size), "digest": short_digest(upload.sha256)}
    return Shown(
        icon=UPLOAD_ICONS[kind], title=_("%(kind)s added") % {"kind": kind.label}, text=said(lambda: upload.name),
        sub=_("%(size)s, digest %(digest)s, kept encrypted") % facts, url=reverse("upload", args=[upload.pk]),
        body_template="clinic/entries/upload.html", links=tuple(upload_links.links_of(upload)),
    )  # fmt: skip


def _requested(entry: Entry, found: Found) -> Shown:
    """While it is under way it shows how far it is; afterwards the line that tells the end has the rest."""
    run = found.runs.get(_subject(entry))
    live = "clinic/entries/run_under_way.html" if run and run.is_active else ""
    title = _("Asked: %(kind)s") % {"kind": _kind_title(entry, run)}
    return Shown(icon="cpu", title=title, run=run, body_template=live)


def _finished(entry: Entry, found: Found) -> Shown:
    run = found.runs.get(_subject(entry))
    result = found.results.get(_subject(entry))
    by = _answered_by(result) if result and result.engine else _("Engine")
    return Shown(
        icon="cpu", look="machine", title=_("Engine answers: %(kind)s") % {"kind": _kind_title(entry, run)}, by=by,
        run=run, result=result, url=_run_url(run), body_template=_template(entry) if result else "",
        facts=_facts(result) if result else (), card=_card(result, found) if result else None,
        standing=found.standings.get(result.pk, "") if result else "",
    )  # fmt: skip


def _card(result: Result, found: Found) -> AiCard | None:
    return card_of(result, found.viewer, found.sources, found.reviewed.get(result.pk))


def _answered_by(result: Result) -> str:
    is_remote = engine_badge(result).is_remote
    return (_("%(engine)s, remote") if is_remote else _("%(engine)s, local")) % {"engine": result.engine}


def _facts(result: Result) -> tuple[tuple[Words, object], ...]:
    return tuple((progress.fact_title(result.kind, name), value) for name, value in result.facets.items())


def _failed(entry: Entry, found: Found) -> Shown:
    run = found.runs.get(_subject(entry))
    reason = str(run.get_error_display()) if run else ""
    again = _("It was started again.") if run and run.replayed_by_id else ""
    title = _("No answer: %(kind)s") % {"kind": _kind_title(entry, run)}
    return Shown(
        icon="exclamation-triangle", look="conflict", title=title,
        text=f"{reason}. {again}".strip(" ."), sub=_next_step(run), url=_run_url(run), run=run,
    )  # fmt: skip


def _next_step(run: Run | None) -> Words:
    return "" if run is None or run.replayed_by_id else progress.WHAT_TO_DO.get(run.error, "")


def _cancelled(entry: Entry, found: Found) -> Shown:
    run = found.runs.get(_subject(entry))
    return Shown(icon="slash-circle", title=_("Cancelled: %(kind)s") % {"kind": _kind_title(entry, run)})


def _consent(entry: Entry, _found: Found) -> Shown:
    purpose = str(Purpose(entry.facts.get("purpose", Purpose.CARE)).label).lower()
    words = _("Consent given: %(purpose)s") if entry.facts.get("is_given") else _("Consent withdrawn: %(purpose)s")
    return Shown(icon="person-badge", look="person", title=words % {"purpose": purpose})


def _imported(entry: Entry, _found: Found) -> Shown:
    counted = entry.facts.get("resources", {})
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(counted.items()))
    cut = _("There was more than is taken; all of it is in the bundle.") if entry.facts.get("is_cut") else ""
    return Shown(icon="inbox", title=_("Record of another house taken in"), text=told, sub=cut)


def _exported(entry: Entry, _found: Found) -> Shown:
    told = entry.facts
    title = _("Taken out as FHIR") if told.get("form") == "fhir" else _("Taken out as a capsule")
    standing = "" if told.get("standing") != "preliminary" else _("Marked preliminary: no report was signed.")
    facts = {"size": file_size(int(told.get("bytes", 0))), "digest": short_digest(str(told.get("sha256", "")))}
    return Shown(icon="download", look="sealed", title=title, text=standing,
                 sub=_("%(size)s, digest %(digest)s") % facts)  # fmt: skip


def _conflicts(entry: Entry, found: Found) -> Shown:
    count = int(entry.facts.get("count", 1))
    title = ngettext("%d contradiction between sources", "%d contradictions between sources", count) % count
    return Shown(icon="arrow-left-right", look="pencil", title=title, url=_conflicts_url(entry))


def _conflict_decided(entry: Entry, found: Found) -> Shown:
    states = {"settled": _("Contradiction settled"), "dismissed": _("No contradiction, a person said")}
    title = states.get(str(entry.facts.get("state")), states["settled"])
    return Shown(icon="arrow-left-right", look="ink", title=title, url=_conflicts_url(entry))


def _conflicts_url(entry: Entry) -> str:
    return reverse("case_conflicts", args=[entry.case_id])


def _subject(entry: Entry) -> UUID:
    return entry.subject_id or entry.pk


def _kind_title(entry: Entry, run: Run | None) -> Words:
    return progress.title_of(run.kind if run else str(entry.facts.get("run_kind", "")))


def _template(entry: Entry) -> str:
    """The kind of run says how its answer is drawn; of a kind that is gone the plain facts are shown."""
    try:
        return kind_named(str(entry.facts.get("run_kind", ""))).entry_template
    except Refusal:
        return "clinic/entries/run.html"


def _run_url(run: Run | None) -> str:
    return reverse("run", args=[run.pk]) if run else ""


for _kind, _wording in (
    (EntryKind.CASE_OPENED, _opened),
    (EntryKind.STATE_CHANGED, _moved),
    (EntryKind.ASSIGNED, _assigned),
    *((kind, _handover) for kind in _HANDOVERS),
    (EntryKind.DUE_CHANGED, _due_changed),
    (EntryKind.NOTE, _note),
    (EntryKind.UPLOAD, _upload),
    (EntryKind.RUN_REQUESTED, _requested),
    (EntryKind.RUN_FINISHED, _finished),
    (EntryKind.RUN_FAILED, _failed),
    (EntryKind.RUN_CANCELLED, _cancelled),
    (EntryKind.CONSENT, _consent),
    (EntryKind.CASE_EXPORTED, _exported),
    (EntryKind.CONFLICTS_FOUND, _conflicts),
    (EntryKind.CONFLICT_DECIDED, _conflict_decided),
    (EntryKind.CASE_IMPORTED, _imported),
):
    words_for(_kind, _wording)
