"""The shape of what is said about documents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain


class LabelsForm(Plain):
    count = forms.IntegerField(label=_("How many documents"), min_value=1, max_value=200, initial=20)
