import re
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Choices = list[tuple[str, str | Promise]]
SYSTEM = "system"
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
_NUMBER = re.compile(r"(?:C-?)?(\d{1,9})", re.IGNORECASE)


class AuditFilterForm(forms.Form):
    """What narrows the audit. Unlike in other lists a wrong word is said: who audits must know what was searched."""

    event = forms.ChoiceField(label=gettext_lazy("Event"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    case = forms.CharField(label=gettext_lazy("Case"), required=False, max_length=12)
    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, events: Choices, people: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "audit-%s"
        self._offer("event", events)
        self._offer("person", [(SYSTEM, _("Rounds itself")), *((str(pk), name) for pk, name in people)])
        self.fields["case"].widget.attrs |= {"placeholder": "C-2041", "autocomplete": "off"}

    def _offer(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = [("", _("Any")), *choices]  # type: ignore[attr-defined]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Enter a day of this century."))
        return day

    def clean_case(self) -> int | None:
        written = self.cleaned_data["case"].strip()
        if not written:
            return None
        found = _NUMBER.fullmatch(written)
        if found is None:
            raise forms.ValidationError(_("A case number looks like C-2041."))
        return int(found[1])
