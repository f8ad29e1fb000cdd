from django import forms
from django.utils.translation import gettext_lazy as _


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("Words"), max_length=40_000,
        help_text=_("One in each line: medicines, places, tests, as they are written."),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )  # fmt: skip
    department = forms.CharField(
        label=_("Department"), max_length=60, required=False, help_text=_("Left empty: for the whole site.")
    )

    def lines(self) -> list[str]:
        return str(self.cleaned_data["words"]).splitlines()
