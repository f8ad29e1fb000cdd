from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.actions.registers import Said
from clinic.models import Register, RiskLevel

# What each register calls its columns: what, who, done on, due on.
LABELS: dict[Register, tuple[str | Promise, ...]] = {
    Register.TRAINING: (gettext_lazy("Training"), gettext_lazy("Who was trained"), gettext_lazy("Done on"),
                        gettext_lazy("Again by")),
    Register.SUPPLIER: (gettext_lazy("What was agreed"), gettext_lazy("Supplier"), gettext_lazy("Agreed on"),
                        gettext_lazy("Ends on")),
    Register.RISK: (gettext_lazy("Risk"), gettext_lazy("Who answers for it"), gettext_lazy("Assessed on"),
                    gettext_lazy("Look at it by")),
}  # fmt: skip
NAMES = ("what", "who", "done_on", "due_on")


def _day() -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class LineForm(forms.Form):
    what = forms.CharField(max_length=160)
    who = forms.CharField(max_length=120)
    level = forms.ChoiceField(label=gettext_lazy("How high"), choices=RiskLevel.choices[1:], initial=RiskLevel.MEDIUM)
    done_on = _day()
    due_on = _day()
    words = forms.CharField(
        label=gettext_lazy("Notes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Measures taken, where the paper lies. Nothing of patients."),
    )  # fmt: skip

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in zip(NAMES, LABELS[register], strict=True):
            self.fields[name].label = label  # type: ignore[assignment]
        if register != Register.RISK:
            del self.fields["level"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        done, due = found.get("done_on"), found.get("due_on")
        if done and due and due < done:
            self.add_error("due_on", _("It lies before the other day."))
        return found

    @property
    def said(self) -> Said:
        told: dict[str, Any] = {
            name: value.strip() if isinstance(value, str) else value for name, value in self.cleaned_data.items()
        }
        return Said(**told)
