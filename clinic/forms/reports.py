"""The shape of what is written into a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain
from clinic.report_body import LONGEST_SENTENCE
from clinic.report_sections import sections


class WriteForm(Plain):
    section = forms.ChoiceField(label=_("Section"))
    text = forms.CharField(label=_("Sentence"), max_length=LONGEST_SENTENCE, widget=forms.Textarea(attrs={"rows": 2}))
    is_mine = forms.BooleanField(label=_("A clinician wrote this: I did"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [(one.name, one.title) for one in sections()]  # type: ignore[attr-defined]


class PointForm(Plain):
    upload = forms.UUIDField()
    words = forms.CharField(max_length=LONGEST_SENTENCE)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class SentenceForm(Plain):
    text = forms.CharField(max_length=LONGEST_SENTENCE)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class SignForm(Plain):
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it is amended"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the new version. The old one stays as it was."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_amendment: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_amendment:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]
