"""Pictures for the gate of a consult, drawn here: skin and things in colour, sheets of paper, films; and spoiled.

The films are those of this product's own generator. Spoiling is what cameras and people do: moved, out of focus, dark,
flash, a finger on the lens, a preview instead of the original, fog on the lens.
"""

import io
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from radiology.inference.generated import Kind, draw

Dice = np.random.Generator
_WORDS = [
    *("patient", "report", "haemoglobin", "glucose", "sodium", "potassium", "normal", "result", "clinic", "date"),
    *("referral", "thank", "you", "seeing", "blood", "pressure", "weight", "13.1", "142", "4.2", "mmol/l", "g/dl"),
    *("2026", "follow", "up", "in", "two", "weeks", "dear", "colleague", "kind", "regards"),
]


def skin(dice: Dice) -> Image.Image:
    """A part of a body with creases, hairs and a spot or a wound, unevenly lit."""
    columns, rows = _size(dice)
    tone = np.array([[224, 172, 140], [198, 134, 100], [141, 85, 54], [240, 200, 175]][int(dice.integers(4))], float)
    whole = tone + _clouds(dice, rows, columns, 40, 12)[..., None] + _clouds(dice, rows, columns, 3, 9)[..., None]
    picture = Image.fromarray(_eight(whole * _light(dice, rows, columns)[..., None]))
    pen = ImageDraw.Draw(picture)
    for _ in range(int(dice.integers(25, 90))):
        x, y, length = (int(dice.integers(most)) for most in (columns, rows, 90))
        angle = dice.uniform(0, 3.14)
        end = (x + length * np.cos(angle), y + length * np.sin(angle))
        pen.line((x, y, *end), fill=_darker(tone, dice), width=int(dice.integers(1, 3)))
    for _ in range(int(dice.integers(1, 7))):
        x, y, r = (int(dice.integers(most)) for most in (columns, rows, 110))
        red = tuple(int(v) for v in tone * (0.8, 0.5, 0.5))
        pen.ellipse((x - r, y - r, x + r, y + r * dice.uniform(0.6, 1.4)), fill=red)
        for _ in range(int(dice.integers(5, 40))):
            u, v, s = dice.normal(x, r / 2), dice.normal(y, r / 2), dice.uniform(2, 8)
            pen.ellipse((u - s, v - s, u + s, v + s), fill=_darker(tone, dice))
    return _grain(picture, dice)


def thing(dice: Dice) -> Image.Image:
    """Something on a table: a box of pills, a bandage, a swollen foot in a shoe."""
    columns, rows = _size(dice)
    ground = dice.integers(60, 220, 3)
    whole = ground + _clouds(dice, rows, columns, 30, 15)[..., None]
    picture = Image.fromarray(_eight(whole * _light(dice, rows, columns)[..., None]))
    pen = ImageDraw.Draw(picture)
    for _ in range(int(dice.integers(4, 10))):
        x, y, w, h = (int(dice.integers(60, most)) for most in (columns, rows, 400, 300))
        fill = tuple(int(v) for v in dice.integers(20, 240, 3))
        draw_it = pen.rectangle if dice.random() < 0.5 else pen.ellipse
        draw_it((x, y, x + w, y + h), fill=fill, outline=(20, 20, 20), width=3)
        pen.text((x + 10, y + 10), " ".join(dice.choice(_WORDS, 3)), fill=(240, 240, 240), font=_font(28))
    return _grain(picture, dice)


