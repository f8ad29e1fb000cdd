"""Pictures that are no chest films, as grey squares: scenes, pages, screens, charts, noise, other parts of the body.

The bench draws its own in another way, so that it does not ask for what was learned by heart.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter, map_coordinates

Square = NDArray[np.uint8]
Dice = np.random.Generator
SIDE = 128


def other(dice: Dice) -> Square:
    return _OTHERS[int(dice.integers(len(_OTHERS)))](dice)


def spoiled(film: Square, dice: Dice) -> Square:
    """Grain and brightness of a film without its anatomy: what these alone show is not enough."""
    return _SPOILERS[int(dice.integers(len(_SPOILERS)))](film, dice)


def screenshot(film: Square | None, dice: Dice) -> Square:
    """A program's window; with a film in it where one is given."""
    dark = bool(dice.random() < 0.6)
    ground, front = _ground(dark, dice)
    picture = Image.new("L", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(picture)
    bar, side, foot = int(dice.integers(5, 16)), int(dice.integers(0, 40)), int(dice.integers(0, 12))
    pen.rectangle((0, 0, SIDE, bar), fill=_shade(ground, dice))
    _words(pen, (2, 2, SIDE - 2, bar), front, dice)
    left = side if dice.random() < 0.7 else 0
    right = SIDE - (0 if left else side)
    if film is None:
        _panes(pen, (left, bar, right, SIDE - foot), ground, front, dice)
    else:
        _pasted(picture, film, (left, bar, right, SIDE - foot), dice)
    pen.rectangle((0, bar, left, SIDE) if left else (right, bar, SIDE, SIDE), fill=_shade(ground, dice))
    _words(pen, (2, bar + 3, left, SIDE) if left else (right + 2, bar + 3, SIDE, SIDE), front, dice)
    if foot:
        pen.rectangle((0, SIDE - foot, SIDE, SIDE), fill=_shade(ground, dice))
    return np.asarray(picture, dtype=np.uint8)


def _pasted(picture: Image.Image, film: Square, box: tuple[int, int, int, int], dice: Dice) -> None:
    left, top, right, bottom = box
    wide, high = (max(30, int(side * dice.uniform(0.6, 1.0))) for side in (right - left, bottom - top))
    x, y = left + max(0, right - left - wide) // 2, top + max(0, bottom - top - high) // 2
    picture.paste(Image.fromarray(film).resize((wide, high)), (x, y))
    if wide > 60 and dice.random() < 0.4:
        picture.paste(Image.fromarray(film[:, ::-1]).resize((wide // 2, high)), (x, y))


def _panes(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], ground: int, front: int, dice: Dice) -> None:
    for _ in range(int(dice.integers(2, 7))):
        inside = _box(dice, box)
        pen.rectangle(inside, fill=_shade(ground, dice), outline=_shade(front, dice))
        _words(pen, inside, front, dice)


def _noise(dice: Dice) -> Square:
    grain = dice.standard_normal((SIDE, SIDE))
    if dice.random() < 0.5:
        grain = gaussian_filter(grain, float(dice.uniform(0.5, 4)))
    return _levels(grain * float(dice.uniform(0.3, 1)))


def _plain(dice: Dice) -> Square:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    angle, bend = dice.uniform(0, 2 * np.pi), dice.uniform(0.3, 3)
    slope = (np.cos(angle) * x + np.sin(angle) * y + 2) ** bend
    return _levels(slope + 0.05 * dice.random() * dice.standard_normal((SIDE, SIDE)))


def _waves(dice: Dice) -> Square:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    waves = sum(
        np.sin(2 * np.pi * (dice.uniform(-12, 12) * x + dice.uniform(-12, 12) * y) + dice.uniform(0, 6))
        for _ in range(int(dice.integers(1, 5)))
    )
    return _levels(np.sign(waves) if dice.random() < 0.4 else waves)


def _rough(dice: Dice, steepness: float | None = None) -> NDArray:
    """Noise as rough as clouds, bark or fur are."""
    across, down = np.fft.fftfreq(SIDE), np.fft.fftfreq(SIDE)
    radius = np.hypot(across[None, :] * dice.uniform(0.5, 2), down[:, None]) + 1 / SIDE
    spectrum = np.fft.fft2(dice.standard_normal((SIDE, SIDE))) / radius ** (steepness or dice.uniform(0.7, 2.2))
    rough = np.real(np.fft.ifft2(spectrum))
    return np.asarray((rough - rough.mean()) / rough.std())


def _texture(dice: Dice) -> Square:
    return _levels(_rough(dice))


def _leaves(dice: Dice) -> Square:
    """Things that cover each other, small ones more often than large ones: edges as photographs have them."""
    picture = _rough(dice, 1.6) * 20 + 128
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
    fewest = int(dice.integers(8, 120))
    for _ in range(fewest):
        size = min(5 / dice.random() ** 0.6, SIDE / 1.6)
        turn, ratio, power = dice.uniform(0, np.pi), dice.uniform(0.3, 1), dice.choice([1.0, 2.0, 2.0, 6.0])
        dx, dy = x - dice.uniform(0, SIDE), y - dice.uniform(0, SIDE)
        u, v = (dx * np.cos(turn) + dy * np.sin(turn)) / size, (dy * np.cos(turn) - dx * np.sin(turn)) / (size * ratio)
        inside = np.abs(u) ** power + np.abs(v) ** power < 1
        shade = dice.uniform(0, 255) + dice.uniform(-60, 60) * u + dice.uniform(-60, 60) * v
        picture = np.where(inside, shade, picture)
    return _eight(gaussian_filter(picture + dice.normal(0, 4, picture.shape), dice.uniform(0.3, 1.5)))


def _landscape(dice: Dice) -> Square:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    picture = 200 - 120 * y * dice.uniform(0, 1) + 15 * _rough(dice, 2)
    for depth in range(int(dice.integers(1, 4))):
        horizon = dice.uniform(0.3, 0.8) + 0.12 * gaussian_filter(dice.standard_normal(SIDE), dice.uniform(2, 16)) * 4
        ground = dice.uniform(20, 200) + 14 * _rough(dice, dice.uniform(0.8, 1.8))
        picture = np.where(y > horizon[None, :] + 0.05 * depth, ground, picture)
    if dice.random() < 0.4:
        picture = np.where(np.hypot(x - dice.random(), y - dice.random() / 2) < dice.uniform(0.03, 0.12), 250, picture)
    return _eight(picture)


def _street(dice: Dice) -> Square:
    picture = Image.new("L", (SIDE, SIDE), int(dice.integers(120, 240)))
    pen = ImageDraw.Draw(picture)
    for _ in range(int(dice.integers(2, 9))):
        left, top = int(dice.integers(-20, SIDE)), int(dice.integers(0, 90))
        wide, shade = int(dice.integers(12, 60)), int(dice.integers(20, 230))
        pen.rectangle((left, top, left + wide, SIDE), fill=shade)
        step = int(dice.integers(5, 12))
        for x in range(left + 2, left + wide - 2, step):
            for y in range(top + 3, SIDE, step):
                pen.rectangle((x, y, x + step // 2, y + step // 2), fill=_shade(shade, dice))
    return _photographed(picture, dice)


def _face(dice: Dice) -> Square:
    """Something symmetrical that stands upright in the middle, as lungs do."""
    picture = Image.new("L", (SIDE, SIDE), int(dice.integers(0, 255)))
    pen = ImageDraw.Draw(picture)
    skin, hair = int(dice.integers(60, 230)), int(dice.integers(0, 255))
    x, y, wide, high = SIDE // 2 + int(dice.normal(0, 8)), 58, int(dice.integers(20, 38)), int(dice.integers(30, 48))
    pen.ellipse((x - 2 * wide, 95, x + 2 * wide, 220), fill=int(dice.integers(0, 255)))
    pen.ellipse((x - wide - 6, y - high - 8, x + wide + 6, y + high - 10), fill=hair)
    pen.ellipse((x - wide, y - high, x + wide, y + high), fill=skin)
    for side in (-1, 1):
        eye = x + side * wide // 2
        pen.ellipse((eye - 6, y - 12, eye + 6, y - 4), fill=_shade(skin, dice))
        pen.ellipse((eye - 2, y - 10, eye + 2, y - 6), fill=20)
    pen.arc((x - 12, y + 8, x + 12, y + 26), 20, 160, fill=40, width=3)
    return _photographed(picture, dice)


def _things(dice: Dice) -> Square:
    picture = Image.new("L", (SIDE, SIDE), int(dice.integers(0, 255)))
    pen = ImageDraw.Draw(picture)
    for _ in range(int(dice.integers(1, 12))):
        draw = (pen.ellipse, pen.rectangle, pen.rounded_rectangle)[int(dice.integers(3))]
        draw(_box(dice, (0, 0, SIDE, SIDE)), fill=int(dice.integers(0, 255)), outline=int(dice.integers(0, 255)))
    for _ in range(int(dice.integers(0, 6))):
        pen.line(dice.integers(0, SIDE, 4).tolist(), fill=int(dice.integers(0, 255)), width=int(dice.integers(1, 8)))
    return _photographed(picture, dice)


def _pair(dice: Dice) -> Square:
    """Two of a kind beside each other, as windows, wheels and eyes are."""
    picture = Image.new("L", (SIDE, SIDE), int(dice.integers(0, 255)))
    pen = ImageDraw.Draw(picture)
    draw = (pen.ellipse, pen.rectangle, pen.rounded_rectangle)[int(dice.integers(3))]
    wide, high, apart = int(dice.integers(8, 28)), int(dice.integers(10, 50)), int(dice.integers(4, 24))
    shade, middle = int(dice.integers(0, 255)), 64 + int(dice.normal(0, 8))
    for side in (-1, 1):
        x = middle + side * (apart + wide)
        draw((x - wide, 64 - high, x + wide, 64 + high), fill=shade, outline=_shade(shade, dice), width=3)
    return _photographed(picture, dice)


def _page(dice: Dice) -> Square:
    ground, front = _ground(bool(dice.random() < 0.25), dice)
    picture = Image.new("L", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(picture)
    margin = int(dice.integers(3, 20))
    columns = int(dice.integers(1, 4))
    wide = (SIDE - 2 * margin) // columns
    for column in range(columns):
        left = margin + column * wide
        _words(pen, (left, margin, left + wide - 4, SIDE - int(dice.integers(3, 70))), front, dice)
    if dice.random() < 0.4:
        pen.rectangle(_box(dice, (margin, margin, SIDE, SIDE)), fill=_shade(ground, dice), outline=front)
    if dice.random() < 0.3:
        _table(pen, front, dice)
    page = np.asarray(picture.rotate(float(dice.normal(0, 2)), fillcolor=ground), dtype=float)
    return _eight(page * (1 - dice.uniform(0, 0.4) * np.linspace(0, 1, SIDE)[None, :]))


def _chart(dice: Dice) -> Square:
    ground, front = _ground(bool(dice.random() < 0.3), dice)
    picture = Image.new("L", (SIDE, SIDE), ground)
    pen = ImageDraw.Draw(picture)
    pen.line((14, 8, 14, 112), fill=front, width=2)
    pen.line((14, 112, 122, 112), fill=front, width=2)
    if (sort := int(dice.integers(4))) == 0:
        for x in range(20, 116, 12):
            pen.rectangle((x, int(dice.integers(20, 105)), x + 8, 111), fill=_shade(front, dice))
    elif sort == 1:
        for _ in range(int(dice.integers(1, 4))):
            heights = 60 + np.cumsum(dice.normal(0, 6, 27))
            pen.line([(14 + 4 * at, float(high)) for at, high in enumerate(heights)], fill=_shade(front, dice), width=2)
    elif sort == 2:
        for x, y in dice.normal(64, 22, (80, 2)):
            pen.ellipse((x, y, x + 3, y + 3), fill=_shade(front, dice))
    else:
        turns = np.sort(dice.integers(0, 360, 5))
        for start, end in zip(turns, np.roll(turns, -1), strict=True):
            pen.pieslice((24, 20, 108, 104), int(start), int(end), fill=int(dice.integers(0, 255)))
    return np.asarray(picture, dtype=np.uint8)


def _slice_of_body(dice: Dice) -> Square:
    """As CT and MR cut a body: a bright rim, organs inside, nothing around."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE / 2) - 1
    wide, high = dice.uniform(0.5, 0.95), dice.uniform(0.45, 0.9)
    x, y = x + dice.normal(0, 0.08), y + dice.normal(0, 0.08)
    radius = np.hypot(x / wide, y / high) + 0.04 * gaussian_filter(dice.standard_normal(x.shape), 8) * 8
    picture = np.where(radius < 1, dice.uniform(50, 130), 0.0) + 10 * _rough(dice, 1.5) * (radius < 1)
    rim = dice.uniform(0.04, 0.14)
    picture = np.where(np.abs(radius - (1 - rim)) < rim / 2, dice.uniform(120, 255), picture)
    for _ in range(int(dice.integers(1, 9))):
        cx, cy, size = dice.uniform(-0.5, 0.5), dice.uniform(-0.5, 0.5), dice.uniform(0.06, 0.4)
        blob = np.hypot((x - cx) / size, (y - cy) / (size * dice.uniform(0.5, 1.4))) < 1
        picture = np.where(blob & (radius < 1 - rim), dice.uniform(0, 240), picture)
        if dice.random() < 0.5:
            picture = np.where(blob[:, ::-1] & (radius < 1 - rim), dice.uniform(0, 240), picture)
    return _eight(gaussian_filter(picture, 0.7) + dice.normal(0, dice.uniform(0, 12), picture.shape))


def _ultrasound(dice: Dice) -> Square:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    apex, reach, half = dice.uniform(-0.3, 0.12), dice.uniform(0.8, 1.2), dice.uniform(0.4, 0.9)
    distance, angle = np.hypot(x - 0.5, y - apex), np.arctan2(x - 0.5, y - apex)
    inside = (np.abs(angle) < half) & (distance < reach) & (distance > max(0.05, -apex))
    speckle = gaussian_filter(np.abs(dice.standard_normal((SIDE, SIDE))), (0.6, 1.3))
    tissue = np.exp(0.8 * _rough(dice, 1.7) / 2) * speckle * 110 * np.exp(-distance * dice.uniform(0, 1.5))
    return _eight(np.where(inside, tissue, dice.uniform(0, 12)))


def _bones(dice: Dice) -> Square:
    """Films of arms, legs, hands: bright tubes with knobs in a grey sleeve."""
    picture = Image.new("L", (SIDE, SIDE), int(dice.integers(0, 25)))
    pen = ImageDraw.Draw(picture)
    flesh, bone = int(dice.integers(40, 110)), int(dice.integers(140, 250))
    fingers = dice.random() < 0.4
    count = 5 if fingers else int(dice.integers(1, 4))
    for number in range(count):
        top = (20 + 22 * number + dice.normal(0, 3), dice.uniform(-10, 25)) if fingers else (dice.uniform(30, 98), -10)
        bottom = (55 + 5 * number, 95) if fingers else (dice.uniform(30, 98), 140)
        width = int(dice.integers(5, 9)) if fingers else int(dice.integers(9, 20))
        pen.line((*top, *bottom), fill=flesh, width=int(width * dice.uniform(2.2, 4)))
        pen.line((*top, *bottom), fill=bone, width=width)
        for joint in dice.uniform(0, 1, 3):
            x, y = (a + joint * (b - a) for a, b in zip(top, bottom, strict=True))
            pen.ellipse((x - width, y - width * 0.7, x + width, y + width * 0.7), fill=bone)
    soft = picture.filter(ImageFilter.GaussianBlur(float(dice.uniform(0.8, 2.5))))
    return _eight(np.asarray(soft, dtype=float) + 6 * _rough(dice, 1.2))


def _belly(dice: Dice) -> Square:
    """A film of spine and pelvis: a chest's neighbour, without lungs."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE / 2) - 1
    body = 1 / (1 + np.exp((np.hypot(x / dice.uniform(0.8, 1.1), y / 1.5) - 0.9) * 18))
    spine = np.exp(-((x / 0.11) ** 4)) * (1 + 0.2 * np.sin(y * 26))
    wings = sum(np.exp(-(((np.hypot((x - s * 0.42) / 0.38, (y - 0.55) / 0.4) - 0.8) / 0.22) ** 2)) for s in (-1, 1))
    gas = gaussian_filter(dice.standard_normal(x.shape), 7) * 7
    lit = body * (90 + 60 * spine + 50 * wings * dice.uniform(0.2, 1) - 35 * np.clip(gas, 0, 2))
    return _eight(lit + dice.normal(0, 5, x.shape))


def _skull(dice: Dice) -> Square:
    y, x = np.mgrid[0:SIDE, 0:SIDE] / (SIDE / 2) - 1
    radius = np.hypot(x / dice.uniform(0.6, 0.8), (y + 0.1) / dice.uniform(0.7, 0.9))
    lit = 90 * (radius < 1) + 120 * np.exp(-(((radius - 0.95) / 0.06) ** 2))
    for side in (-1, 1):
        lit -= 50 * np.exp(-((np.hypot(x - side * 0.26, y - 0.15) / 0.16) ** 4))
    lit += 70 * np.exp(-((np.hypot(x, (y - 0.6) * 1.6) / 0.3) ** 4))
    return _eight(gaussian_filter(lit, 1.5) + 8 * _rough(dice, 1.5))


def _shuffled(film: Square, dice: Dice) -> Square:
    parts = int(dice.choice([2, 3, 4, 6, 8]))
    side = SIDE // parts
    cut = film[: parts * side, : parts * side].reshape(parts, side, parts, side).swapaxes(1, 2).reshape(-1, side, side)
    order = dice.permutation(len(cut))
    turned = np.stack([np.rot90(cut[at], int(dice.integers(4))) for at in order])
    whole = turned.reshape(parts, parts, side, side).swapaxes(1, 2).reshape(parts * side, parts * side)
    return np.asarray(Image.fromarray(whole).resize((SIDE, SIDE)), dtype=np.uint8)


def _scrambled(film: Square, dice: Dice) -> Square:
    """Its frequencies, in other places."""
    spectrum = np.fft.fft2(film.astype(float))
    turned = np.abs(spectrum) * np.exp(1j * np.angle(np.fft.fft2(dice.standard_normal(film.shape))))
    return _levels(np.real(np.fft.ifft2(turned)))


def _close(film: Square, dice: Dice) -> Square:
    """So near that no organ can be told."""
    side = int(dice.integers(12, 28))
    top, left = (int(start) for start in dice.integers(0, SIDE - side, 2))
    part = Image.fromarray(film[top : top + side, left : left + side])
    return np.asarray(part.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=np.uint8)


def _bent(film: Square, dice: Dice) -> Square:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
    smooth = float(dice.uniform(5, 10))
    dx, dy = (gaussian_filter(dice.standard_normal((SIDE, SIDE)), smooth) for _ in range(2))
    strength = float(dice.uniform(18, 30))
    where = [y + strength * dy / dy.std(), x + strength * dx / dx.std()]
    return _eight(map_coordinates(film.astype(float), where, order=1, mode="reflect"))


def _tiled(film: Square, dice: Dice) -> Square:
    """Many films on one sheet are no film."""
    rows, columns = (int(count) for count in dice.integers(2, 5, 2))
    tile = np.asarray(Image.fromarray(film).resize((SIDE // columns + 1, SIDE // rows + 1)))
    return np.tile(tile, (rows, columns))[:SIDE, :SIDE]


def _on_a_page(film: Square, dice: Dice) -> Square:
    picture = Image.fromarray(_page(dice))
    side = int(dice.integers(30, 62))
    x, y = (int(start) for start in dice.integers(4, SIDE - side - 4, 2))
    picture.paste(Image.fromarray(film).resize((side, side)), (x, y))
    return np.asarray(picture, dtype=np.uint8)


def _table(pen: ImageDraw.ImageDraw, front: int, dice: Dice) -> None:
    left, top, right, bottom = _box(dice, (4, 4, SIDE, SIDE))
    for x in np.linspace(left, right, int(dice.integers(3, 7))):
        pen.line((float(x), top, float(x), bottom), fill=front)
    for y in np.linspace(top, bottom, int(dice.integers(3, 12))):
        pen.line((left, float(y), right, float(y)), fill=front)


def _words(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], front: int, dice: Dice) -> None:
    """At this size words are dashes."""
    left, top, right, bottom = box
    gap = int(dice.integers(3, 9))
    high = int(dice.integers(1, max(2, gap - 1)))
    for y in range(top, bottom - high, gap):
        x = left
        end = right - (int(dice.integers(0, max(1, (right - left) // 2 + 1))) if dice.random() < 0.4 else 0)
        while x < end:
            wide = int(dice.integers(2, 12))
            pen.rectangle((x, y, min(x + wide, end), y + high - 1), fill=_shade(front, dice))
            x += wide + 2


def _box(dice: Dice, within: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = within
    xs, ys = np.sort(dice.uniform(left, max(right, left + 2), 2)), np.sort(dice.uniform(top, max(bottom, top + 2), 2))
    return int(xs[0]), int(ys[0]), int(xs[1]) + 1, int(ys[1]) + 1


def _ground(dark: bool, dice: Dice) -> tuple[int, int]:
    low, high = int(dice.integers(0, 70)), int(dice.integers(185, 256))
    return (low, high) if dark else (high, low)


def _shade(level: int, dice: Dice) -> int:
    return int(np.clip(level + dice.normal(0, 25), 0, 255))


def _photographed(picture: Image.Image, dice: Dice) -> Square:
    soft = picture.filter(ImageFilter.GaussianBlur(float(dice.uniform(0.3, 2))))
    light = 1 - dice.uniform(0, 0.5) * np.linspace(0, 1, SIDE)[:, None]
    return _eight(np.asarray(soft, dtype=float) * light + dice.uniform(0, 14) * _rough(dice, 1.4))


def _levels(values: NDArray) -> Square:
    low, high = np.percentile(values, (0.5, 99.5))
    return _eight((values - low) / max(high - low, 1e-9) * 255)


def _eight(values: NDArray) -> Square:
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


_OTHERS: tuple[Callable[[Dice], Square], ...] = (
    _noise, _plain, _waves, _texture, _leaves, _leaves, _leaves, _landscape, _landscape, _street, _face, _face, _things,
    _things, _pair, _page, _page, _chart, _slice_of_body, _slice_of_body, _slice_of_body, _ultrasound, _bones, _bones,
    _belly, _skull,
)  # fmt: skip
_SPOILERS: tuple[Callable[[Square, Dice], Square], ...] = (
    _shuffled, _scrambled, _close, _close, _bent, _tiled, _on_a_page
)  # fmt: skip
