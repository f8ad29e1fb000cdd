"""The shape of what is done to a case that is open on the screen."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.models import Case, CaseState, Purpose, Urgency, User
from clinic.models.cases import MOVES, SIGNED_STATES

MOVE_WORDS: dict[CaseState, str | Promise] = {
    CaseState.OPEN: _("Back to open"),
    CaseState.AWAITING_AI: _("Wait for engines"),
    CaseState.AWAITING_HUMAN: _("Ask for a human"),
    CaseState.CLOSED: _("Close"),
}
LOCAL_TIME = "%Y-%m-%dT%H:%M"


def moves_from(state: str) -> list[tuple[str, str | Promise]]:
    """Only what is legal, in the order work goes. Signing is no move: it is done on the report."""
    legal = MOVES[CaseState(state)] - SIGNED_STATES
    worded = MOVE_WORDS | ({CaseState.OPEN: _("Reopen")} if state == CaseState.CLOSED else {})
    return [(to.value, words) for to, words in worded.items() if to in legal]


class Plain(forms.Form):
    """Labels without a colon; ids of their own, for several forms stand on one page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"label_suffix": "", "auto_id": f"{type(self).__name__.lower()}-%s"}
        super().__init__(*args, **kwargs)


class MoveForm(Plain):
    to = forms.ChoiceField(label=_("What comes next"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the timeline, sealed like everything written about the patient."),
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = moves_from(case.state)  # type: ignore[attr-defined]


class AssignForm(Plain):
    to = forms.ModelChoiceField(label=_("With"), queryset=User.objects.none(), required=False, empty_label=_("Nobody"))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class NoteForm(Plain):
    body = forms.CharField(
        label=_("Note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("With @ and an e-mail address a colleague is told where to look, not what is written."),
    )  # fmt: skip


class ConsentForm(Plain):
    purpose = forms.ChoiceField(choices=Purpose)
    is_given = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes")


def due_field(help_text: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=_("Due"), required=False, help_text=help_text,
        widget=forms.DateTimeInput(format=LOCAL_TIME, attrs={"type": "datetime-local"}),
    )  # fmt: skip


def question_field() -> forms.CharField:
    return forms.CharField(
        label=_("Question"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is to be found out, in your own words."),
    )  # fmt: skip


class EditForm(Plain):
    question = question_field()
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency, widget=forms.RadioSelect)
    due_at = due_field(_("When the urgency changes and this does not, the limit of the site for it is used."))
    encounter = forms.CharField(label=_("Encounter number"), required=False, max_length=40)
    department = forms.CharField(label=_("Department"), required=False, max_length=60)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        kwargs["initial"] = {name: getattr(case, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    def clean_due_at(self) -> datetime | None:
        due_at: datetime | None = self.cleaned_data["due_at"]
        if due_at and due_at < self.case.opened_at:
            raise forms.ValidationError(_("That was before the case was opened."))
        return due_at

    @property
    def new_due_at(self) -> datetime | None:
        """None asks for the site's limit. The field knows minutes only, so what it was is compared by the minute."""
        due_at: datetime | None = self.cleaned_data["due_at"]
        was = timezone.localtime(self.case.due_at).strftime(LOCAL_TIME)
        is_untouched = due_at is None or timezone.localtime(due_at).strftime(LOCAL_TIME) == was
        if is_untouched and self.cleaned_data["urgency"] != self.case.urgency:
            return None
        return self.case.due_at if is_untouched else due_at

    @property
    def changes_urgency(self) -> bool:
        return self.cleaned_data["urgency"] != self.case.urgency or self.new_due_at != self.case.due_at
