"""Lines of a case's story about its report: sealed, and one click from the version they tell of."""

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.models import Entry, EntryKind
from clinic.views.presenters.entry_parts import Found, Shown
from clinic.views.presenters.entry_words import words_for


def _signed(entry: Entry, _found: Found) -> Shown:
    is_first = entry.kind == EntryKind.REPORT_SIGNED
    title = _("Report signed, version %d") if is_first else _("Report amended, version %d")
    return Shown(
        icon="lock-fill" if is_first else "pencil", look="sealed", title=title % int(entry.facts.get("version", 0)),
        text=_("Sealed: nobody can change it; a change is another version."),
        url=reverse("report", args=[entry.subject_id]) if entry.subject_id else "",
    )  # fmt: skip


for _kind in (EntryKind.REPORT_SIGNED, EntryKind.REPORT_AMENDED):
    words_for(_kind, _signed)
