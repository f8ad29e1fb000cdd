"""What is told of keeping files: a rule, a hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain
from clinic.forms.case_number import number_field, number_in

LEAST_REASON = 10


class RuleForm(Plain):
    cold_days = forms.IntegerField(label=_("Days until it is cold"), min_value=1, max_value=36_500)
    expiry_days = forms.IntegerField(
        label=_("Days until it may be deleted"), min_value=2, max_value=36_500, required=False,
        help_text=_("Leave it empty to keep it for ever."),
    )  # fmt: skip


class HoldForm(Plain):
    case = number_field()
    reason = forms.CharField(label=_("Reason"), min_length=LEAST_REASON, max_length=1000,
                             widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip

    def clean_case(self) -> int:
        told: Any = self.cleaned_data["case"]
        return number_in(str(told))
