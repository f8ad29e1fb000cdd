"""The shape of the wish to forget a patient."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.actions.proposals import LEAST_REASON
from clinic.forms.case_acts import Plain


class EraseForm(Plain):
    number = forms.IntegerField(label=_("Number of the patient"), min_value=1, help_text=_("7 for P-7."))
    reason = forms.CharField(label=_("Why"), min_length=LEAST_REASON, max_length=1000,
                             widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=_("Who asked for it, and when. No name."))  # fmt: skip