def sheet(dice: Dice) -> Image.Image:
    """A letter or a table of results, photographed."""
    columns, rows = sorted(_size(dice))
    paper = tuple(int(v) for v in np.clip(dice.integers(205, 250) + dice.integers(-6, 6, 3), 0, 255))
    picture = Image.new("RGB", (columns, rows), paper)
    pen = ImageDraw.Draw(picture)
    size = int(dice.integers(18, 34))
    y = rows // 14
    pen.text((columns // 12, y), " ".join(dice.choice(_WORDS, 3)).upper(), fill=(10, 10, 10), font=_font(2 * size))
    y += 3 * size
    while y < rows - 2 * size:
        line = " ".join(dice.choice(_WORDS, max(3, columns // (6 * size))))
        pen.text((columns // 12, y), line, fill=(30, 30, 35), font=_font(size))
        y += round(size * dice.uniform(1.4, 2.2))
    turned = picture.rotate(float(dice.normal(0, 2)), fillcolor=(120, 110, 100), resample=Image.Resampling.BICUBIC)
    lit = np.asarray(turned, float) * _light(dice, rows, columns)[..., None]
    return _grain(Image.fromarray(_eight(lit)), dice)


_FILMS = (Kind.NORMAL, Kind.OPACITY_LEFT, Kind.OPACITY_RIGHT, Kind.PERIHILAR, Kind.EFFUSION_LEFT, Kind.LATERAL)


def film(dice: Dice) -> Image.Image:
    drawn = draw(_FILMS[int(dice.integers(len(_FILMS)))], int(dice.integers(1_000_000)))
    return Image.fromarray(np.asarray(drawn.film.grey, np.uint8)).convert("RGB")


CLEAN: dict[str, Callable[[Dice], Image.Image]] = {"photo": lambda dice: (skin if dice.random() < 0.6 else thing)(dice),
                                                    "document": sheet}  # fmt: skip


def clean(count: int, *, seed: int) -> Iterator[tuple[str, bytes]]:
    """Kind and file, in turn."""
    for number in range(count):
        dice = np.random.default_rng(seed + number)
        kind = ("photo", "document", "film")[number % 3]
        yield kind, as_file(film(dice) if kind == "film" else CLEAN[kind](dice), dice)


def spoiled(count: int, *, seed: int) -> Iterator[tuple[str, bytes]]:
    """What was done to it, and the file."""
    ways = list(SPOILING)
    for number in range(count):
        dice = np.random.default_rng(seed + number)
        kind = ("photo", "document", "film")[number % 3]
        way = ways[(number // 3) % len(ways)]
        picture = film(dice) if kind == "film" else CLEAN[kind](dice)
        yield way, as_file(SPOILING[way](picture, dice), dice)


def as_file(picture: Image.Image, dice: Dice) -> bytes:
    out = io.BytesIO()
    if dice.random() < 0.85:
        picture.save(out, "JPEG", quality=int(dice.integers(70, 95)))
    else:
        picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _out_of_focus(picture: Image.Image, dice: Dice) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(max(picture.size) * dice.uniform(0.007, 0.02)))


def _moved(picture: Image.Image, dice: Dice) -> Image.Image:
    """Along a line, as a hand moves while the shutter is open."""
    length, angle = max(picture.size) * dice.uniform(0.03, 0.06), dice.uniform(0, 3.14)
    steps = 24
    total = np.zeros((*picture.size[::-1], 3))
    for step in np.linspace(-0.5, 0.5, steps):
        shift = (1, 0, step * length * np.cos(angle), 0, 1, step * length * np.sin(angle))
        moved = picture.transform(picture.size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR)
        total += np.asarray(moved, float)
    return Image.fromarray(_eight(total / steps))


def _dark(picture: Image.Image, dice: Dice) -> Image.Image:
    return _grain(Image.fromarray(_eight(np.asarray(picture, float) * dice.uniform(0.04, 0.22))), dice)


def _flash(picture: Image.Image, dice: Dice) -> Image.Image:
    return Image.fromarray(_eight(np.asarray(picture, float) * dice.uniform(1.4, 2.2) + dice.uniform(120, 180)))


def _preview(picture: Image.Image, dice: Dice) -> Image.Image:
    side = int(dice.integers(90, 360))
    return picture.resize((side, max(60, side * picture.size[1] // picture.size[0])))


def _finger(picture: Image.Image, dice: Dice) -> Image.Image:
    blurred = picture.filter(ImageFilter.GaussianBlur(max(picture.size) / 6))
    tone = Image.new("RGB", picture.size, tuple(int(v) for v in dice.integers(20, 120, 3)))
    return _grain(Image.blend(blurred, tone, 0.9), dice)


def _fog(picture: Image.Image, dice: Dice) -> Image.Image:
    veil = Image.new("RGB", picture.size, (int(dice.integers(150, 220)),) * 3)
    soft = picture.filter(ImageFilter.GaussianBlur(max(picture.size) * dice.uniform(0.004, 0.01)))
    return Image.blend(soft, veil, dice.uniform(0.9, 0.96))


SPOILING: dict[str, Callable[[Image.Image, Dice], Image.Image]] = {
    "out_of_focus": _out_of_focus, "moved": _moved, "dark": _dark, "flash": _flash, "preview": _preview,
    "finger": _finger, "fog": _fog,
}  # fmt: skip


def _size(dice: Dice) -> tuple[int, int]:
    return int(dice.integers(900, 1900)), int(dice.integers(900, 1900))


def _clouds(dice: Dice, rows: int, columns: int, coarse: int, much: float) -> NDArray[np.float64]:
    small = dice.standard_normal((max(rows // coarse, 2), max(columns // coarse, 2))).astype(np.float32)
    large = Image.fromarray(small).resize((columns, rows), Image.Resampling.BICUBIC)
    return much * np.asarray(large, float)


def _light(dice: Dice, rows: int, columns: int) -> NDArray[np.float64]:
    across = np.linspace(dice.uniform(0.7, 1), dice.uniform(0.7, 1), columns)
    return across[None, :] * np.linspace(dice.uniform(0.75, 1), dice.uniform(0.75, 1), rows)[:, None]


def _grain(picture: Image.Image, dice: Dice) -> Image.Image:
    much = dice.uniform(0.5, 5)
    return Image.fromarray(_eight(np.asarray(picture, float) + much * dice.standard_normal((*picture.size[::-1], 3))))


def _darker(tone: NDArray[np.float64], dice: Dice) -> tuple[int, ...]:
    return tuple(int(v) for v in tone * dice.uniform(0.3, 0.6))


def _eight(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.clip(values, 0, 255).astype(np.uint8)


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)
