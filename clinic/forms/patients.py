from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain
from clinic.models import Patient, Sex

OLDEST_YEARS = 130


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name"), required=False, max_length=120,
        help_text=_("Lists and titles show the number only. The name is sealed and shown on the case."),
    )  # fmt: skip


def birth_date_field() -> forms.DateField:
    return forms.DateField(
        label=_("Born"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def sex_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Sex"), choices=Sex, initial=Sex.UNKNOWN)


def check_birth_date(born: date | None) -> date | None:
    today = timezone.localdate()
    if born and born > today:
        raise forms.ValidationError(_("That day is still to come."))
    if born and today.year - born.year > OLDEST_YEARS:
        raise forms.ValidationError(_("Nobody is that old. Check the year."))
    return born


class PatientForm(Plain):
    name = name_field()
    birth_date = birth_date_field()
    sex = sex_field()

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": patient.name, "birth_date": patient.birth_date, "sex": patient.sex}
        super().__init__(*args, **kwargs)

    def clean_birth_date(self) -> date | None:
        return check_birth_date(self.cleaned_data["birth_date"])

    def changes(self) -> dict[str, str | None]:
        """As the sealed columns hold it."""
        born = self.cleaned_data["birth_date"]
        return {
            "name": self.cleaned_data["name"].strip() or None,
            "birth_date": born.isoformat() if born else None,
            "sex": self.cleaned_data["sex"],
        }
