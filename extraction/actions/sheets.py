"""Having the facts of a document found, once or again."""

from clinic import audit
from clinic.actions import cases, texts
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.engines import wishes
from clinic.models import Case, Run, Upload
from extraction import kinds
from extraction.fields import NAME
from extraction.models import FactSheet


def take_in(
    *,
    by: Actor,
    upload: Upload,
    batch: bool = False,
    came_with: Run | None = None,
    engine: str = "",
) -> tuple[FactSheet, bool]:
    """The sheet and whether it is new. The document is read at once, then whichever engine answers is asked. What came
    with many others waits behind what came alone. `engine`: what whoever asks prefers, instead of her profile."""
    by.require(Permission.UPLOAD_ADD)
    texts.demand_readable(upload)
    wish = wishes.params_of(upload.site_id, NAME, engine)
    with audit.act(by, "sheet.taken_in") as doing:
        sheet, is_new = _enter(upload, came_with)
        if not is_new:
            doing.nothing_happened()
            return sheet, False
        sheet.asked_run = texts.ask(by=by, upload=upload, kind=kinds.EXTRACT, batch=batch or came_with is not None,
                                    params=wish)  # fmt: skip
        sheet.save(update_fields=["asked_run"])
        doing.about(sheet, case=upload.case, upload=upload.pk)
    return sheet, True


def paste(*, by: Actor, case: Case, text: str, name: str = "") -> tuple[FactSheet, bool]:
    """Text without a file becomes one, so that it is kept, sealed and proved like every other."""
    return take_in(by=by, upload=texts.pasted(by=by, case=case, text=text, name=name))


def ask_again(*, by: Actor, sheet: FactSheet, engine: str = "") -> Run:
    """Whichever engine answers now, or as it is wished. What was found and checked before stays with its run."""
    by.require(Permission.RUN_REQUEST)
    wish = wishes.params_of(sheet.site_id, NAME, engine)
    return texts.ask(by=by, upload=sheet.upload, kind=kinds.EXTRACT, params=wish)


def _enter(upload: Upload, came_with: Run | None) -> tuple[FactSheet, bool]:
    """The lock on the case keeps two from entering it at once."""
    cases.lock(upload.case)
    if known := FactSheet.objects.filter(upload=upload).select_related("upload__case").first():
        return known, False
    sheet = FactSheet(site_id=upload.site_id, upload=upload, case=upload.case, came_with=came_with)
    sheet.save(force_insert=True)
    return sheet, True
