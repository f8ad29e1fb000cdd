"""Pictures that are no films, drawn in other ways than those the gate learned from: lit bodies, rooms, real letters."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy.ndimage import gaussian_filter, zoom

Grey = NDArray[np.uint8]
Dice = np.random.Generator
_WORDS = (
    "the of patient report invoice page total left and with date summary number to in room clinic 2021 14:30 7.5 kg"
)


def photograph(dice: Dice) -> Grey:
    return (_still_life, _room, _woods, _water, _portrait)[int(dice.integers(5))](dice)


def document(dice: Dice) -> Grey:
    rows, columns = _size(dice, tall=True)
    paper = int(dice.integers(215, 256))
    picture = Image.new("L", (columns, rows), paper)
    pen = ImageDraw.Draw(picture)
    size, margin = int(dice.integers(9, 20)), columns // 12
    y = margin
    pen.text((margin, y), _line(dice, 4).upper(), fill=10, font=_font(size * 2))
    y += 3 * size
    while y < rows - margin - size:
        if dice.random() < 0.9:
            pen.text((margin, y), _line(dice, columns // (4 * size)), fill=int(dice.integers(0, 60)), font=_font(size))
        elif dice.random() < 0.5:
            pen.rectangle((margin, y, columns - margin, y + 4 * size), outline=60, fill=int(dice.integers(170, 250)))
            y += 4 * size
        y += round(1.4 * size)
    return _scanned(picture.rotate(float(dice.normal(0, 1.5)), fillcolor=paper), dice)


def screenshot(dice: Dice) -> Grey:
    rows, columns = _size(dice)
    ground, front = (int(dice.integers(20, 50)), 220) if dice.random() < 0.5 else (int(dice.integers(225, 256)), 30)
    picture = Image.new("L", (columns, rows), ground)
    pen = ImageDraw.Draw(picture)
    bar, side = int(dice.integers(24, 48)), int(columns * dice.uniform(0.12, 0.3))
    pen.rectangle((0, 0, columns, bar), fill=(ground + front) // 3)
    for number in range(6):
        pen.text((10 + number * 70, bar // 4), _line(dice, 1), fill=front, font=_font(13))
    for y in range(bar + 12, rows, 26):
        pen.rounded_rectangle((8, y, side - 8, y + 20), 4, fill=(3 * ground + front) // 4)
        pen.text((14, y + 3), _line(dice, 2), fill=front, font=_font(12))
    for y in range(bar + 16, rows - 40, 60):
        pen.rectangle((side + 12, y, columns - 12, y + 48), outline=(ground + front) // 2)
        pen.text((side + 22, y + 6), _line(dice, 6), fill=front, font=_font(14))
        pen.text((side + 22, y + 26), _line(dice, 8), fill=(ground + front) // 2, font=_font(11))
    return np.asarray(picture, dtype=np.uint8)


def film_in_a_viewer(film: Grey, dice: Dice) -> Grey:
    """Around a real or a drawn film: bars, a list, words."""
    shot = screenshot(dice)
    rows, columns = shot.shape
    top, left = 50, int(columns * 0.3)
    inside = Image.fromarray(film).resize((columns - left - 10, rows - top - 10))
    whole = shot.copy()
    whole[top : rows - 10, left : columns - 10] = np.asarray(inside)
    return whole


def noise(dice: Dice) -> Grey:
    rows, columns = _size(dice)
    sort = int(dice.integers(4))
    if sort == 0:
        return dice.integers(0, 256, (rows, columns), dtype=np.uint8)
    if sort == 1:
        return _eight(128 + dice.uniform(10, 80) * dice.standard_normal((rows, columns)))
    if sort == 2:
        coarse = dice.standard_normal((rows // 24, columns // 24))
        return _eight(128 + 60 * zoom(coarse, (rows / len(coarse), columns / coarse.shape[1]), order=1))
    return _eight(255.0 * (dice.random((rows, columns)) < dice.uniform(0.02, 0.5)))


def blank(dice: Dice) -> Grey:
    rows, columns = _size(dice)
    level = float(dice.integers(0, 256))
    return _eight(level + dice.uniform(0, 1.2) * dice.standard_normal((rows, columns)))


def chart(dice: Dice) -> Grey:
    rows, columns = _size(dice)
    picture = Image.new("L", (columns, rows), 255)
    pen = ImageDraw.Draw(picture)
    left, bottom = columns // 8, rows - rows // 8
    pen.text((columns // 3, 8), _line(dice, 3), fill=0, font=_font(18))
    for number in range(6):
        y = bottom - number * (bottom - 40) // 6
        pen.line((left, y, columns - 20, y), fill=210)
        pen.text((left - 40, y - 6), str(number * 20), fill=40, font=_font(12))
    count = int(dice.integers(4, 14))
    wide = (columns - 40 - left) // count
    if dice.random() < 0.5:
        for number, share in enumerate(dice.uniform(0.05, 0.95, count)):
            x = left + number * wide
            pen.rectangle(
                (x + 3, bottom - share * (bottom - 40), x + wide - 3, bottom), fill=int(dice.integers(40, 190))
            )
    else:
        for _ in range(3):
            heights = bottom - (bottom - 40) * np.clip(0.5 + np.cumsum(dice.normal(0, 0.08, count)), 0, 1)
            path = [(left + number * wide, float(y)) for number, y in enumerate(heights)]
            pen.line(path, fill=int(dice.integers(0, 150)), width=3)
    return np.asarray(picture, dtype=np.uint8)


def _still_life(dice: Dice) -> Grey:
    """Balls and boxes on a table under a lamp, with shadows."""
    rows, columns = _size(dice)
    y, x = np.mgrid[0:rows, 0:columns] / rows
    table = dice.uniform(0.45, 0.75)
    lit = np.where(y > table, dice.uniform(80, 190) + 40 * (y - table), dice.uniform(60, 220) - 60 * y)
    lit = lit + _grained(dice, (rows, columns), 3) * dice.uniform(2, 12)
    lamp = np.array([dice.uniform(-0.7, 0.7), -0.6, 0.5])
    for _ in range(int(dice.integers(1, 9))):
        cx, cy, size = dice.uniform(0, columns / rows), dice.uniform(table - 0.1, 0.95), dice.uniform(0.05, 0.28)
        shadow = np.exp(-(((x - cx + lamp[0] * size) / size) ** 2 + ((y - cy - size * 0.8) / (0.3 * size)) ** 2))
        lit = lit * (1 - 0.6 * shadow)
        dx, dy = (x - cx) / size, (y - cy) / size
        height = np.sqrt(np.clip(1 - dx**2 - dy**2, 0, 1))
        shine = np.clip(dx * lamp[0] + dy * lamp[1] + height * lamp[2], 0, None)
        ball = dice.uniform(30, 180) * (0.3 + shine) + 120 * shine**12
        lit = np.where(dx**2 + dy**2 < 1, ball, lit)
    return _scanned(Image.fromarray(_eight(lit)), dice)


def _room(dice: Dice) -> Grey:
    """Walls towards one point, a door, a window with light, furniture."""
    rows, columns = _size(dice)
    picture = Image.new("L", (columns, rows), int(dice.integers(120, 200)))
    pen = ImageDraw.Draw(picture)
    cx, cy = columns * dice.uniform(0.35, 0.65), rows * dice.uniform(0.35, 0.6)
    w, h = columns * dice.uniform(0.12, 0.3), rows * dice.uniform(0.12, 0.3)
    near = [(0, 0), (columns, 0), (columns, rows), (0, rows)]
    far = [(cx - w, cy - h), (cx + w, cy - h), (cx + w, cy + h), (cx - w, cy + h)]
    for side in range(4):
        corners = [near[side], near[(side + 1) % 4], far[(side + 1) % 4], far[side]]
        pen.polygon(corners, fill=int(dice.integers(50, 230)))
    pen.rectangle((cx - w, cy - h, cx + w, cy + h), fill=int(dice.integers(60, 240)))
    pen.rectangle((cx - w / 2, cy - h / 2, cx + w / 3, cy + h / 3), fill=250, outline=30, width=3)
    for _ in range(int(dice.integers(2, 7))):
        left, top = columns * dice.random(), rows * dice.uniform(0.5, 0.9)
        across, down = columns * dice.uniform(0.05, 0.3), rows * dice.uniform(0.05, 0.3)
        pen.polygon(
            [(left, top), (left + across, top - 10), (left + across, top + down), (left, top + down + 10)],
            fill=int(dice.integers(10, 200)),
        )
    return _scanned(picture, dice)


def _woods(dice: Dice) -> Grey:
    rows, columns = _size(dice)
    lit = np.tile(np.linspace(dice.uniform(120, 240), dice.uniform(30, 120), rows)[:, None], (1, columns))
    across = np.arange(columns)
    for depth in range(int(dice.integers(8, 40))):
        middle, width = dice.uniform(0, columns), dice.uniform(0.004, 0.03) * columns
        lean = (np.arange(rows)[:, None] - rows) * dice.normal(0, 0.05)
        trunk = np.abs(across[None, :] - middle - lean) < width
        lit = np.where(trunk, dice.uniform(10, 140) + 2 * depth + 15 * _grained(dice, lit.shape, 2), lit)
    leaves = _grained(dice, lit.shape, 4) + 0.7 * _grained(dice, lit.shape, 12)
    crown = leaves > np.linspace(-0.6, 2.2, rows)[:, None]
    return _scanned(Image.fromarray(_eight(np.where(crown, 70 + 45 * _grained(dice, lit.shape, 1.2), lit))), dice)


def _water(dice: Dice) -> Grey:
    rows, columns = _size(dice)
    y, x = np.mgrid[0:rows, 0:columns] / rows
    shore = dice.uniform(0.3, 0.6)
    depth = np.clip(y - shore, 0.01, None)
    waves = np.sin(dice.uniform(20, 60) * np.log(depth) + 6 * x + 3 * _grained(dice, y.shape, 9))
    sky = 230 - 130 * y + 18 * _grained(dice, y.shape, 30)
    lit = np.where(y > shore, dice.uniform(60, 140) + 45 * waves * depth**0.3, sky)
    hills = shore - 0.12 * np.abs(gaussian_filter(dice.standard_normal(columns), 25)) * 12
    return _scanned(Image.fromarray(_eight(np.where((y > hills[None, :]) & (y < shore), 70, lit))), dice)


def _portrait(dice: Dice) -> Grey:
    rows, columns = _size(dice, tall=True)
    y, x = np.mgrid[0:rows, 0:columns].astype(float)
    x, y = (x - columns / 2) / columns + dice.normal(0, 0.04), y / rows
    lit = dice.uniform(20, 230) + 20 * _grained(dice, y.shape, 40) + 0 * x
    body = (x / 0.42) ** 2 + ((y - 1.1) / 0.38) ** 2 < 1
    lit = np.where(body, dice.uniform(20, 220) + 12 * _grained(dice, y.shape, 5), lit)
    head = np.hypot(x / 0.2, (y - 0.42) / 0.26)
    lit = np.where(head < 1.15, dice.uniform(10, 110), lit)
    light = dice.uniform(-0.8, 0.8)
    face = np.hypot(x / 0.18, (y - 0.45) / 0.23)
    skin = dice.uniform(110, 220) * (0.75 + light * x * 1.5) - 25 * face
    lit = np.where(face < 1, skin, lit)
    for side in (-1, 1):
        lit = lit - 90 * np.exp(-(((x - side * 0.075) / 0.03) ** 2 + ((y - 0.42) / 0.014) ** 2)) * (face < 1)
    lit = lit - 70 * np.exp(-((x / 0.06) ** 2 + ((y - 0.57) / 0.012) ** 2)) * (face < 1)
    return _scanned(Image.fromarray(_eight(gaussian_filter(lit, 1.5))), dice)


def _grained(dice: Dice, size: tuple[int, ...], width: float) -> NDArray:
    """Smooth noise of deviation 1; wide grain is drawn small and enlarged."""
    shrink = max(1, int(width / 3))
    small = gaussian_filter(dice.standard_normal((size[0] // shrink + 2, size[1] // shrink + 2)), width / shrink)
    grown = np.kron(small, np.ones((shrink, shrink)))[: size[0], : size[1]]
    return np.asarray(grown / grown.std())


def _scanned(picture: Image.Image, dice: Dice) -> Grey:
    soft = picture.filter(ImageFilter.GaussianBlur(float(dice.uniform(0.2, 1.5))))
    return _eight(
        np.asarray(soft, dtype=float) + dice.uniform(0, 6) * dice.standard_normal((picture.height, picture.width))
    )


def _line(dice: Dice, count: int) -> str:
    return " ".join(dice.choice(_WORDS.split(), max(1, count)))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def _size(dice: Dice, *, tall: bool = False) -> tuple[int, int]:
    short = int(dice.integers(260, 520))
    long = int(short * dice.uniform(1.0, 1.5))
    return (long, short) if tall or dice.random() < 0.4 else (short, long)


def _eight(values: NDArray) -> Grey:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


SORTS: dict[str, tuple[Callable[[Dice], Grey], int]] = {
    "photographs": (photograph, 150),
    "documents": (document, 100),
    "screenshots": (screenshot, 100),
    "noise": (noise, 70),
    "blanks": (blank, 40),
    "charts": (chart, 40),
}
