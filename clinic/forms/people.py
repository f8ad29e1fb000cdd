from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.authorization.roles import ROLES, Role
from clinic.models import Language

ROLE_CHOICES = [(role.value, card.title) for role, card in ROLES.items()]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *ROLE_CHOICES])
    department = forms.CharField(label=_("Department"), max_length=60, required=False)

    @property
    def chosen(self) -> Role:
        return Role(self.cleaned_data["role"])


class PersonForm(RoleForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("Work email"), max_length=254, help_text=_("Used to sign in. A program has one too, as its name.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, initial=Language.ENGLISH)

    field_order = ["name", "email", "role", "department", "language"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.strip().lower()


class SiteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return name.strip()


class SiteLimitsForm(SiteForm):
    """How long a case may wait before it is overdue."""

    emergency_wait_minutes = forms.IntegerField(label=_("Emergency, minutes"), min_value=1, max_value=1440)
    urgent_wait_minutes = forms.IntegerField(label=_("Urgent, minutes"), min_value=1, max_value=10080)
    routine_wait_minutes = forms.IntegerField(label=_("Routine, minutes"), min_value=1, max_value=43200)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        limits = [found.get(f"{urgency}_wait_minutes") for urgency in ("emergency", "urgent", "routine")]
        if None not in limits and limits != sorted(limits):  # type: ignore[type-var]
            self.add_error(None, _("The more urgent a case, the shorter it may wait."))
        return found
