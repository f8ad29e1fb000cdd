"""Lines of a case's story about its report: sealed, and one click from the version they tell of."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Entry, EntryKind
from clinic.views.presenters.entry_parts import Found, Shown, Words
from clinic.views.presenters.entry_words import words_for


def _signed(entry: Entry, _found: Found) -> Shown:
    is_first = entry.kind == EntryKind.REPORT_SIGNED
    title = _("Report signed, version %d") if is_first else _("Report amended, version %d")
    return Shown(
        icon="lock-fill" if is_first else "pencil", look="sealed", title=title % int(entry.facts.get("version", 0)),
        text=_("Sealed: nobody can change it; a change is another version."),
        url=reverse("report", args=[entry.subject_id]) if entry.subject_id else "",
    )  # fmt: skip


_COSIGNING: dict[str, Words] = {
    EntryKind.COSIGN_ASKED: gettext_lazy("%(name)s is asked to sign version %(version)d too"),
    EntryKind.COSIGNED: gettext_lazy("%(name)s signed version %(version)d too"),
    EntryKind.COSIGN_DECLINED: gettext_lazy("%(name)s did not sign version %(version)d"),
}


def _cosigned(entry: Entry, found: Found) -> Shown:
    row = found.cosignatures.get(entry.subject_id) if entry.subject_id else None
    if row is None:
        return Shown(icon="pen", title=EntryKind(entry.kind).label)
    is_signed = entry.kind == EntryKind.COSIGNED
    title = str(_COSIGNING[entry.kind]) % {"name": row.signer.name, "version": row.report.version}
    return Shown(icon="lock-fill" if is_signed else "pen", look="sealed" if is_signed else "person", title=title,
                 url=reverse("report", args=[row.report_id]))  # fmt: skip


for _kind in _COSIGNING:
    words_for(_kind, _cosigned)
for _kind in (EntryKind.REPORT_SIGNED, EntryKind.REPORT_AMENDED):
    words_for(_kind, _signed)
