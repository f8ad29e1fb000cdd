"""From which to which grey a film is shown, and what else a viewer must know before it has the pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiology.inference.film import Film

LOWEST, HIGHEST = 1, 99.5  # percent of the pixels, where the file names no window


def span(film: Film) -> tuple[float, float]:
    """The window the file names, else all but the extremes."""
    if film.window:
        centre, width = film.window
        return centre - width / 2, centre + max(width, 1.0) / 2
    low, high = np.percentile(film.grey, (LOWEST, HIGHEST))
    return float(low), float(max(high, low + 1))


def shades(film: Film) -> NDArray[np.uint8]:
    """What an eye is shown of it."""
    low, high = span(film)
    grey = film.grey.astype(np.float64)
    return (np.clip((grey - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def frame_facts(film: Film) -> dict[str, Any]:
    """Worked out when a film is opened, so that whoever looks at it has it decoded once, for its pixels."""
    low, high = span(film)
    spacing = film.header.pixel_spacing_mm
    return {
        "window": {"center": (low + high) / 2, "width": high - low},
        "lowest": int(film.grey.min()), "highest": int(film.grey.max()), "spacing": list(spacing) if spacing else None,
    }  # fmt: skip
