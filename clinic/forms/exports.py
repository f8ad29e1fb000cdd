"""The shape of what is asked of an export."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain

CAPSULE, FHIR = "capsule", "fhir"


class ExportForm(Plain):
    form = forms.ChoiceField(
        label=_("As"), initial=CAPSULE, widget=forms.RadioSelect,
        choices=[(CAPSULE, _("Capsule: pages, files, report and FHIR in one signed ZIP that proves itself offline")),
                 (FHIR, _("FHIR R4 alone, for a record system"))],
    )  # fmt: skip
