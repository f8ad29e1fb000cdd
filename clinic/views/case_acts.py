"""What a person does to a case. Each act has an address of its own: its form as a page, its fragment when htmx asks,
and the answer to both ways of sending it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clinic import access
from clinic.actions import cases, consents, notes, patients
from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues
from clinic.doors import needs
from clinic.forms.case_acts import AssignForm, ConsentForm, EditForm, MoveForm, NoteForm
from clinic.forms.patients import PatientForm
from clinic.lineage import Learned
from clinic.models import Case, CaseState, Purpose, Urgency
from clinic.views.asked import Asked
from clinic.views.presenters.case_rows import patient_line, question_of
from clinic.views.private import private

CHANGED = {"case-changed": "", "entries-changed": ""}  # what fragments of the page listen for
MOST_NAMED = 5
asked_or_sent = require_http_methods(["GET", "HEAD", "POST"])


def done(request: Asked, found: Case, words: str) -> HttpResponse:
    """A page goes back to the case; a fragment says what happened, and those it concerns look after themselves."""
    if request.htmx:
        toast = {"words": words, "tone": "ok"}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(CHANGED | {"toast": toast})})
    messages.success(request, words)
    return HttpResponseRedirect(reverse("case", args=[found.pk]))


def about(request: Asked, found: Case) -> str:
    """Patient and question, so that nobody acts on the wrong case. To show them is a reading."""
    if request.htmx:
        return ""
    if request.method == "POST":
        access.case(request.actor, found.pk)
    return f"{patient_line(found.patient, found.age_years)} · {question_of(found)}"


def form_page(request: Asked, found: Case, part: str, **context: Any) -> HttpResponse:
    """The form alone for htmx, in a page else; 422 when it came back wrong. The page names the case it is about."""
    forms = [value for value in context.values() if isinstance(value, Form)]
    status = 422 if any(form.is_bound for form in forms) else 200
    context |= {"case": found, "part": part, "about": about(request, found)}
    template = part if request.htmx else "clinic/case/form_page.html"
    return render(request, template, context, status=status)


@needs(Permission.CASE_ASSIGN)
@asked_or_sent
@private
def case_assign(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    form = AssignForm(request.POST or None, people=colleagues(request.actor), initial={"to": found.assignee_id})
    if not form.is_valid():
        return form_page(request, found, "clinic/case/_assign.html", title=_("Hand over"), assign_form=form)
    to = form.cleaned_data["to"]
    cases.assign(by=request.actor, case=found, to=to)
    return done(request, found, _("Handed to %(name)s.") % {"name": to.name} if to else _("Nobody has it now."))


@needs(Permission.CASE_EDIT)
@asked_or_sent
@private
def case_move(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    form = MoveForm(request.POST or None, case=found, initial={"to": request.GET.get("to")})
    if not form.is_valid():
        return form_page(request, found, "clinic/case/_move.html", title=_("Next step"), move_form=form)
    moved = cases.move(by=request.actor, case=found, to=CaseState(form.cleaned_data["to"]),
                       reason=form.cleaned_data["reason"].strip() or None)  # fmt: skip
    return done(request, found, _("The case is now: %(state)s.") % {"state": moved.get_state_display().lower()})


@needs(Permission.NOTE_WRITE)
@asked_or_sent
@private
def note_add(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    form = NoteForm(request.POST or None)
    if not form.is_valid():
        return form_page(request, found, "clinic/case/_note.html", title=_("Note"), note_form=form)
    body = form.cleaned_data["body"]
    notes.write(by=request.actor, case=found, body=body)
    missed = _missed(body, found)
    if not request.htmx:
        if missed:
            messages.warning(request, missed)
        return done(request, found, _("The note is written."))
    fresh = render(request, "clinic/case/_note.html", {"case": found, "note_form": NoteForm()})
    warning = {"toast": {"words": missed, "tone": "warn"}} if missed else {}
    fresh["HX-Trigger-After-Swap"] = json.dumps({"entries-changed": "", **warning})
    return fresh


def _missed(body: str, found: Case) -> str:
    """The note stands as it was written; that somebody meant by it hears nothing must not go unnoticed."""
    missed = notes.not_told(body, found)
    if not missed:
        return ""
    named = ", ".join(missed[:MOST_NAMED]) + (", …" if len(missed) > MOST_NAMED else "")
    return _("Not told: %(whom)s. The note is written, but only colleagues at this site are told.") % {"whom": named}


@needs(Permission.CONSENT_RECORD)
@require_POST
@private
def consent_record(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return form_page(request, found, "clinic/case/_consent_wrong.html", title=_("Consent"), form=form)
    purpose, is_given = Purpose(form.cleaned_data["purpose"]), form.cleaned_data["is_given"]
    consent = consents.record(by=request.actor, case=found, purpose=purpose, is_given=is_given)
    if affected := consents.affected_by(consent):
        return _withdrawn(request, found, affected)
    words = _("Consent given: %(purpose)s") if is_given else _("Consent withdrawn: %(purpose)s")
    return done(request, found, words % {"purpose": str(purpose.label).lower()})


def _withdrawn(request: Asked, found: Case, affected: list[Learned]) -> HttpResponse:
    """Whoever withdraws is answered with the engines that learned from her, by name."""
    named = ", ".join(str(one.engine) for one in affected)
    words = ngettext(
        "Consent withdrawn. %(n)d engine learned from this patient: %(named)s. Those who look after it are told.",
        "Consent withdrawn. %(n)d engines learned from this patient: %(named)s. Those who look after them are told.",
        len(affected),
    )
    return done(request, found, words % {"n": len(affected), "named": named})


@needs(Permission.CASE_EDIT)
@asked_or_sent
@private
def case_edit(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    form = EditForm(request.POST or None, case=found)
    if not form.is_valid():
        return form_page(request, found, "clinic/case/_edit.html", title=_("Edit the case"), edit_form=form)
    chosen = form.cleaned_data
    urgency = Urgency(chosen["urgency"]) if form.changes_urgency else None
    cases.revise(by=request.actor, case=found, urgency=urgency, due_at=form.new_due_at,
                 question=chosen["question"].strip(), encounter=chosen["encounter"].strip() or None,
                 department=chosen["department"].strip())  # fmt: skip
    return done(request, found, _("The case is changed."))


@needs(Permission.CASE_EDIT)
@asked_or_sent
@private
def case_patient(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    form = PatientForm(request.POST or None, patient=found.patient)
    if not form.is_valid():
        return form_page(request, found, "clinic/case/_patient.html", title=_("Edit the patient"), patient_form=form)
    patients.update(by=request.actor, patient=found.patient, **form.changes())
    return done(request, found, _("The patient is changed."))
