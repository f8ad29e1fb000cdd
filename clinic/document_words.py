"""Each code of opening a document in words, with the limit where there is one; and what its text is marked with."""

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clinic import document_limits as limits
from clinic.sentences import Sentence

_SAVE_AGAIN = _("Save it again from where it was written, and add that file.")
_SAVE_AS_TEXT = _("Save it as PDF, DOCX or plain text, and add that file.")
_SCAN_AGAIN = _("Scan it again, upright and sharp, and add that file.")
_IN_PARTS = _("Add it in parts.")


def _limited(words: Any, number: int) -> Promise:
    return format_lazy(words, number=f"{number:,}")


SENTENCES = {
    "too_short": Sentence(
        _("Too short"),
        _limited(_("There are fewer than {number} characters in it."), limits.FEWEST_CHARACTERS),
        _("Add a document with more text."),
    ),
    "too_much_text": Sentence(
        _("Too long"),
        _limited(_("There are more than {number} characters in it."), limits.MOST_CHARACTERS),
        _IN_PARTS,
    ),
    "too_many_pages": Sentence(
        _("Too many pages"), _limited(_("A document may have at most {number} pages."), limits.MOST_PAGES), _IN_PARTS
    ),
    "too_many_scans": Sentence(
        _("Too many scanned pages"),
        _limited(_("At most {number} pages of a document may be pictures."), limits.MOST_SCANS),
        _IN_PARTS,
    ),
    "too_large": Sentence(_("Too large"), _("It takes more memory to open than a document may take."), _IN_PARTS),
    "took_too_long": Sentence(_("Took too long"), _("It could not be read in the time allowed."), _IN_PARTS),
    "encrypted_pdf": Sentence(
        _("Locked with a password"), _("The PDF opens only with a password, and nobody gave it."),
        _("Save it without a password, and add that file."),
    ),
    "empty_scan": Sentence(
        _("No words found"), _("The pages are empty, or they are pictures in which no words were found."), _SCAN_AGAIN
    ),
    "wrong_encoding": Sentence(
        _("Letters cannot be told"),
        _("The text is stored in a way that is not known here, so its letters would be wrong."),
        _("Save it as plain text in UTF-8, and add that file."),
    ),
    "not_text": Sentence(
        _("Not a text"), _("The file calls itself a text and is something else."), _SAVE_AS_TEXT
    ),
    "not_a_document": Sentence(
        _("Not a document"), _("Text is read from PDF, DOCX, plain text, and pictures of pages."), _SAVE_AS_TEXT
    ),
    "zip_bomb": Sentence(
        _("Unpacks to far too much"),
        _("A small file that becomes a very large one may be made to do harm."),
        _SAVE_AGAIN,
    ),
    "macros": Sentence(
        _("Has macros"), _("The document has programs in it, and such documents are not opened."), _SAVE_AS_TEXT
    ),
    "damaged": Sentence(_("Damaged file"), _("The file breaks off, or contradicts itself."), _SAVE_AGAIN),
    "child_unavailable": Sentence(
        _("Not read yet"), _("Nothing is wrong with the document: no reader could be started."), _("Try again.")
    ),
}  # fmt: skip

MARKS: dict[str, str | Promise] = {
    "few_letters": _("Mostly numbers and signs."),
    "few_words": _("Many of its words do not look like words."),
    "unsure_scan": _("The scan is hard to read: letters may be wrong."),
    "empty_pages": _("On some pages no words were found."),
    "unread_pictures": _("It has pictures beside the text. Words in them were not read."),
}


def sentence(code: str) -> Sentence:
    return SENTENCES.get(code) or Sentence(code.replace("_", " "), code, _SAVE_AGAIN)
