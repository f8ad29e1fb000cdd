"""The shape of what is written about the facts of documents."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.actions.proposals import LEAST_REASON
from clinic.forms.case_acts import Plain
from extraction import merging, prompts
from extraction.inference.items import class_of
from extraction.merging import Chunk, Merge, Resolved
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


class MergeForm(Plain):
    """A name, why, and for each conflict what is to stand there."""

    name = forms.CharField(label=_("Name"), max_length=60)
    note = forms.CharField(
        label=_("Why"), min_length=LEAST_REASON, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the version for good. No names of patients."),
    )  # fmt: skip

    def __init__(self, *args: Any, merge: Merge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merge = merge
        choices = [(merging.MINE, merge.mine.name), (merging.THEIRS, merge.theirs.name),
                   (merging.BOTH, _("both, one after the other")), (merging.OWN, _("own words"))]  # fmt: skip
        for one in merge.conflicts:
            self.fields[f"choice_{one.number}"] = forms.ChoiceField(
                label=_("What is to stand here"), choices=choices, widget=forms.RadioSelect
            )
            self.fields[f"own_{one.number}"] = forms.CharField(
                label=_("Own words"), required=False, strip=False, max_length=prompts.LONGEST,
                widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false", "lang": "en"}),
            )  # fmt: skip

    @property
    def resolved(self) -> dict[int, Resolved]:
        told = self.cleaned_data
        return {one.number: Resolved(told[f"choice_{one.number}"], told[f"own_{one.number}"])
                for one in self.merge.conflicts if one.number is not None}  # fmt: skip

    def chunks(self) -> Iterator[tuple[Chunk, forms.BoundField | None, forms.BoundField | None]]:
        """Each with its two fields where it is a conflict."""
        for one in self.merge.chunks:
            yield (one, self[f"choice_{one.number}"], self[f"own_{one.number}"]) if one.number is not None else (
                one, None, None
            )  # fmt: skip

    def heads(self) -> list[forms.BoundField]:
        return [self["name"], self["note"]]


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
