from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.actions.glass import LEAST_REASON
from clinic.forms.case_acts import Plain
from clinic.forms.case_number import number_field, number_in
from clinic.models import Site
from clinic.models.glass import Verdict


class BreakForm(Plain):
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Where the case is"), empty_label=None)
    number = number_field()
    reason = forms.CharField(
        label=_("Why it cannot wait"), min_length=LEAST_REASON, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The leads, admins and auditors of that site are told now, and read this afterwards."),
    )  # fmt: skip

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["number"].help_text = _("As whoever calls you tells it.")

    def told(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        return {"site": chosen["site"], "number": number_in(chosen["number"]), "reason": chosen["reason"]}


class VerdictForm(Plain):
    verdict = forms.ChoiceField(label=_("Was it right to open it?"), choices=Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where it was not right: what, and what follows from it."),
    )  # fmt: skip
