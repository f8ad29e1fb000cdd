from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.authorization.words import words
from clinic.models import EngineWish, Language, User
from clinic.spoken import PACE_WORDS


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("It stands under what you write and decide."))
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    engines = forms.ChoiceField(
        label=_("Who answers what you ask"), choices=EngineWish.choices, required=False,
        help_text=_("For facts of documents, and for coaching until you choose there. What is safety-critical goes to "
                    "the engine that was measured best, and the answer says so."),
    )  # fmt: skip
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("system", _("Like the system")), ("light", _("Light")), ("dark", _("Dark"))],
        help_text=_("For this browser."),
    )  # fmt: skip
    pace = forms.ChoiceField(
        label=_("Speed of spoken answers"), choices=PACE_WORDS, required=False, help_text=_("For this browser.")
    )

    def __init__(self, *args: Any, person: User, theme: str, pace: str, **kwargs: Any) -> None:
        initial = {"name": person.name, "language": person.language, "engines": person.engines, "theme": theme,
                   "pace": pace}  # fmt: skip
        super().__init__(*args, **kwargs | {"initial": initial})
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class KeyForm(forms.Form):
    """Scopes are those of the owner: a key is never wider than the person or program it works for."""

    prefix = "key"
    name = forms.CharField(label=_("What it is for"), max_length=80, help_text=_("For example: nightly export."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one: a key that may do nothing is of no use.")},
    )  # fmt: skip

    def __init__(self, *args: Any, allowed: frozenset[Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.API_KEY_MAX_DAYS
        self.fields["days"] = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=most,
                                                 initial=min(90, most))  # fmt: skip
        in_order = [permission for permission in Permission if permission in allowed]
        self.fields["scopes"].choices = [(p.value, words(p)) for p in in_order]  # type: ignore[attr-defined]
        self.order_fields(["name", "days", "scopes"])

    @property
    def chosen(self) -> frozenset[Permission]:
        return frozenset(Permission(value) for value in self.cleaned_data["scopes"])
