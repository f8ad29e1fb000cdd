"""Lines of a case's story about reviewing. Pencil while a person is waited for, ink once she has decided."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic.models import Entry, EntryKind
from clinic.views.presenters.entry_parts import Found, Shown
from clinic.views.presenters.entry_words import words_for
from clinic.views.presenters.review_labels import label_words, reasons_in_words, title_of


def _flagged(entry: Entry, _found: Found) -> Shown:
    because = reasons_in_words(entry.facts.get("reasons", []))
    return Shown(icon="flag-fill", title=_("Waits for a person: %(what)s") % {"what": _what(entry)}, text=because)


def _accepted(entry: Entry, _found: Found) -> Shown:
    return Shown(icon="dash-circle", look="machine", title=_("Accepted by policy: %(what)s") % {"what": _what(entry)},
                 text=_("Nobody looked at it: it is above the limits this site has agreed on."))  # fmt: skip


def _decided(entry: Entry, _found: Found) -> Shown:
    label = label_words(entry.facts.get("capability", ""), entry.facts.get("label", ""))
    return Shown(icon="clipboard2-check", look="person", title=_("Decided: %(label)s") % {"label": label},
                 text=_what(entry))  # fmt: skip


def _differed(entry: Entry, _found: Found) -> Shown:
    return Shown(icon="people", look="conflict", title=_("Readers differ: %(what)s") % {"what": _what(entry)},
                 text=_("A third person decides between them."))  # fmt: skip


def _what(entry: Entry) -> str | Promise:
    return title_of(str(entry.facts.get("capability", "")))


for _kind, _wording in (
    (EntryKind.REVIEW_FLAGGED, _flagged),
    (EntryKind.REVIEW_ACCEPTED, _accepted),
    (EntryKind.REVIEW_DECIDED, _decided),
    (EntryKind.REVIEW_DIFFERED, _differed),
):
    words_for(_kind, _wording)
