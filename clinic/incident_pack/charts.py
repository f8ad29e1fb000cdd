"""Two drawings: answers a day, and how sure they were against before. Vector, labelled directly, zero line drawn."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.graphics.shapes import Drawing, Line, Rect, String

from clinic.incident_pack.figures import BINS, Day
from clinic.incident_pack.ink import ACCENT, DANGER, INK_2, LINE, PENCIL

HEIGHT, FLOOR, TEXT = 92, 16, 6.6


def day_chart(days: Sequence[Day], width: float) -> Drawing:
    drawing, most = Drawing(width, HEIGHT), max(1, *(day.answers for day in days))
    step, room = width / len(days), HEIGHT - FLOOR - 14
    for number, day in enumerate(days):
        tall, marked = room * day.answers / most, room * day.marked / most
        x = number * step + 1
        drawing.add(Rect(x, FLOOR, step - 2, tall, fillColor=ACCENT, strokeColor=None))
        drawing.add(Rect(x, FLOOR, step - 2, marked, fillColor=DANGER, strokeColor=None))
        is_last = number == len(days) - 1
        if is_last or (number % 7 == 0 and number < len(days) - 4):  # the last is named, and has room
            _say(drawing, x, 4, date_format(day.day, "j M"), anchor="end" if is_last else "start",
                 right=width)  # fmt: skip
    _floor(drawing, width)
    _say(drawing, 0, HEIGHT - 8, _("Answers a day that name it, most: %d. Red: while it was stopped.") % most)
    return drawing


def histogram_chart(now: Sequence[int], before: Sequence[int], width: float) -> Drawing:
    drawing, room = Drawing(width, HEIGHT), HEIGHT - FLOOR - 14
    shares = [[n / (sum(counts) or 1) for n in counts] for counts in (now, before)]
    most = max(0.01, *shares[0], *shares[1])
    step = width / BINS
    for number in range(BINS):
        x = number * step
        for offset, share, color in ((2, shares[1][number], PENCIL), (step / 2, shares[0][number], ACCENT)):
            drawing.add(Rect(x + offset, FLOOR, step / 2 - 3, room * share / most, fillColor=color, strokeColor=None))
        _say(drawing, x, 4, f"{number / BINS:.1f}")
    _floor(drawing, width)
    _say(drawing, 0, HEIGHT - 8, _("Grey: the 90 days before. Blue: the last 30 days. Tallest: %.2f") % most)
    return drawing


def _floor(drawing: Drawing, width: float) -> None:
    drawing.add(Line(0, FLOOR, width, FLOOR, strokeColor=LINE, strokeWidth=0.6))


def _say(drawing: Drawing, x: float, y: float, words: str, *, anchor: str = "start", right: float = 0) -> None:
    place = right if anchor == "end" else x
    drawing.add(String(place, y, words, fontName="Rounds", fontSize=TEXT, fillColor=INK_2, textAnchor=anchor))
