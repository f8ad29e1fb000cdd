"""The shape of what is done to an engine: a reason always, and a share where one is meant."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.actions.proposals import LEAST_REASON
from clinic.forms.case_acts import Plain


class ReasonForm(Plain):
    reason = forms.CharField(
        label=_("Why"), min_length=LEAST_REASON, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("Kept with the move for good. No names of patients."),
    )  # fmt: skip


class TrialForm(ReasonForm):
    percent = forms.IntegerField(label=_("Share of new work, in per cent"), min_value=1, max_value=100, initial=10)
    field_order = ["percent", "reason"]


class DataForm(ReasonForm):
    may_leave = forms.ChoiceField(
        label=_("What remote engines may be asked"), widget=forms.RadioSelect,
        choices=[("no", _("Nothing about a patient leaves this site")),
                 ("yes", _("They may be asked about patients"))],
    )  # fmt: skip
    field_order = ["may_leave", "reason"]
