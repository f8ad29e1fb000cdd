from django import forms
from django.utils.translation import gettext_lazy as _


class PackForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("How far back"), coerce=int, initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("A year"))],
    )  # fmt: skip
