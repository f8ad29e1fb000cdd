"""Naming a case by its number, where a capability asks to which one something belongs."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.authorization.actor import Actor
from clinic.forms.case_acts import Plain
from clinic.models import Case


def number_field() -> forms.RegexField:
    return forms.RegexField(
        label=gettext_lazy("Case"), regex=r"^\s*[Cc]?-?\s*\d{1,9}\s*$",
        error_messages={"invalid": gettext_lazy("A number like C-2041.")},
        widget=forms.TextInput(attrs={"placeholder": "C-2041"}),
    )  # fmt: skip


def number_in(told: str) -> int:
    return int("".join(letter for letter in told if letter.isdigit()))


class CaseNumberForm(Plain):
    case = number_field()

    def case_for(self, by: Actor) -> Case | None:
        """None before it is sent, and where what was sent names no case she may see: the form says so then."""
        if not self.is_valid():
            return None
        number = number_in(self.cleaned_data["case"])
        found = Case.objects.visible_to(by).filter(number=number).first()
        if found is None:
            self.add_error("case", _("There is no case of that number at this site."))
        return found
