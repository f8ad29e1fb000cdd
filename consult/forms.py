"""The shape of what is typed about consults."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms.case_acts import Plain
from clinic.forms.case_number import CaseNumberForm

LONGEST_TYPED = 20_000
LANGUAGES = (("en", _("English")), ("es", _("Spanish")))


class ConsultForm(CaseNumberForm):
    language = forms.ChoiceField(label=_("Language spoken"), choices=LANGUAGES)


class LanguageForm(Plain):
    language = forms.ChoiceField(choices=LANGUAGES)


class WordsForm(Plain):
    text = forms.CharField(
        label=_("What was said"), min_length=3, max_length=LONGEST_TYPED, strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class WaitsForm(Plain):
    voice_s = forms.IntegerField(label=_("Seconds to wait for the voice"), min_value=1, max_value=120)
    picture_s = forms.IntegerField(label=_("Seconds to wait for a picture"), min_value=1, max_value=120)
