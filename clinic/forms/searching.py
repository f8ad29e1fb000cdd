from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from clinic.models import FindableKind, User

DAYS = ((0, _("Any time")), (30, _("30 days")), (365, _("A year")))
LONGEST = 200


class SearchForm(forms.Form):
    q = forms.CharField(label=_("What are you looking for?"), max_length=LONGEST)
    kind = forms.ChoiceField(label=_("In"), required=False)
    days = forms.TypedChoiceField(label=_("Not older than"), choices=DAYS, coerce=int, required=False, empty_value="")
    label = forms.SlugField(label=_("Decided as"), max_length=60, required=False,
                            help_text=_("A code, such as urgent or cardiology."))  # fmt: skip
    reviewer = forms.ChoiceField(label=_("Decided by"), required=False)
    engine = forms.CharField(label=_("Engine and version"), max_length=80, required=False)

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Everything")), *FindableKind.choices]  # type: ignore[attr-defined]
        self._offer_what_a_program_asked()
        self.fields["reviewer"].choices = [("", _("Anybody")), *((str(one.pk), one.name) for one in people)]  # type: ignore[attr-defined]

    def _offer_what_a_program_asked(self) -> None:
        """A program may ask for any number of days: a search of hers is shown as it was asked."""
        days = str(self.data.get("days") or "")
        if days.isascii() and days.isdigit() and len(days) < 6 and int(days) not in dict(DAYS):
            number = int(days)
            told = ngettext_lazy("%(n)d day", "%(n)d days", number) % {"n": number}
            self.fields["days"].choices = [*DAYS, (number, told)]  # type: ignore[attr-defined]

    @property
    def filters(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "q" and value}


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
