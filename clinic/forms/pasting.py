"""Text without a file: what is pasted, and how it is called in the case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain

LONGEST_PASTED = 200_000


def text_name(told: str) -> str:
    """A pasted text becomes a text file, whatever it is called."""
    name = told.strip()
    return name if not name or name.lower().endswith(".txt") else f"{name}.txt"


class PasteForm(Plain):
    text = forms.CharField(label=_("Text"), min_length=10, max_length=LONGEST_PASTED, strip=False,
                           widget=forms.Textarea(attrs={"rows": 8}))  # fmt: skip
    name = forms.CharField(label=_("Name"), required=False, max_length=120,
                           help_text=_("How it is called in the case. It may be left out."))  # fmt: skip

    def clean_name(self) -> str:
        return text_name(str(self.cleaned_data["name"]))
