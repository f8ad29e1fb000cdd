"""The text of uploaded documents: read once, by the kind of run `clinic.text`, and kept in its sealed result, where
every capability finds it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic import source_views
from clinic.answer_telling import opened
from clinic.engines import wishes
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.models import Result, Run, Upload, UploadKind
from clinic.pipeline import FollowUp, Outcome, RunKind, kinds, register
from clinic.source_views import SourceView

KIND = "clinic.text"
READABLE = frozenset({UploadKind.DOCUMENT.value, UploadKind.IMAGE.value})
PARAMS: dict[str, Any] = {
    "type": "object",
    "properties": {"then": {"type": "array", "items": {"type": "string"}, "default": [],
                            "description": "Kinds of run that are asked for by themselves once the text is there."},
                   "engine": {"type": "string", "description": "Which engine these are to ask, if they may."}},
    "additionalProperties": False,
}  # fmt: skip


def clean(params: dict[str, Any]) -> dict[str, Any]:
    then, known = params.get("then", []), {kind.name for kind in kinds() if kind.reads_text}
    wrong = {name[:60]: [gettext("not known")] for name in params if name not in ("then", "engine")}
    if not isinstance(then, list) or not known.issuperset(map(str, then)):
        wrong["then"] = [gettext("some of %s") % ", ".join(sorted(known))]
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)
    return {"then": sorted(set(then)), **wishes.clean(wish_in(params))}


def after_reading(run: Run, outcome: Outcome) -> Iterable[FollowUp]:
    """Also where no text came out: then a person hears it from whoever was to read it."""
    return _steps(run)


def after_dying(run: Run) -> Iterable[FollowUp]:
    """A file that killed its readers. Whoever was to read it fails in turn, which sends it to a person."""
    return _steps(run)


def _steps(run: Run) -> list[FollowUp]:
    """A wish goes to those who hear one."""
    wish = wish_in(run.params)
    hears = {kind.name for kind in kinds() if "engine" in kind.params_schema.get("properties", {})}
    return [FollowUp(kind, wish if kind in hears else {}) for kind in run.params.get("then", ())]


def wish_in(params: dict[str, Any]) -> dict[str, Any]:
    """Said by whoever asked for the text, for those who are asked once it is there."""
    return {name: wish for name, wish in params.items() if name == "engine"}


def result_of(upload_id: UUID) -> Result | None:
    """The newest reading of this upload; it may tell of a problem instead of a text."""
    found = Result.objects.filter(kind=KIND, run__uploads=upload_id).select_related("case")
    return found.order_by("-at").first()


def text_of(upload: Upload) -> str | None:
    """For pages that show a place in a document. None where nobody has read it, or nobody can any more."""
    found = result_of(upload.pk)
    if found is None or found.facets.get("problem"):
        return None
    return opened(found).get("text")


register(
    RunKind(
        name=KIND,
        title=_("Read a document"),
        resource=Resource.CPU,
        limit_s=900,
        handler="clinic.texts_worker:read",
        params="clinic.texts:clean",
        params_schema=PARAMS,
        follow_ups="clinic.texts:after_reading",
        after_death="clinic.texts:after_dying",
        upload_kinds=READABLE,
        uploads_min=1,
        uploads_max=1,
        stages=("read",),
        stage_titles={"read": _("Take the text out of the file")},
        fact_titles={
            "problem": _("Problem"), "source": _("Source"), "pages": _("Pages"), "scans": _("Scanned pages"),
            "characters": _("Characters"), "language": _("Language"), "marks": _("To know before relying on it"),
            "then": _("Then"), "engine": _("Engine that was wished for"),
        },
        is_clinical=False,
        is_offered=False,
    )
)  # fmt: skip

for _type in (
    "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "image/png",
    "image/jpeg", "image/tiff",
):  # fmt: skip
    source_views.register(_type, SourceView(text="clinic.texts:text_of"))
