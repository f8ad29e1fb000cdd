import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from PIL import Image

from radiology.inference import map_checks, map_pictures, maps
from radiology.inference.engine import ChestPair
from radiology.inference.findings import BACTERIAL_AT, BACTERIAL_PNEUMONIA, FINDINGS
from radiology.inference.maps import FilmMap
from tests.unit.radiology.drawn import drawn_frame, small_pair

PLACE = (slice(120, 168), slice(40, 96))  # rows, columns of a frame


class Spotting(ChestPair):
    """Knows one place of the film, and nothing else: bright there is bacterial."""

    def sure(self, squares):
        bright = squares[:, 0, PLACE[0], PLACE[1]].mean(dim=(1, 2)).numpy().clip(0.01, 0.99)
        told = np.zeros((len(squares), len(FINDINGS)))
        told[:, BACTERIAL_AT] = bright
        told[:, 0] = 1 - bright
        return told


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        yield small_pair(tmp_path_factory.mktemp("engine"), patch)


@pytest.fixture(scope="module")
def spotting(pair):
    return Spotting(**vars(pair))


@pytest.fixture
def film():
    frame = np.full((224, 224), 60, dtype=np.uint8)
    frame[PLACE] = 220
    frame[:20] = 10
    return frame


def _reading(pair, film, grid):
    return replace(pair.read([film])[0], prediction=BACTERIAL_PNEUMONIA, map=FilmMap(grid))


def _grid_at_place():
    grid = np.zeros((7, 7), dtype=np.float32)
    grid[4, 1:3] = 1.0
    return grid


def test_a_map_that_points_to_what_the_answer_rests_on_passes(pair, spotting, film, monkeypatch):
    monkeypatch.setattr(map_checks, "_of_chance", lambda *_: FilmMap(_grid_at_place()[::-1, ::-1].copy()))
    found = map_checks.check(spotting, film, _reading(pair, film, _grid_at_place()))
    assert found.is_explanation
    assert found.beaten == map_checks.RANDOM_MAPS
    assert found.p == pytest.approx(1 / 21)
    assert found.passes == 84


def test_a_map_that_points_elsewhere_is_no_explanation(pair, spotting, film):
    found = map_checks.check(spotting, film, _reading(pair, film, _grid_at_place()[::-1, ::-1].copy()))
    assert found.reason == map_checks.CHANCE
    assert found.p > 1 / 21


def test_a_map_that_nets_without_learning_give_too_is_no_explanation(pair, spotting, film, monkeypatch):
    grid = _grid_at_place()
    monkeypatch.setattr(map_checks, "_of_chance", lambda *_: FilmMap(grid))
    found = map_checks.check(spotting, film, _reading(pair, film, grid))
    assert found.reason == map_checks.UNLEARNED
    assert found.correlation == pytest.approx(1.0)


def test_an_empty_map_is_no_explanation(pair, spotting, film):
    found = map_checks.check(spotting, film, _reading(pair, film, np.zeros((4, 4), dtype=np.float32)))
    assert found.reason == map_checks.EMPTY


def test_the_same_check_comes_out_the_same_again(pair):
    frame = drawn_frame(1, 3)
    reading = pair.read([frame])[0]
    first, again = (map_checks.check(pair, frame, reading, seed=3) for _ in range(2))
    assert first == again


def test_the_share_off_the_lungs_is_told_where_they_are_known(pair, spotting, film):
    lungs = np.zeros((224, 224), dtype=bool)
    lungs[:, :70] = True
    found = map_checks.check(spotting, film, _reading(pair, film, _grid_at_place()), lungs=lungs)
    assert found.off_lung == pytest.approx(maps.share_outside(_grid_at_place(), lungs))
    assert 0.2 < (found.off_lung or 0) < 0.8


def test_each_members_map_counts_with_its_share():
    first, second = np.zeros((2, 2), np.float32), np.zeros((4, 4), np.float32)
    first[0, 0], second[3, 3] = 7.0, 0.001
    together = maps.mixed({"a": first, "b": second}, {"a": 0.4, "b": 0.6})
    assert together.values.shape == (4, 4)
    assert together.values[3, 3] == 1.0
    assert together.values[0, 0] == pytest.approx(0.4 / 0.6)
    assert together.members["a"].max() == 1.0


def test_a_picture_of_a_map_is_clear_where_the_map_says_nothing():
    grid = np.zeros((4, 4), np.float32)
    grid[0, 0] = 1.0
    picture = np.asarray(Image.open(io.BytesIO(map_pictures.overlay_png(grid, 100, 80))))
    assert picture.shape == (100, 80, 4)
    assert picture[99, 79, 3] == 0
    assert picture[0, 0, 3] > 150


def test_a_stronger_place_is_lighter_too():
    steps = np.linspace(0, 1, 30, dtype=np.float32)[None]
    lights = [np.dot(pixel[:3], (0.299, 0.587, 0.114)) for pixel in map_pictures._coloured(steps)[0]]
    assert all(later > earlier for earlier, later in pairwise(lights))


def test_a_map_over_its_film_is_an_opaque_picture():
    film = drawn_frame(0, 1)
    with Image.open(io.BytesIO(map_pictures.over_film(film, _grid_at_place()))) as picture:
        assert (picture.mode, picture.size) == ("RGB", (224, 224))
