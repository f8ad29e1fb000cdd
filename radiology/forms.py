"""The shape of what is said about films."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain
from radiology.models import BlindRule, Certainty, Impression, ReadingPolicy, Reason, Stance, TextState

TEXT_CHOICES = (
    (TextState.ALLOWED.value, _("No patient’s data: the film may be used")),
    (TextState.MASKED.value, _("Patient’s data: blacken the marked places")),
    (TextState.KEPT_OUT.value, _("Patient’s data: keep the film out")),
)


class SealForm(Plain):
    impression = forms.ChoiceField(label=_("Impression"), choices=Impression, widget=forms.RadioSelect)
    certainty = forms.ChoiceField(label=_("How sure are you"), choices=Certainty, widget=forms.RadioSelect)
    findings = forms.CharField(
        label=_("Findings"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    regions = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def clean_regions(self) -> list[dict[str, Any]]:
        try:
            told = json.loads(self.cleaned_data["regions"] or "[]")
        except ValueError:
            raise forms.ValidationError(_("A box within the film.")) from None
        return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


class ConcludeForm(Plain):
    stance = forms.ChoiceField(choices=Stance, widget=forms.HiddenInput)
    impression = forms.ChoiceField(
        label=_("Your impression now"), choices=[("", _("as before")), *Impression.choices], required=False
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("choose")), *Reason.choices], required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    is_for_teaching = forms.BooleanField(label=_("May be shown for teaching, without the patient"), required=False)


class UprightForm(Plain):
    quarter_turns = forms.TypedChoiceField(
        label=_("Turn clockwise"), coerce=int, choices=[(0, "0°"), (1, "90°"), (2, "180°"), (3, "270°")]
    )
    is_inverted = forms.BooleanField(label=_("Turn dark and bright round"), required=False)


class OverruleForm(Plain):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class TextForm(Plain):
    verdict = forms.ChoiceField(label=_("What stands there"), choices=TEXT_CHOICES, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class PolicyForm(Plain):
    blind = forms.ChoiceField(label=_("Before the engine is shown"), choices=BlindRule, widget=forms.RadioSelect)
    blind_percent = forms.IntegerField(label=_("Share read first, in percent"), min_value=0, max_value=100)
    second_percent = forms.IntegerField(label=_("Share with a second reader, in percent"), min_value=0, max_value=100)
    wait_minutes = forms.IntegerField(label=_("Comes first after waiting, in minutes"), min_value=5, max_value=10_000)
    has_maps = forms.BooleanField(label=_("Show where the engine looked"), required=False)
    reason = forms.CharField(label=_("Reason"), min_length=10, max_length=1000,
                             widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip

    RULES = ("blind", "blind_percent", "second_percent", "wait_minutes", "has_maps")

    def __init__(self, *args: Any, policy: ReadingPolicy, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(policy, name) for name in self.RULES}
        super().__init__(*args, **kwargs)

    @property
    def rules(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.RULES}
