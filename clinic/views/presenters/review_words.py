"""Lines of a case's story about reviewing. Pencil while a person is waited for, ink once she has decided."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import capabilities
from clinic.errors import Refusal
from clinic.models import Entry, EntryKind, FlagReason
from clinic.models.reviews import CANNOT_TELL
from clinic.views.presenters.entry_parts import Found, Shown, Words
from clinic.views.presenters.entry_words import words_for

SENT_BACK = gettext_lazy("Cannot tell, sent back")


def reason_words(code: str) -> Words:
    return FlagReason(code).label if code in FlagReason else code


def reasons_in_words(codes: list[str]) -> str:
    told = [str(reason_words(code)) for code in codes]
    return "; ".join([told[0], *(word[:1].lower() + word[1:] for word in told[1:])]) if told else ""


def label_words(capability: str, label: str) -> str | Promise:
    """A class in words; of a capability that is gone, its code."""
    if label == CANNOT_TELL:
        return SENT_BACK
    try:
        card = capabilities.capability_named(capability).classes.get(label)
    except Refusal:
        return label
    return card.words if card else label


def title_of(capability: str) -> str | Promise:
    try:
        return capabilities.capability_named(capability).title
    except Refusal:
        return capability


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
