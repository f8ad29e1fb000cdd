"""The shape of what is asked for: limits per class, and how a capability is read."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.authorization.roles import ROLES, Role
from clinic.capabilities import Capability
from clinic.forms.case_acts import Plain
from clinic.review_rules import ADJUDICATE, COUNTS, MOST_READERS, SHARES, Rules

CLASS, READERS = "limit-", "readers-"


class ReasonForm(Plain):
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=_("Read by the second person, and kept with the change."))  # fmt: skip


class LimitsForm(Plain):
    """One limit a class. To try them needs no reason."""

    def __init__(self, *args: Any, capability: Capability, limits: Mapping[str, float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, card in capability.classes.items():
            self.fields[CLASS + name] = forms.FloatField(
                label=str(card.words), min_value=0, max_value=1, initial=limits[name],
                widget=forms.NumberInput(attrs={"step": "0.01"}),
            )  # fmt: skip

    @property
    def values(self) -> dict[str, float]:
        return {name.removeprefix(CLASS): value for name, value in self.cleaned_data.items()}


class PolicyForm(ReasonForm):
    readers = forms.IntegerField(label=_("Readers"))
    is_blind = forms.BooleanField(label=_("They read blind"), required=False)
    doubt_below = forms.FloatField(label=_("Less sure than"))
    doubt_readers = forms.IntegerField(label=_("Readers then"))
    doubt_is_blind = forms.BooleanField(label=_("They read blind then"), required=False)
    class_is_blind = forms.BooleanField(label=_("They read these classes blind"), required=False)
    sample_percent = forms.FloatField(label=_("Drawn by chance, in per cent of what needs nobody"))
    sample_readers = forms.IntegerField(label=_("Readers of what was drawn"))
    sample_is_blind = forms.BooleanField(label=_("What was drawn is read blind"), required=False)
    set_at_most = forms.IntegerField(label=_("Most answers that may be possible without a person"))
    risky_from = forms.FloatField(label=_("A class must not be missed from this risk on"))
    risky = forms.ChoiceField(
        label=_("When such a class is possible, a person looks"), widget=forms.RadioSelect,
        choices=[
            ("always", _("always")),
            ("beside_others", _("when another is possible too")),
            ("never", _("only by the limits")),
        ],
    )  # fmt: skip
    on_alarm = forms.ChoiceField(
        label=_("When alarms say that it is no longer right, its work"), widget=forms.RadioSelect,
        choices=[
            ("previous", _("goes to the engine before by itself, or to people where none is fit")),
            ("people", _("goes to people by itself")),
            ("nothing", _("goes on until a person decides")),
        ],
    )  # fmt: skip
    wait_hours = forms.IntegerField(label=_("What has waited so many hours comes first"))
    dwell_s = forms.IntegerField(label=_("Seconds a class that must not be missed has to be open"))
    adjudicators = forms.MultipleChoiceField(label=_("Who decides when readers differ"),
                                             widget=forms.CheckboxSelectMultiple)  # fmt: skip

    def __init__(self, *args: Any, capability: Capability, rules: Rules, **kwargs: Any) -> None:
        told = rules.as_json()
        initial = {name: value for name, value in told.items() if name != "class_readers"}
        initial |= {READERS + name: count for name, count in told["class_readers"].items()}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["adjudicators"].choices = [  # type: ignore[attr-defined]
            (role.value, ROLES[role].title) for role in Role if role.value in ADJUDICATE
        ]
        for name, card in capability.classes.items():
            self.fields[READERS + name] = forms.IntegerField(
                label=_("Readers when this class is possible: %s") % card.words, required=False, min_value=1,
                max_value=MOST_READERS,
            )  # fmt: skip
        self.order_fields([name for name in self.fields if name != "reason"])
        for name, most in SHARES.items():
            self.fields[name].widget.attrs |= {"min": 0, "max": most, "step": "any"}
        for name, (least, most_of) in COUNTS.items():
            self.fields[name].widget.attrs |= {"min": least, "max": most_of}

    def groups(self) -> list[tuple[str | Promise, list[forms.BoundField]]]:
        """As the page shows them."""
        per_class = [name for name in self.fields if name.startswith(READERS)]
        named = (
            (_("Everything that waits"), ("readers", "is_blind")),
            (_("In doubt"), ("doubt_below", "doubt_readers", "doubt_is_blind")),
            (_("By class"), (*per_class, "class_is_blind")),
            (_("Drawn by chance"), ("sample_percent", "sample_readers", "sample_is_blind")),
            (_("When a person looks"), ("set_at_most", "risky_from", "risky", "on_alarm")),
            (_("How it is worked"), ("wait_hours", "dwell_s", "adjudicators")),
        )
        return [(title, [self[name] for name in names]) for title, names in named]

    @property
    def rules(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name in Rules.__annotations__}
        named = {
            name.removeprefix(READERS): value for name, value in self.cleaned_data.items() if name.startswith(READERS)
        }
        return said | {"class_readers": {name: count for name, count in named.items() if count}}
