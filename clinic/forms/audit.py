import re
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.audit_search import READS, REFUSALS, SYSTEM, WRITES

Choices = list[tuple[str, str | Promise]]
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
_NUMBER = {letter: re.compile(rf"(?:{letter}-?)?(\d{{1,9}})", re.IGNORECASE) for letter in "CP"}
SORTS: Choices = [(READS, gettext_lazy("Reads")), (WRITES, gettext_lazy("Writes")), (REFUSALS, gettext_lazy("Refused"))]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class AuditFilterForm(forms.Form):
    """What narrows the audit, as it stands in an address: ids, no number of a patient. Unlike in other lists a wrong
    word is said: who audits must know what was searched."""

    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    event = forms.ChoiceField(label=gettext_lazy("Did what"), required=False)
    sort = forms.ChoiceField(choices=[("", ""), *SORTS], required=False, widget=forms.HiddenInput)
    case = forms.UUIDField(required=False)
    patient = forms.UUIDField(required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=365, widget=forms.HiddenInput)
    code = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("Until"))

    def __init__(self, *args: Any, events: Choices, people: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "audit-%s"
        self._offer("event", [("", _("Anything")), *events])
        named: Choices = [(str(pk), name) for pk, name in people]
        self._offer("person", [("", _("Anybody")), (SYSTEM, _("Rounds itself")), *named])

    def _offer(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_since(self) -> date | None:
        return _of_this_century(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        return _of_this_century(self.cleaned_data["until"])


class AuditSearchForm(AuditFilterForm):
    """As somebody types it, and as it is posted: numbers."""

    case = forms.CharField(label=gettext_lazy("Case"), required=False, max_length=12)  # type: ignore[assignment]
    patient = forms.CharField(label=gettext_lazy("Patient"), required=False, max_length=12)  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, example in (("case", "C-2041"), ("patient", "P-34")):
            self.fields[name].widget.attrs |= {"placeholder": example, "autocomplete": "off"}

    def clean_case(self) -> int | None:
        return _number(self.cleaned_data["case"], "C", _("A case number looks like C-2041."))

    def clean_patient(self) -> int | None:
        return _number(self.cleaned_data["patient"], "P", _("A patient number looks like P-34."))


def _of_this_century(day: date | None) -> date | None:
    if day and not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(_("Enter a day of this century."))
    return day


def _number(written: str, letter: str, complaint: str) -> int | None:
    if not written.strip():
        return None
    found = _NUMBER[letter].fullmatch(written.strip())
    if found is None:
        raise forms.ValidationError(complaint)
    return int(found[1])
