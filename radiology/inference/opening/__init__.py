"""Uploaded bytes become a `Film`, or an `Unreadable` with a stable code.

`open_bounded` is for bytes that somebody sent; `open_film` does the same in this process, for what we made ourselves.
"""

from radiology.inference.framing import frame_of
from radiology.inference.opening.bounded import MACHINE_CODES, open_bounded
from radiology.inference.opening.deciding import open_film

__all__ = ["MACHINE_CODES", "frame_of", "open_bounded", "open_film"]
