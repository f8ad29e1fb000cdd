"""A film put upright, and where a box on it lies in the file as it came."""

import numpy as np
import pytest

from radiology.inference.film import Film, Header
from radiology.inference.regions import hottest
from radiology.inference.upright import box_in_file, upright


def film(grey, *, bits: int = 8, **more) -> Film:
    return Film(np.asarray(grey, dtype=np.uint16), bits, Header("png", **more))


@pytest.mark.parametrize(
    ("turns", "expected"),
    [(0, [[1, 2], [3, 4]]), (1, [[3, 1], [4, 2]]), (2, [[4, 3], [2, 1]]), (3, [[2, 4], [1, 3]])],
)
def test_film_when_turned_then_by_quarters_clockwise(turns, expected):
    assert upright(film([[1, 2], [3, 4]]), turns, is_inverted=False).grey.tolist() == expected


def test_film_when_turned_on_its_side_then_its_spacing_turns_with_it():
    turned = upright(film([[1, 2]], pixel_spacing_mm=(0.1, 0.2)), 1, is_inverted=False)

    assert turned.header.pixel_spacing_mm == (0.2, 0.1) and turned.shape == (2, 1)


def test_film_when_inverted_then_dark_is_bright_and_the_window_follows():
    original = Film(np.array([[0, 100]], dtype=np.uint16), 12, Header("dicom"), window=(1000.0, 200.0))

    inverted = upright(original, 0, is_inverted=True)

    assert inverted.grey.tolist() == [[4095, 3995]] and inverted.window == (3095.0, 200.0)
    assert upright(inverted, 0, is_inverted=True).grey.tolist() == original.grey.tolist()


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_box_on_the_upright_film_points_at_the_same_pixels_of_the_file(turns):
    grey = np.zeros((40, 80), dtype=np.uint16)
    grey[4:8, 60:72] = 1
    stands = upright(film(grey), turns, is_inverted=False).grey
    (top, left), (bottom, right) = np.argwhere(stands).min(axis=0), np.argwhere(stands).max(axis=0) + 1
    rows, columns = stands.shape

    box = box_in_file(left / columns, top / rows, (right - left) / columns, (bottom - top) / rows, turns)

    assert box == pytest.approx({"left": 60 / 80, "top": 4 / 40, "width": 12 / 80, "height": 4 / 40})


def test_hottest_part_of_a_map_is_boxed_with_its_share():
    values = np.array([[0.0, 0.1, 0.0], [0.0, 1.0, 0.6], [0.0, 0.3, 0.0]], dtype=np.float32)

    found = hottest(values)

    assert (found.left, found.top) == pytest.approx((1 / 3, 1 / 3))
    assert (found.width, found.height) == pytest.approx((2 / 3, 1 / 3))
    assert found.share == pytest.approx(0.8)
