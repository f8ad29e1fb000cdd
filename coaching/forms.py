"""The shape of what is sent about practice."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clinic.errors import Words
from clinic.forms.case_acts import Plain
from clinic.forms.file_apart import FileApart
from clinic.models import User
from coaching import worded
from coaching.inference import question_form
from coaching.inference.phrases import unfit_phrase
from coaching.models import SATISFACTION, Engines, Keeps

LANGUAGES = (("en", _("English")), ("es", _("Spanish")))
LONGEST_TYPED = 12_000
LEVELS = ((1, _("1, easier")), (2, "2"), (3, _("3, harder")))
_ANY = ("", _("Any"))


class ChoiceForm(Plain):
    """Which questions: everything may be left open."""

    role = forms.ChoiceField(label=_("Role"), required=False, choices=[_ANY, *worded.ROLES.items()])
    category = forms.ChoiceField(label=pgettext_lazy("conversation", "Kind"), required=False,
                                 choices=[_ANY, *worded.CATEGORIES.items()])  # fmt: skip
    difficulty = forms.TypedChoiceField(
        label=_("Level"), required=False, coerce=int, empty_value=None,
        choices=[_ANY, *LEVELS],
    )  # fmt: skip

    @property
    def chosen(self) -> dict[str, Any]:
        told = dict(self.cleaned_data) if self.is_valid() else {"role": "", "category": ""}
        return told | {"difficulty": told.get("difficulty") or 0}


class SearchForm(ChoiceForm):
    q = forms.CharField(label=_("Search"), required=False, max_length=200, strip=True)


def _listeners() -> list[tuple[str, Words]]:
    return [("", _("Nobody, no further questions")), *worded.listeners()]


class ListenerForm(Plain):
    """Who listens, and asks about what was not said."""

    persona = forms.ChoiceField(label=_("Who listens"), required=False, choices=_listeners)


class BeginForm(ListenerForm):
    reason = forms.CharField(required=False, max_length=40)


class TypedForm(Plain):
    text = forms.CharField(label=_("Your answer"), min_length=3, max_length=LONGEST_TYPED,
                           widget=forms.Textarea(attrs={"rows": 6}))  # fmt: skip


class RatingForm(Plain):
    satisfaction = forms.TypedChoiceField(coerce=int, choices=[(one, str(one)) for one in SATISFACTION])


class PreferencesForm(Plain):
    role = forms.ChoiceField(label=_("Your role"), required=False, choices=[_ANY, *worded.ROLES.items()])
    language = forms.ChoiceField(label=_("Language you practise in"), choices=LANGUAGES)
    keeps = forms.ChoiceField(label=_("Recordings"), choices=Keeps.choices, widget=forms.RadioSelect)
    engines = forms.ChoiceField(label=_("Feedback by"), choices=Engines.choices, widget=forms.RadioSelect)
    counts_disfluency = forms.BooleanField(
        label=_("Measure pauses, fillers and voice breaks"), required=False,
        help_text=_("Switch it off if you stammer, or do not want to hear about them. Nothing else changes."),
    )  # fmt: skip


class QuestionForm(Plain):
    """A question as whoever asks it would write it down; in one language, which is enough."""

    title = forms.CharField(label=_("Title"), max_length=question_form.LONGEST_TITLE)
    text = forms.CharField(label=_("What is asked"), max_length=question_form.LONGEST_TEXT,
                           widget=forms.Textarea(attrs={"rows": 4}),
                           help_text=_("Who stands before you, what happened, and what you are to do."))  # fmt: skip
    language = forms.ChoiceField(label=_("Written in"), choices=LANGUAGES)
    category = forms.ChoiceField(label=pgettext_lazy("conversation", "Kind"), choices=[*worded.CATEGORIES.items()])
    difficulty = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=LEVELS)
    roles = forms.MultipleChoiceField(label=_("For whom"), choices=[*worded.ROLES.items()],
                                      widget=forms.CheckboxSelectMultiple)  # fmt: skip
    points = forms.CharField(
        label=_("What a good answer contains"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: the point, a colon, and how people say it, with commas between. “/” stands between"
                    " words that do equally well, “*” for any ending. For example: Checks what was understood: own"
                    " words, tell/say back, understood"),
    )  # fmt: skip
    follow_ups = forms.CharField(label=_("What the listener may ask"), required=False, max_length=8_000,
                                 widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line."))  # fmt: skip

    def clean_points(self) -> list[dict[str, Any]]:
        lines = [line for line in self.cleaned_data["points"].splitlines() if line.strip()]
        return [self._point(number, line) for number, line in enumerate(lines, 1)]

    def _point(self, number: int, line: str) -> dict[str, Any]:
        text, _colon, said = line.rpartition(":")
        phrases = [one.strip() for one in said.split(",") if one.strip()]
        if not text.strip() or not phrases:
            raise forms.ValidationError(
                _("Line %(number)s: after the point a colon, then at least one way to say it.") % {"number": number}
            )
        if wrong := next((one for one in phrases if unfit_phrase(one)), None):
            raise forms.ValidationError(
                _("Line %(number)s: “%(said)s” cannot be looked for. Words only, “/” between words, “*” at the end of"
                  " one.") % {"number": number, "said": wrong}
            )  # fmt: skip
        return {"id": f"point-{number}", "text": self._told(text), "says": self._told(phrases)}

    def clean_follow_ups(self) -> list[dict[str, Any]]:
        return [self._told(line) for line in self.cleaned_data["follow_ups"].splitlines() if line.strip()]

    def _told(self, what: Any) -> dict[str, Any]:
        return {self.cleaned_data.get("language", "en"): what.strip() if isinstance(what, str) else what}

    @property
    def body(self) -> dict[str, Any]:
        """All but its id."""
        told = dict(self.cleaned_data)
        return {name: told[name] for name in ("category", "difficulty", "roles", "points", "follow_ups")} | {
            name: self._told(told[name]) for name in ("title", "text")
        }


class QuestionJsonForm(Plain):
    body = forms.CharField(
        label=_("Question as JSON"), max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text=_("As “Export” gives it: id, title, text, roles, category, difficulty, points, follow_ups."),
    )  # fmt: skip

    def clean_body(self) -> dict[str, Any]:
        try:
            found = json.loads(self.cleaned_data["body"])
        except ValueError as why:
            raise forms.ValidationError(_("This is not JSON: %(why)s") % {"why": why}) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(_("One question is one JSON object."))
        return found


class QuestionsFileForm(Plain):
    """A file of questions, and what is in it."""

    file = FileApart(
        label=_("File of questions"), help_text=_("JSON as “Export all” gives it, at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )  # fmt: skip


class RefuseForm(Plain):
    why = forms.CharField(label=_("What should change"), min_length=3, max_length=400,
                          widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip


class InviteForm(Plain):
    coach = forms.ModelChoiceField(label=_("Coach"), queryset=User.objects.none(), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coach"].queryset = people  # type: ignore[attr-defined]


class LiveNoteForm(Plain):
    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class PurposeForm(Plain):
    purpose = forms.CharField(
        label=_("Lawful purpose"), min_length=20, max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For what, on which legal basis, and who agreed to it."),
    )  # fmt: skip
