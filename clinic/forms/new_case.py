from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.forms import patients
from clinic.forms.case_acts import Plain, due_field, question_field
from clinic.models import Patient, Urgency, User

NEW, KNOWN = "new", "known"


class NewCaseForm(Plain):
    whose = forms.ChoiceField(
        label=_("Patient"), widget=forms.RadioSelect, initial=NEW,
        choices=[(NEW, _("New here")), (KNOWN, _("Known by number"))],
    )  # fmt: skip
    number = forms.RegexField(
        label=_("Number"), regex=r"^\s*[Pp]?-?\s*\d{1,9}\s*$", required=False,
        error_messages={"invalid": _("A number like P-34.")}, widget=forms.TextInput(attrs={"placeholder": "P-34"}),
    )  # fmt: skip
    name = patients.name_field()
    birth_date = patients.birth_date_field()
    sex = patients.sex_field()
    question = question_field()
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency, widget=forms.RadioSelect, initial=Urgency.ROUTINE)
    assignee = forms.ModelChoiceField(
        label=_("With"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet")
    )
    due_at = due_field(_("Left empty: the limit of the site for that urgency."))
    encounter = forms.CharField(label=_("Encounter number"), required=False, max_length=40)
    department = forms.CharField(label=_("Department"), required=False, max_length=60)
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)  # a second press of the button opens no second case

    def __init__(self, *args: Any, people: QuerySet[User], known: QuerySet[Patient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = people  # type: ignore[attr-defined]
        self._known = known

    def clean_birth_date(self) -> date | None:
        return patients.check_birth_date(self.cleaned_data["birth_date"])

    def clean_due_at(self) -> datetime | None:
        due_at: datetime | None = self.cleaned_data["due_at"]
        if due_at and due_at < timezone.now():
            raise forms.ValidationError(_("That time has passed."))
        return due_at

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("whose") == KNOWN and "number" in cleaned:
            self.patient = self._find(cleaned["number"])
        return cleaned

    def _find(self, written: str) -> Patient | None:
        digits = "".join(letter for letter in written if letter.isdigit())
        if not digits:
            self.add_error("number", _("Write the number of the patient."))
            return None
        found = self._known.filter(number=int(digits)).first()
        if found is None:
            self.add_error("number", _("There is no patient of that number at this site."))
        return found

    patient: Patient | None = None

    def fingerprint(self) -> bytes:
        """What was asked, for telling a repeated request from another one."""
        asked = {name: str(value) for name, value in self.cleaned_data.items() if name != "once"}
        return repr(sorted(asked.items())).encode()
