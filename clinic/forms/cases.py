"""The shape of what is asked and changed about cases."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from clinic.models import UploadKind, Urgency, User

ME, NOBODY = "me", "nobody"


class CaseFilterForm(forms.Form):
    """What narrows a list. It is read from the address, so it holds codes only."""

    urgency = forms.ChoiceField(label=_("Urgency"), required=False, choices=[("", _("Any")), *Urgency.choices])
    assignee = forms.ChoiceField(label=_("With"), required=False)
    kind = forms.ChoiceField(label=_("Holds"), required=False, choices=[("", _("Anything")), *UploadKind.choices])
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)

    def __init__(self, data: Any, *, people: QuerySet[User]) -> None:
        super().__init__(data, label_suffix="", auto_id="filter-%s")
        named = [(str(pk), name) for pk, name in people.values_list("pk", "name")]
        choices = [("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody yet")), *named]
        self.fields["assignee"].choices = choices  # type: ignore[attr-defined]
