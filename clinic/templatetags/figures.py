"""Figures written one way everywhere: times, sizes, digests, positions, probabilities."""

import re
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

NARROW_SPACE = "\u202f"
WORD_INITIAL = re.compile(r"\b\w")
UNIT = re.compile(r"([^\W\d_]+|%)")
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {name: name for name in ("iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux")}
TITLES = {"Dr", "Dr.", "Dra", "Dra.", "Prof", "Prof."}


def _seconds(value: object) -> float | None:
    match value:
        case datetime():
            return (timezone.now() - value).total_seconds()
        case timedelta():
            return value.total_seconds()
        case int() | float():
            return float(value)
        case _:
            return None


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return _("under 1 min")
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (0 if days else minutes, "min")]
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)


def waiting(value: object) -> str:
    """Time since a moment, or a length in seconds or as timedelta: `38 min`, `1 h 52 min`, `3 d 4 h`."""
    seconds = _seconds(value)
    return "" if seconds is None else _span(abs(seconds))


def due(value: datetime | None) -> str:
    """How a moment to come stands to now: `Due in 8 min`, `Overdue 10 min`."""
    seconds = _seconds(value)
    if seconds is None:
        return ""
    words = _("Overdue %(time)s") if seconds > 0 else _("Due in %(time)s")
    return words % {"time": _span(abs(seconds))}


def took(value: object) -> str:
    """A measured length: `11 ms`, `4.1 s`, `2 min 14 s`."""
    seconds = _seconds(value)
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return _span(seconds)


def file_size(value: int | None) -> str:
    """A size in decimal units, as people see it on their disk: `412 kB`, `1.4 MB`."""
    if value is None:
        return ""
    size = float(value)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 999.5 or unit == "GB":
            break
        size /= 1000
    number = f"{size:.1f}" if size < 10 and unit != "bytes" else f"{size:.0f}"
    return f"{number.removesuffix('.0')} {unit}"


def spaced(value: int | str | None) -> str:
    """A long position with narrow spaces, `48 204`: no comma or point that another language reads otherwise."""
    if value is None or value == "":
        return ""
    return f"{int(value):,}".replace(",", NARROW_SPACE)


def short_digest(value: str | bytes | None) -> str:
    """Enough of a digest to compare by eye: `9c41…e07a`."""
    text = value.hex() if isinstance(value, bytes | memoryview) else str(value or "")
    return text if len(text) <= 12 else f"{text[:4]}…{text[-4:]}"


def initials(name: object) -> str:
    """Two letters for a person. A title is not a name: Dr E. Okafor is EO."""
    words = [word for word in str(name or "").split("@")[0].split() if word not in TITLES]
    letters = WORD_INITIAL.findall(" ".join(words))
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "?"


def share(value: float | None) -> str:
    """A probability for an SVG attribute, `0.81` to `81%`. Never localised: SVG knows no decimal comma."""
    return f"{min(max(float(value or 0), 0.0), 1.0) * 100:.4g}%"


def percent(value: float | None) -> str:
    """A percentage for an SVG attribute, kept between 0 and 100."""
    return share(float(value or 0) / 100)


def probability(value: float | None) -> str:
    """Two decimals and a point in every language, so that a page, an export and a report read the same."""
    return "" if value is None else f"{float(value):.2f}"


def signed(value: float | None) -> str:
    """A weight with its direction: `+0.41`, `−0.27` with a true minus."""
    return "" if value is None else f"{float(value):+.2f}".replace("-", "−")


def _small(part: str) -> str:
    return format_html("<small>{}</small>", part) if UNIT.fullmatch(part) else part


def small_units(value: object) -> SafeString:
    """The number of a tile large, its unit small: `5 h 31 min` becomes `5 <small>h</small> 31 <small>min</small>`."""
    text = str(value)
    if not any(letter.isdigit() for letter in text):
        return conditional_escape(text)
    return format_html_join("", "{}", ((_small(part),) for part in UNIT.split(text)))


def browser(user_agent: str | None) -> str:
    """What a person would call it: `Firefox, Linux`. The first match counts: browsers claim to be others."""
    told = user_agent or ""
    names = (next((name for mark, name in table.items() if mark in told), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, names)) or _("Unknown browser")
