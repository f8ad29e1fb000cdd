"""The shape of what is written about the facts of documents."""

from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.actions.proposals import LEAST_REASON
from clinic.forms.case_acts import Plain
from extraction import prompts
from extraction.inference.items import class_of
from extraction.models import PromptVersion
from extraction.wording import CHOICES, KINDS, VALUES
from extraction.writing import names_of

_FEWER = {  # first what people write; the rest is worked out from it, or can be written by programs
    "medications": ("name", "strength", "dose", "form", "route", "frequency", "duration", "as_needed", "reason",
                    "status", "assertion"),
    "vitals": ("name", "value", "second_value", "unit", "assertion"),
    "labs": ("name", "value_text", "value", "unit", "flag", "reference", "assertion"),
}  # fmt: skip


class KindForm(Plain):
    kind = forms.ChoiceField(label=_("Kind"), choices=[(name, words) for name, words in KINDS.items()
                                                       if name != "patient"])  # fmt: skip


class FactForm(Plain):
    """One field for each value of a kind of fact. What else the fact holds stays as it is."""

    def __init__(self, *args: Any, kind: str, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shape = class_of(kind, name)
        known = names_of(shape) if shape else []
        for each in _FEWER.get(kind, known):
            self.fields[each] = _field(each, shape.model_fields[each].annotation if shape else str)
        for first in list(self.fields.values())[:1]:
            first.widget.attrs["autofocus"] = True  # whoever opened the form by a key goes on by keyboard


def _field(name: str, annotation: Any) -> forms.Field:
    options = _options(annotation)
    label = str(VALUES.get(name, name))
    if options:
        empty = [] if name == "assertion" else [("", "")]
        return forms.ChoiceField(label=label, required=False, choices=[*empty, *options])
    return forms.CharField(label=label, required=False, max_length=2_000)


def _options(annotation: Any) -> list[tuple[str, Any]]:
    """Of a list of words, a set of states, or yes and no; nothing for free words and numbers."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, StrEnum):
            return [(one.value, CHOICES[one.value]) for one in part]
        if get_origin(part) is Literal:
            return [(str(one), CHOICES.get(str(one), str(one))) for one in get_args(part)]
        if part is bool:
            return [("true", _("yes")), ("false", _("no"))]
    return []


class PromptForm(Plain):
    """A branch of a prompt: its text, and why."""

    name = forms.CharField(label=_("Name"), max_length=60)
    text = forms.CharField(
        label=_("Text"), max_length=prompts.LONGEST, strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "class": "mono", "spellcheck": "false", "lang": "en"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Why"), min_length=LEAST_REASON, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the version for good. No names of patients."),
    )  # fmt: skip


class ExperimentForm(Plain):
    """What is compared, what is expected of it, and how small an effect is worth finding."""

    name = forms.CharField(label=_("Name"), max_length=80)
    hypothesis = forms.CharField(
        label=_("What you expect, and why"), min_length=LEAST_REASON, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("No names of patients."),
    )  # fmt: skip
    first = forms.ModelChoiceField(PromptVersion.objects.none(), label=_("First version"))
    second = forms.ModelChoiceField(
        PromptVersion.objects.none(), label=_("Second version"),
        help_text=_("The same as the first tries the method itself: nothing should be found."),
    )  # fmt: skip
    effect = forms.DecimalField(
        label=_("Smallest difference worth finding, in points"), min_value=Decimal("0.5"), max_value=50, initial=5,
        decimal_places=1, help_text=_("Of the share of fields that people take unchanged."),
    )  # fmt: skip

    def __init__(self, *args: Any, versions: QuerySet[PromptVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].queryset = versions  # type: ignore[attr-defined]
