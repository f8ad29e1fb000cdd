"""Why a file is not taken, in a sentence that names the limit, or what was found and what is taken instead."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import formats
from clinic.errors import Code, Refusal
from clinic.formats import CAP_BYTES, FORMATS, LARGEST_BYTES, Kind, Reason

TAKEN = "JPEG, PNG, WebP, DICOM, TIFF, PDF, DOCX, TXT, CSV, JSON, WAV, FLAC, OGG, MP3, M4A, WebM, ZIP"
_MEGABYTE = 1_000_000

_OF_KIND: dict[str, str | Promise] = {
    Kind.IMAGE: gettext_lazy("A picture may have at most %(limit)s."),
    Kind.FILM: gettext_lazy("A DICOM film may have at most %(limit)s."),
    Kind.DOCUMENT: gettext_lazy("A document may have at most %(limit)s."),
    Kind.AUDIO: gettext_lazy("A sound file may have at most %(limit)s."),
    Kind.DATA: gettext_lazy("A table or data file may have at most %(limit)s."),
    Kind.ARCHIVE: gettext_lazy("An archive may have at most %(limit)s."),
}
_FOUND: dict[str, str | Promise] = {
    Reason.EXECUTABLE: gettext_lazy("a program"),
    Reason.MARKUP: gettext_lazy("a web page or a drawing with markup"),
    Reason.PLAYLIST: gettext_lazy("a playlist"),
    Reason.POLYGLOT: gettext_lazy("a file with another one hidden in it"),
    Reason.DICOMDIR: gettext_lazy("the table of contents of a DICOM disc"),
    Reason.MACROS: gettext_lazy("a document with macros"),
}


def megabytes(size: int) -> str:
    """Decimal, as the pages say it: 10,000,000 bytes are 10 MB."""
    return f"{size // _MEGABYTE} MB"


def limit(kind: Kind) -> str:
    return megabytes(CAP_BYTES[kind])


def too_large() -> Refusal:
    """Larger than any file may be, whatever it is."""
    words = _("A file may have at most %(limit)s.") % {"limit": megabytes(LARGEST_BYTES)}
    return Refusal(Code.TOO_LARGE, detail=words, facts={"at_most": LARGEST_BYTES})


def refusal(why: formats.Refused) -> Refusal:
    return Refusal(Code(why.code), detail=_sentence(why), facts={"reason": why.reason.value, **why.facts})


def _sentence(why: formats.Refused) -> str | None:
    match why.code:
        case "too_large":
            return _too_large(why)
        case "type_not_allowed":
            told = {"found": _found(why), "taken": TAKEN}
            return _("Files of this type are not taken. Found: %(found)s. Taken: %(taken)s.") % told
        case "type_mismatch":
            told = {"found": _found(why), "taken": TAKEN}
            return f"{_lie(why)} {_('Found: %(found)s. Taken: %(taken)s.') % told}"
    return None


def _too_large(why: formats.Refused) -> str:
    size = int(why.facts["at_most"])
    form = FORMATS.get(str(why.facts.get("found", "")))
    words = _OF_KIND[form.kind] if form else _("A file of this name and type may have at most %(limit)s.")
    return str(words) % {"limit": megabytes(size)}


def _lie(why: formats.Refused) -> str:
    if why.reason == Reason.EXTENSION_LIES:
        words = _("The content of the file is not what the end of its name says (.%(extension)s).")
        return words % {"extension": why.facts["extension"]}
    if why.reason == Reason.ANNOUNCED_LIES:
        return _("The name of the file and the type that was announced do not fit together.")
    return _("The content of the file is not what its announced type says.")


def _found(why: formats.Refused) -> str:
    if why.reason in _FOUND:
        return str(_FOUND[why.reason])
    name = str(why.facts.get("found", ""))
    if "/" in name or name.startswith("."):  # a type or an ending, as it was announced
        return name
    return name.upper() or _("content of no known type")
