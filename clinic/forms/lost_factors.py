from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.actions.proposals import LEAST_REASON
from clinic.forms.case_acts import Plain


class LostFactorForm(Plain):
    how = forms.CharField(
        label=_("How you made sure that it is she"), min_length=LEAST_REASON, max_length=300,
        help_text=_("Seen in person; called back at the number of the staff list."),
    )  # fmt: skip
