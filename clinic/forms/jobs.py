from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.lanes import LANES
from clinic.pipeline import kinds
from clinic.templatetags.jobs import lane_words


class JobFilterForm(forms.Form):
    """What narrows the list of jobs. Read from the address: codes only."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    lane = forms.ChoiceField(label=_("Lane"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "filter-%s"
        self._offer("kind", [(kind.name, kind.title) for kind in kinds()])
        self._offer("lane", [(lane, lane_words(lane)) for lane in LANES])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", _("Any")), *choices]  # type: ignore[attr-defined]
