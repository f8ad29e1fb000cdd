"""A signed version on paper: what it says, on what it rests, what was open, and how anybody can prove it.

Made from the sealed content alone, so that the same version gives the same words whenever it is printed.
"""

import io
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer

from clinic import safety
from clinic.evidence import AudioTime, Evidence, PageBox, TextSpan
from clinic.models import CoSignature, Report
from clinic.report_body import Body, Sentence

REGULAR, BOLD = "Vera", "VeraBd"  # come with the library and know more letters than the printer's own fonts
UNKNOWN = "?"
SEAL_GREEN = colors.HexColor("#1c6e43")


def pdf_of(report: Report, cosigned: Sequence[CoSignature]) -> bytes:
    """`cosigned`: who stands under this version too."""
    out = io.BytesIO()
    content = report.body
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=22 * mm,
        title=f"{content['case']['reference']}, {content['version']}", author="Rounds", invariant=1,
    )  # fmt: skip
    foot = _foot(report)
    page.build(list(_story(report, content, cosigned)), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


@cache
def _font(name: str) -> TTFont:
    font = TTFont(name, f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font


def _style(size: float, *, bold: bool = False, after: float = 2, colour: Any = colors.black) -> ParagraphStyle:
    font = _font(BOLD if bold else REGULAR)
    return ParagraphStyle(f"{font.fontName}{size}", fontName=font.fontName, fontSize=size, leading=size * 1.4,
                          spaceAfter=after * mm, textColor=colour)  # fmt: skip


def printable(words: str) -> str:
    """Letters the font lacks are shown as such, never left out; markup in somebody's words is only words."""
    known = _font(REGULAR).face.charToGlyph
    return escape("".join(letter if letter == "\n" or ord(letter) in known else UNKNOWN for letter in words))


def _line(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(printable(words), style)


def _story(report: Report, content: dict[str, Any], cosigned: Sequence[CoSignature]) -> Iterable[Flowable]:
    case, patient, body = content["case"], content["patient"], Body.of(content)
    yield _line(_("Report, version %d") % content["version"], _style(16, bold=True))
    yield _line(f"{case['reference']} · {patient['reference']}{_age(patient['age_years'])}", _style(10))
    yield _line(case["question"], _style(10, after=4))
    if content["reason"]:
        yield _line(_("Amended because: %(reason)s") % {"reason": content["reason"]}, _style(10, bold=True, after=4))
    numbers = _numbers(body)
    for name, title in content["sections"].items():
        yield _line(title, _style(12, bold=True))
        for sentence in body.sentences:
            if sentence.section == name:
                yield _line(_sentence(sentence, numbers), _style(10))
        yield Spacer(1, 2 * mm)
    yield from _evidence(body, numbers)
    yield from _open_points(content)
    yield HRFlowable(width="100%", color=SEAL_GREEN, thickness=0.8, spaceBefore=3 * mm, spaceAfter=0.8 * mm)
    yield HRFlowable(width="100%", color=SEAL_GREEN, thickness=0.8, spaceBefore=0, spaceAfter=2 * mm)
    yield from _seal(report, content, cosigned)
    notice = f"{safety.NAME} {content['safety']['text']}" % {"version": content["safety"]["version"]}
    yield _line(notice, _style(8.5, colour=colors.HexColor("#42505c")))


def _age(years: int | None) -> str:
    return "" if years is None else ", " + (_("over 90 y") if years >= 90 else _("%d y") % years)


def _numbers(body: Body) -> dict[tuple[str, int], int]:
    """The number of each piece of evidence, by its sentence and its place there."""
    pieces = [(sentence.id, n) for sentence in body.sentences for n in range(len(sentence.evidence))]
    return {piece: number for number, piece in enumerate(pieces, 1)}


def _sentence(sentence: Sentence, numbers: dict[tuple[str, int], int]) -> str:
    refs = "".join(f" [{numbers[sentence.id, n]}]" for n in range(len(sentence.evidence)))
    return f"{sentence.text}{refs} {_hand(sentence)}"


def _hand(sentence: Sentence) -> str:
    if sentence.origin:
        return _("(%(engine)s suggested it; taken over by %(name)s)") % {
            "engine": sentence.origin.engine, "name": sentence.author_name,
        }  # fmt: skip
    if sentence.is_vouched:
        return _("(written by %(name)s)") % {"name": sentence.author_name}
    return ""


def _evidence(body: Body, numbers: dict[tuple[str, int], int]) -> Iterable[Flowable]:
    if not numbers:
        return
    yield _line(_("Evidence"), _style(12, bold=True))
    for sentence in body.sentences:
        for n, one in enumerate(sentence.evidence):
            said = f"“{one.words}” " if one.words else ""
            yield _line(f"[{numbers[sentence.id, n]}] {said}{_place(one)}", _style(8.5, after=1))
    yield Spacer(1, 2 * mm)


def _place(one: Evidence) -> str:
    match one:
        case TextSpan():
            where = _("characters %(start)d to %(end)d") % {"start": one.start, "end": one.end}
        case PageBox():
            where = _("page %d") % one.page
        case AudioTime():
            where = f"{one.start_s:.1f}–{one.end_s:.1f} s"
        case _:
            where = _("region")
    return f"{where}, SHA-256 {one.sha256}"


def _open_points(content: dict[str, Any]) -> Iterable[Flowable]:
    if content["open_points"]:
        points = "; ".join(point["words"] for point in content["open_points"])
        yield _line(_("Open when it was signed: %(points)s.") % {"points": points}, _style(9, after=3))


def _seal(report: Report, content: dict[str, Any], cosigned: Sequence[CoSignature]) -> Iterable[Flowable]:
    small = _style(8.5, after=1)
    signed = {"name": content["signed_by"]["name"], "at": content["signed_at"]}
    yield _line(_("Signed by %(name)s, %(at)s") % signed, _style(9, bold=True, after=1))
    yield _line(_("SHA-256 of the content: %(digest)s") % {"digest": report.content_sha256}, small)
    seal = {"key": report.key_id, "seal": bytes(report.signature).hex()}
    yield _line(_("Ed25519 seal, key %(key)s: %(seal)s") % seal, small)
    for row in cosigned:
        told = {"name": row.signer.name, "at": row.answered_at.isoformat() if row.answered_at else ""}
        yield _line(_("Signed too by %(name)s, %(at)s") % told, _style(9, bold=True, after=1))
        seal = {"key": row.key_id, "seal": row.seal.signature.hex()}
        yield _line(_("Ed25519 seal, key %(key)s: %(seal)s") % seal, small)


def _foot(report: Report):  # type: ignore[no-untyped-def]
    """On every page which version it is, so that no page of another slips in."""

    def draw(canvas: Any, page: Any) -> None:
        _font(REGULAR)
        canvas.setFont(REGULAR, 7.5)
        words = f"{report.case.reference}, {_('version')} {report.version}, {report.content_sha256[:16]}"
        canvas.drawString(20 * mm, 12 * mm, words)
        canvas.drawRightString(A4[0] - 20 * mm, 12 * mm, str(page.page))

    return draw
