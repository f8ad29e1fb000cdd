"""The shape of handing a case over, and of asking for a second signature."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.actions.handovers import LONGEST_NOTE, SHORTEST_NOTE
from clinic.forms.case_acts import AssignForm, Plain
from clinic.models import User


class HandoverForm(AssignForm):
    to = forms.ModelChoiceField(label=_("To"), queryset=User.objects.none(), empty_label=_("Choose somebody"))
    note = forms.CharField(
        label=_("What the next one has to know"), min_length=SHORTEST_NOTE, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Sealed like everything written about the patient. What is open is listed beside it by itself."),
    )  # fmt: skip


class AnswerForm(Plain):
    reason = forms.CharField(label=_("Why not"), required=False, max_length=LONGEST_NOTE,
                             widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip


class CosignForm(Plain):
    whom = forms.ModelChoiceField(label=_("Who"), queryset=User.objects.none(), empty_label=_("Choose somebody"))

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].queryset = people  # type: ignore[attr-defined]
