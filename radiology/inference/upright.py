"""A film as a person said it stands: turned by quarters, dark and bright turned round."""

from dataclasses import replace

import numpy as np

from radiology.inference.film import Film


def upright(film: Film, quarter_turns: int, *, is_inverted: bool) -> Film:
    """`quarter_turns` clockwise."""
    turned = film if quarter_turns % 4 == 0 else _turned(film, quarter_turns % 4)
    return _inverted(turned) if is_inverted else turned


def _turned(film: Film, quarter_turns: int) -> Film:
    spacing = film.header.pixel_spacing_mm
    header = replace(film.header, pixel_spacing_mm=spacing[::-1] if spacing and quarter_turns % 2 else spacing)
    return replace(film, grey=np.ascontiguousarray(np.rot90(film.grey, -quarter_turns)), header=header)


def _inverted(film: Film) -> Film:
    brightest = (1 << film.bits) - 1
    window = (brightest - film.window[0], film.window[1]) if film.window else None
    return replace(film, grey=(brightest - film.grey.astype(np.int64)).astype(film.grey.dtype), window=window)


def box_in_file(left: float, top: float, width: float, height: float, quarter_turns: int) -> dict[str, float]:
    """Where a box on the upright film lies in the file as it came: evidence points into files."""
    for _ in range(quarter_turns % 4):
        left, top, width, height = top, 1 - left - width, height, width
    return {"left": left, "top": top, "width": width, "height": height}
