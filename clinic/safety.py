"""What an engine's answer is and is not, in one reviewed wording: the same on pages, in the API, spoken and exported.

The wording has a version. Whoever changes a word makes a new version and has it reviewed again; a test compares the
text with the digest noted here, so that neither changes without the other.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERSION = "1"
REVIEWED_SHA256 = "635e6c63658fee5277346465935cb694381bc5677ed83b56c7c5a8c8bdcf5a44"

NAME: str | Promise = _("Safety notice %(version)s")
SENTENCES: tuple[str | Promise, ...] = (
    _("This is a screening aid, not a diagnosis."),
    _("A person decides: nothing an engine says counts before a clinician has signed it."),
    _("It can be wrong, also where it is sure, and on patients unlike those it learned from."),
    _("An answer that finds nothing is no clearance."),
)


def name() -> str:
    return str(NAME) % {"version": VERSION}


def shown() -> dict[str, str]:
    """For a page: the first two sentences stand beside every answer, the whole behind its name."""
    told = [str(sentence) for sentence in SENTENCES]
    return {"version": VERSION, "name": name(), "short": " ".join(told[:2]), "whole": " ".join(told)}


def told() -> dict[str, str]:
    """For programs: they must hand it on with the answer."""
    return {"version": VERSION, "text": " ".join(str(sentence) for sentence in SENTENCES)}


def spoken() -> str:
    """For a voice: the version is for those who check, not for those who listen."""
    return " ".join(str(sentence) for sentence in SENTENCES)


def exported() -> list[str]:
    """For a file or a printed page, line by line, its version first."""
    return [name(), *(str(sentence) for sentence in SENTENCES)]
