"""The shape of stopping an engine and of looking into what went wrong. Short fields: a cord is pulled in a hurry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.actions.proposals import LEAST_REASON
from clinic.capabilities import capabilities
from clinic.checklist import REVIEW
from clinic.forms.case_acts import Plain

ALL = ""


class StopForm(Plain):
    """One field says what is stopped: an engine, or one of its classes (`capability:class`)."""

    what = forms.ChoiceField(label=_("What is unsafe"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What is wrong"), max_length=500,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text=_("A few words are enough. No names of patients."),
    )  # fmt: skip

    def __init__(self, *args: Any, only: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = _choices(only)  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, str]:
        capability, _colon, class_name = self.cleaned_data["what"].partition(":")
        return capability, class_name


def _choices(only: str) -> list[tuple[str, Any]]:
    """With one capability named its classes stand alone; else each stands under the name of its capability."""
    wanted = [each for each in capabilities() if each.name == only] or capabilities()
    found: list[tuple[str, Any]] = []
    for each in wanted:
        lead = "" if len(wanted) == 1 else f"{each.title}: "
        found.append((f"{each.name}:", f"{lead}{_('all it says')}" if lead else _("All it says")))
        found += [(f"{each.name}:{name}", f"{lead}{card.words}") for name, card in each.classes.items()]
    return found


class NoteForm(Plain):
    words = forms.CharField(
        label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the log for good. Cases by their number, no names of patients."),
    )  # fmt: skip


class ReleaseForm(Plain):
    reason = forms.CharField(
        label=_("Why it is safe again"), min_length=LEAST_REASON, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The cause, what was done about it, how that was checked. A second person reads it and agrees."),
    )  # fmt: skip


class ResolveForm(Plain):
    note = forms.CharField(label=_("How it ended"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ReviewForm(Plain):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in REVIEW.items():
            area = forms.Textarea(attrs={"rows": 3})
            self.fields[name] = forms.CharField(label=words, max_length=8000, widget=area)  # type: ignore[arg-type]
