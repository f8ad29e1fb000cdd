"""What is not decoded at all, asked before a decoder gets a byte."""

from radiology.inference.film import Unreadable

MOST_PIXELS = 30_000_000  # the largest detectors make 28 million
MOST_INFLATED_BYTES = 72 * 1024 * 1024


def demand_size(rows: int, columns: int) -> None:
    if rows < 1 or columns < 1:
        raise Unreadable("broken", f"{rows} x {columns} pixels")
    if rows * columns > MOST_PIXELS:
        raise Unreadable("too_large", f"{rows} x {columns} pixels")
