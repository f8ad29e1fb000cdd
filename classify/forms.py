"""The shape of what is said about documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain

LONGEST_PASTED = 200_000


class LabelsForm(Plain):
    count = forms.IntegerField(label=_("How many documents"), min_value=1, max_value=200, initial=20)


class PasteForm(Plain):
    text = forms.CharField(label=_("Text"), min_length=10, max_length=LONGEST_PASTED, strip=False,
                           widget=forms.Textarea(attrs={"rows": 8}))  # fmt: skip
    name = forms.CharField(label=_("Name"), required=False, max_length=120,
                           help_text=_("How it is called in the case. It may be left out."))  # fmt: skip

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        return name if not name or name.lower().endswith(".txt") else f"{name}.txt"
