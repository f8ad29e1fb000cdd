"""The case as one page that any browser opens from the disk: no script, nothing from elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clinic import safety
from clinic.contradiction_words import title_of
from clinic.export.gather import EXPIRED, READ_FIRST, Gathered, LeftOut, Told
from clinic.models import Entry, EntryKind
from clinic.proof import Proof, proofs
from clinic.report_body import Sentence
from clinic.report_content import body_of
from clinic.report_sections import sections

if TYPE_CHECKING:
    from clinic.export.capsule import File

STYLES = Path(__file__).with_name("viewer.css")
DAMAGED, MAY_NAME = "damaged", "may_name_somebody"
WHY: dict[str, str | Promise] = {
    READ_FIRST: gettext_lazy("Hidden from whoever took it along until she has judged herself"),
    EXPIRED: gettext_lazy("Deleted when its time was over"),
    DAMAGED: gettext_lazy("The stored bytes are no longer those that came"),
    MAY_NAME: gettext_lazy("The picture may still name somebody: a person has to look first"),
}


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str
    by: str
    position: int | None
    said: str = ""  # a person's note


def files(told: Gathered, shown: Iterable["File"]) -> list["File"]:
    """What a reader opens first, and what tells her what the rest is."""
    from clinic.export.capsule import File

    page = render_to_string("clinic/export/capsule.html", _context(told, shown))
    return [
        File.of("README.txt", _("What this is"), _readme(told).encode()),
        File.of("index.html", _("The case to read"), page.encode()),
        File.of("viewer.css", _("How the page looks"), STYLES.read_bytes()),
    ]


def why(one: LeftOut) -> str | Promise:
    return WHY.get(one.why, one.why)


def _readme(told: Gathered) -> str:
    lines = [
        f"{told.case.reference}, {told.site.name}",
        _("Open index.html to read the case. It needs no network and no program but a browser."),
        _("To check that nothing was changed since it was signed: python -I verify.py"),
        _("Compare the key it prints with the one the clinic tells you."),
        _("fhir/bundle.json holds the same case for other programs, as FHIR R4."),
        *(
            [_("Contradictions between sources that nobody has decided: %d") % len(told.open_conflicts)]
            if told.open_conflicts
            else []
        ),
        *([_("Nothing in here is signed by a person: all of it is preliminary.")] if told.newest is None else []),
        *safety.exported(),
    ]
    return "\n".join(lines) + "\n"


def _context(told: Gathered, shown: Iterable["File"]) -> dict[str, Any]:
    return {
        "case": told.case, "site": told.site, "made_at": told.at, "made_by": told.made_by, "language": get_language(),
        "is_preliminary": told.newest is None, "report": told.newest, "parts": _parts(told), "files": list(shown),
        "answers": [{"told": one, "says": _says(one)} for one in told.answers],
        "decisions": [{"row": row, "label": _label(told.answers, row.result_id, row.label)} for row in told.reviews],
        "contradictions": [(title_of(one.kind, str(one.sides["about"])), one) for one in told.conflicts],
        "lines": _lines(told), "left_out": [{"one": one, "why": why(one)} for one in told.left_out],
        "safety": safety.exported(),
    }  # fmt: skip


def _parts(told: Gathered) -> list[tuple[str, list[Sentence]]]:
    """The newest signed version, section by section."""
    said = body_of(told.newest).sentences if told.newest else ()
    titles = [(one.name, str(one.title)) for one in sections(sentence.section for sentence in said)]
    found = [(title, [one for one in said if one.section == name]) for name, title in titles]
    return [(title, those) for title, those in found if those]


def _says(one: Told) -> str:
    return one.class_words.get(one.label, one.label) if one.label else one.words


def _label(answers: Iterable[Told], result: object, label: str) -> str:
    return next((one.class_words.get(label, label) for one in answers if one.result.pk == result), label)


def _lines(told: Gathered) -> list[Line]:
    proved = proofs(told.entries)
    notes: dict[UUID | None, str] = {row.pk: row.body for row in told.notes}
    return [_line(entry, proved[entry.pk], notes.get(entry.subject_id, "")) for entry in told.entries]


def _line(entry: Entry, proof: Proof, said: str) -> Line:
    known = entry.kind in EntryKind.values
    words = str(EntryKind(entry.kind).label) if known else entry.kind.replace("_", " ").capitalize()
    return Line(entry.at, words, entry.actor.name if entry.actor else "Rounds", proof.position, said)
