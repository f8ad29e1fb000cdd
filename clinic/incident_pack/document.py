"""The pack to read and print: A4, what matters first, every page numbered and named."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from clinic import safety
from clinic.incident_pack.charts import day_chart, histogram_chart
from clinic.incident_pack.facts import Affected, Facts, Task
from clinic.incident_pack.figures import ClassRates, Share
from clinic.incident_pack.ink import DANGER, INK, INK_2, LINE, OK, SUNKEN, WARN
from clinic.models import CaseState, IncidentCause, IncidentState
from clinic.templatetags.figures import short_digest

MARGIN, FOOT = 18 * mm, 16 * mm
WIDTH = A4[0] - 2 * MARGIN


@lru_cache(maxsize=1)
def _fonts() -> None:
    """The fonts that come with reportlab and have the letters of Europe; the built-in ones have not."""
    for name, file in (("Rounds", "Vera.ttf"), ("Rounds-Bold", "VeraBd.ttf"), ("Rounds-Italic", "VeraIt.ttf")):
        pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily("Rounds", normal="Rounds", bold="Rounds-Bold", italic="Rounds-Italic")


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    told = {"fontName": "Rounds", "fontSize": size, "leading": size * 1.42, "textColor": INK} | more
    return ParagraphStyle(name, **told)


BODY = _style("body", 8.6)
SMALL = _style("small", 7.4, textColor=INK_2)
CELL = _style("cell", 7.6)
CELL_RIGHT = _style("cell-right", 7.6, alignment=TA_RIGHT)
HEAD = _style("head", 7.2, textColor=INK_2)
TITLE = _style("title", 17, fontName="Rounds-Bold", leading=22)
SECTION = _style("section", 11, fontName="Rounds-Bold", spaceBefore=12, spaceAfter=5)


def as_pdf(facts: Facts) -> bytes:
    _fonts()
    file = io.BytesIO()
    title = f"{facts.incident.reference} {facts.capability.title}"
    document = BaseDocTemplate(file, pagesize=A4, title=title, author="Rounds", subject=_("Incident pack"),
                               leftMargin=MARGIN, rightMargin=MARGIN)  # fmt: skip
    frame = Frame(MARGIN, FOOT + 6 * mm, WIDTH, A4[1] - FOOT - 24 * mm, leftPadding=0, rightPadding=0, topPadding=0,
                  bottomPadding=0)  # fmt: skip
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=lambda canvas, page: _edges(canvas, page, facts)))
    document.build(list(_story(facts)))
    return file.getvalue()


def _edges(canvas: Canvas, page: BaseDocTemplate, facts: Facts) -> None:
    canvas.saveState()
    canvas.setFont("Rounds", 7.2)
    canvas.setFillColor(INK_2)
    top = A4[1] - 12 * mm
    canvas.drawString(MARGIN, top, f"{_('Incident pack')} {facts.incident.reference} · {facts.site}")
    canvas.drawRightString(A4[0] - MARGIN, top, _("Written %s") % _moment(facts.written_at))
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, top - 2.4 * mm, A4[0] - MARGIN, top - 2.4 * mm)
    canvas.drawString(MARGIN, FOOT - 4 * mm, _("Confidential. Cases by number, no patient is named."))
    canvas.drawRightString(A4[0] - MARGIN, FOOT - 4 * mm, _("Page %d") % page.page)
    canvas.restoreState()


def _story(facts: Facts) -> Iterable[Flowable]:
    yield from _head(facts)
    yield from _section(_("What happened"), [_timeline(facts)])
    yield from _section(_("What to do, by the clock"), [_tasks(facts)])
    yield from _section(_("The last 30 days"), _last_days(facts))
    yield from _section(_("How sure it was, against before"), _confidence(facts))
    yield from _section(_("What was changed"), [_changes(facts)])
    yield from _cases(facts)
    yield Paragraph(escape(" ".join(safety.exported())), HEAD)


def _section(title: str, parts: Sequence[Flowable]) -> Iterable[Flowable]:
    """Its title never stands alone at the foot of a page."""
    yield KeepTogether([Paragraph(escape(title), SECTION), parts[0]])
    yield from parts[1:]


# --- the first page ---------------------------------------------------------------------------------------------------


def _head(facts: Facts) -> Iterable[Flowable]:
    incident = facts.incident
    what = facts.class_title or _("all it says")
    yield Paragraph(escape(f"{facts.capability.title}: {what}"), TITLE)
    yield Paragraph(escape(str(IncidentCause(incident.cause).label)), BODY)
    yield Spacer(1, 8)
    yield _tiles(facts)
    yield Spacer(1, 6)
    pairs = [(_("Opened"), f"{_moment(incident.opened_at)}, {facts.opened_by}"),
             (_("State"), str(IncidentState(incident.state).label)),
             (_("Engines that answered"), _engines(facts))]  # fmt: skip
    rows = [[Paragraph(escape(term), HEAD), Paragraph(value, CELL)] for term, value in pairs]
    yield _table(rows, [38 * mm, WIDTH - 38 * mm], has_head=False)


def _engines(facts: Facts) -> str:
    told = (
        ngettext("%(engine)s (%(digest)s), %(n)d answer", "%(engine)s (%(digest)s), %(n)d answers", one["answers"])
        % {"engine": escape(one["engine"]), "digest": short_digest(one["digest"]) or "–", "n": one["answers"]}
        for one in facts.engines
    )
    return "<br/>".join(told) or escape(_("none in the last 30 days"))


def _tiles(facts: Facts) -> Flowable:
    unsigned = sum(not case.is_signed for case in facts.cases)
    marked = sum(case.is_marked for case in facts.cases)
    late = sum(task.is_late and task.done_at is None for task in facts.checklist)
    numbers = [(len(facts.cases), _("affected cases")), (unsigned, _("of them not signed")),
               (marked, _("answered while stopped")), (late, _("steps overdue"))]  # fmt: skip
    value = _style("tile", 17, fontName="Rounds-Bold", leading=21)
    cells = [[Paragraph(f"{n:,}".replace(",", " "), value) for n, _words in numbers],
             [Paragraph(escape(words), HEAD) for _n, words in numbers]]  # fmt: skip
    tiles = Table(cells, colWidths=[WIDTH / len(numbers)] * len(numbers))
    look = [("BACKGROUND", (0, 0), (-1, -1), SUNKEN), ("BOX", (0, 0), (-1, -1), 0.5, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 8)]  # fmt: skip
    tiles.setStyle(TableStyle(look))
    return tiles


def _timeline(facts: Facts) -> Flowable:
    rows = [[_head_cells(_("When"), _("What"), _("By"))]]
    body = [
        [Paragraph(_moment(line.at), CELL), Paragraph(_line(line.what, line.words), CELL),
         Paragraph(escape(line.by), CELL)]
        for line in facts.timeline
    ]  # fmt: skip
    return _table([*rows[0], *body], [32 * mm, WIDTH - 70 * mm, 38 * mm])


def _line(what: Any, words: str) -> str:
    told = f"<b>{escape(str(what))}</b>"
    return f"{told}<br/>{escape(words)}".replace("\n", "<br/>") if words else told


def _tasks(facts: Facts) -> Flowable:
    rows = [*_head_cells_row(_("Step"), _("Due"), _("Done"))]
    for task in facts.checklist:
        words = f"<font color='{_hex(INK_2)}'>{escape(str(task.span))}</font><br/>{escape(str(task.words))}"
        rows.append([Paragraph(words, CELL), Paragraph(_moment(task.due), CELL), Paragraph(_done(task), CELL)])
    return _table(rows, [WIDTH - 76 * mm, 32 * mm, 44 * mm])


def _done(task: Task) -> str:
    if task.done_at is not None:
        late = _tone(_("late"), WARN) + " · " if task.is_late else ""
        return f"{late}{_tone(_moment(task.done_at), OK)}<br/>{escape(task.done_by)}"
    return _tone(_("overdue"), DANGER) if task.is_late else _("to do")


# --- figures ----------------------------------------------------------------------------------------------------------


def _last_days(facts: Facts) -> Sequence[Flowable]:
    note = _("Precision: of what the engine called so and a person decided, how much the person called so too. Recall: "
             "of what persons called so, how much the engine had. Most decided answers were flagged first, so both are "
             "of harder cases than the whole.")  # fmt: skip
    return [day_chart(facts.days, WIDTH), _rates(facts.rates), Paragraph(escape(note), SMALL)]


def _rates(rates: Sequence[ClassRates]) -> Flowable:
    rows = [*_head_cells_row(_("Class"), _("Answers"), _("Precision"), _("Recall"))]
    for one in rates:
        rows.append([Paragraph(escape(one.name), CELL), Paragraph(str(one.answers), CELL),
                     Paragraph(_share(one.precision), CELL), Paragraph(_share(one.recall), CELL)])  # fmt: skip
    return _table(rows, [WIDTH * 0.18, WIDTH * 0.1, WIDTH * 0.36, WIDTH * 0.36])


def _share(share: Share) -> str:
    if share.interval is None or share.value is None:
        return _("too few (n = %d)") % share.n
    low, high = share.interval
    return _("%(value).2f (95 %% interval %(low).2f to %(high).2f, n = %(n)d)") % {
        "value": share.value, "low": low, "high": high, "n": share.n,
    }  # fmt: skip


def _confidence(facts: Facts) -> Sequence[Flowable]:
    now, before = sum(facts.confidence), sum(facts.baseline)
    words = _("Share of answers in each tenth of calibrated confidence: last 30 days (n = %(now)d) and the 90 days "
              "before (n = %(before)d).") % {"now": now, "before": before}  # fmt: skip
    if not now:
        return [Paragraph(escape(_("No calibrated answer in the last 30 days.")), BODY)]
    return [histogram_chart(facts.confidence, facts.baseline, WIDTH), Paragraph(escape(words), SMALL)]


def _changes(facts: Facts) -> Flowable:
    if not facts.changes:
        return Paragraph(escape(_("Nothing in the last 30 days.")), BODY)
    rows = [*_head_cells_row(_("When"), _("What"), _("By"))]
    for one in facts.changes:
        rows.append([Paragraph(_moment(one.at), CELL), Paragraph(_line(one.what, one.detail), CELL),
                     Paragraph(escape(one.by), CELL)])  # fmt: skip
    return _table(rows, [32 * mm, WIDTH - 70 * mm, 38 * mm])


# --- cases ------------------------------------------------------------------------------------------------------------


def _cases(facts: Facts) -> Iterable[Flowable]:
    """Plain strings, no paragraphs: ten thousand rows are laid out in seconds that way."""
    title = _("Affected cases (%d)") % len(facts.cases)
    if not facts.cases:
        yield from _section(title, [Paragraph(escape(_("None in the last 30 days.")), BODY)])
        return
    words = _("Cases with an answer that names this class: those answered while stopped first, then those not signed.")
    yield from _section(title, [Paragraph(escape(words), SMALL), Spacer(1, 3)])
    states = {state.value: str(state.label) for state in CaseState}
    yes, no = _("yes"), _("no")
    head = [
        _("Case"),
        _("State"),
        _("Signed"),
        _("Last answer"),
        _("Engine said"),
        _("People decided"),
        _("While stopped"),
    ]
    widths = [WIDTH * share for share in (0.11, 0.17, 0.09, 0.19, 0.16, 0.16, 0.12)]
    rows = [_case_row(case, states, yes, no) for case in facts.cases]
    yield _plain_table([head, *rows], widths)


def _case_row(case: Affected, states: dict[str, str], yes: str, no: str) -> list[str]:
    return [case.reference, states.get(case.state, case.state), yes if case.is_signed else no,
            f"{timezone.localtime(case.last_at):%Y-%m-%d %H:%M}", case.label, case.decided or "–",
            yes if case.is_marked else "–"]  # fmt: skip


# --- small things -----------------------------------------------------------------------------------------------------


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j M Y, H:i")


def _hex(color: colors.Color) -> str:
    return "#" + str(color.hexval())[2:]


def _tone(words: str, color: colors.Color) -> str:
    return f"<font color='{_hex(color)}'><b>{escape(words)}</b></font>"


def _head_cells(*words: str) -> list[Paragraph]:
    return [Paragraph(escape(word), HEAD) for word in words]


def _head_cells_row(*words: str) -> list[list[Paragraph]]:
    return [_head_cells(*words)]


RULES = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]  # fmt: skip


def _table(rows: Sequence[Any], widths: Sequence[float], *, has_head: bool = True) -> Table:
    table = Table(list(rows), colWidths=list(widths), repeatRows=1 if has_head else 0, hAlign="LEFT")
    table.setStyle(TableStyle(RULES))
    return table


def _plain_table(rows: list[list[str]], widths: Sequence[float]) -> Table:
    table = Table(rows, colWidths=list(widths), rowHeights=13, repeatRows=1, hAlign="LEFT")
    look = [("FONT", (0, 0), (-1, -1), "Rounds", 7.2), ("TEXTCOLOR", (0, 0), (-1, -1), INK),
            ("TEXTCOLOR", (0, 0), (-1, 0), INK_2)]  # fmt: skip
    table.setStyle(TableStyle([*RULES, *look]))
    return table
