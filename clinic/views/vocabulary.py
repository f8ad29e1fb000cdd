"""The words that are offered to who corrects a transcript."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clinic import access
from clinic.actions import vocabulary as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.vocabulary import WordsForm
from clinic.models import VocabularyWord
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent


@needs(Permission.NOTE_WRITE)
@asked_or_sent
def vocabulary(request: Asked) -> HttpResponse:
    form = WordsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            count = acts.add(by=request.actor, words=form.lines(), department=form.cleaned_data["department"].strip())
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            messages.success(request, ngettext("%d word is new.", "%d words are new.", count) % count)
            return redirect("vocabulary")
    words = VocabularyWord.objects.visible_to(request.actor).order_by("department", "word")
    return render(request, "clinic/vocabulary/page.html", {"form": form, "words": words},
                  status=422 if form.errors else 200)  # fmt: skip


@needs(Permission.NOTE_WRITE)
@require_POST
def vocabulary_remove(request: Asked, pk: UUID) -> HttpResponse:
    acts.remove(by=request.actor, word=access.vocabulary_word(request.actor, pk))
    return redirect("vocabulary")
