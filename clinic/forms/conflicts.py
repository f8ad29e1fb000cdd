"""The shape of a decision on a contradiction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.actions.conflicts import LONGEST_REASON, NO_CONTRADICTION, SHORTEST_REASON
from clinic.forms.case_acts import Plain
from clinic.models.conflicts import Holds


class DecideForm(Plain):
    holds = forms.ChoiceField(
        label=_("What holds"), widget=forms.RadioSelect,
        choices=[*Holds.choices, (NO_CONTRADICTION, _("It is no contradiction"))],
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), min_length=SHORTEST_REASON, max_length=LONGEST_REASON,
                             widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
