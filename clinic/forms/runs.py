"""Asking an engine: which files, and what the kind of run wants to know. A capability offers the forms of its kinds."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.forms.case_acts import Plain
from clinic.models import Upload
from clinic.pipeline import RunKind
from clinic.sealed_words import said
from clinic.templatetags.figures import file_size


class FilesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{said(lambda: obj.name)} · {obj.get_kind_display()}, {file_size(obj.size)}"


class RunForm(Plain):
    """The files; a kind's own form adds its parameters."""

    uploads = FilesField(
        label=_("Files"), queryset=Upload.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, kind: RunKind, of: QuerySet[Upload], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        field = self.fields["uploads"]
        field.queryset = of  # type: ignore[attr-defined]
        field.required = kind.uploads_min > 0

    def clean_uploads(self) -> list[Upload]:
        chosen = list(self.cleaned_data["uploads"])
        least, most = self.kind.uploads_min, self.kind.uploads_max
        if len(chosen) < least:
            raise forms.ValidationError(
                ngettext("Choose at least %d file.", "Choose at least %d files.", least) % least
            )
        if len(chosen) > most:
            raise forms.ValidationError(ngettext("Choose at most %d file.", "Choose at most %d files.", most) % most)
        return chosen

    def params(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in RunForm.base_fields}


class CheckForm(RunForm):
    """The kind that tries the machinery: outside production it can be told to go wrong."""

    seconds = forms.FloatField(
        label=_("Take at least"), min_value=0, max_value=3600, initial=2, required=False,
        help_text=_("Seconds. Long enough to watch it."),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("How it ends"), initial="pass", required=False,
        choices=[("pass", _("It checks every byte and answers")), ("chain", _("The same, then a second check")),
                 ("fail", _("It fails at once")), ("refuse", _("It refuses its input")),
                 ("hang", _("It never ends")), ("die", _("It takes its worker down"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.IS_PRODUCTION:
            del self.fields["mode"]

    def params(self) -> dict[str, Any]:
        chosen = super().params()
        return {"seconds": chosen["seconds"] or 0, "mode": chosen.get("mode") or "pass"}


_forms: dict[str, type[RunForm]] = {"clinic.check": CheckForm}


def offer(kind_name: str, form: type[RunForm]) -> None:
    """From `apps.py` of a capability."""
    _forms[kind_name] = form


def form_for(kind: RunKind) -> type[RunForm]:
    return _forms.get(kind.name, RunForm)
