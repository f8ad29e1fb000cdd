"""How a member looks at a film: as it is, and where measurement shows a gain, in other ways too (the mean counts).

Which views an engine uses stands in its manifest; the first is the one its map is of.
"""

from collections.abc import Callable, Mapping
from typing import Any

AS_IS = "as_is"
_NEARER = 0.92  # of each side


def _as_is(films: Any) -> Any:
    return films


def _mirrored(films: Any) -> Any:
    return films.flip(-1)


def _nearer(films: Any) -> Any:
    side = films.shape[-1]
    margin = round(side * (1 - _NEARER) / 2)
    return films[..., margin : side - margin, margin : side - margin]


VIEWS: Mapping[str, Callable[[Any], Any]] = {AS_IS: _as_is, "mirrored": _mirrored, "nearer": _nearer}
