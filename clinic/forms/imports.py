"""The shape of what is said beside a record that is taken in."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain
from clinic.forms.file_apart import FileApart
from clinic.models import Patient, Urgency


class ImportForm(Plain):
    file = FileApart(
        label=_("FHIR R4 bundle"), help_text=_("JSON of one patient, at most 24 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json,application/fhir+json"}),
    )  # fmt: skip
    number = forms.RegexField(
        label=_("Patient, if she is here already"), regex=r"^\s*[Pp]?-?\s*\d{1,9}\s*$", required=False,
        error_messages={"invalid": _("A number like P-34.")}, widget=forms.TextInput(attrs={"placeholder": "P-34"}),
        help_text=_("Left empty: a new patient is made of what the bundle says."),
    )  # fmt: skip
    question = forms.CharField(label=_("Question"), required=False, max_length=400,
                               help_text=_("Left empty: what the newest visit was about."))  # fmt: skip
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency, widget=forms.RadioSelect, initial=Urgency.ROUTINE)
    patient: Patient | None = None

    def __init__(self, *args: Any, known: QuerySet[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known

    def clean_number(self) -> str:
        written: str = self.cleaned_data["number"]
        digits = "".join(letter for letter in written if letter.isdigit())
        if digits:
            self.patient = self._known.filter(number=int(digits)).first()
            if self.patient is None:
                raise forms.ValidationError(_("There is no patient of that number at this site."))
        return written
