"""The shape of what a reader sends."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain

LONGEST_NOTE = 4000


class DecisionForm(Plain):
    """`looked`: codes of what the reader did, gathered by the page; without script she confirms it herself."""

    label = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE,
                           widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    looked = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str | Promise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].choices = choices  # type: ignore[attr-defined]

    @property
    def did(self) -> list[str]:
        confirmed = ["confirmed"] if self.data.get("confirmed") else []
        return [*self.cleaned_data["looked"].split(","), *confirmed]


class AskForm(Plain):
    note = forms.CharField(
        label=_("What shall a colleague look at?"), required=False, max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
