import numpy as np
import pytest

pytest.importorskip("torch")

from radiology.training.films import SharedPatient, load, refuse_shared_patients
from radiology.training.learning import Split
from tests.unit.radiology.drawn import drawn_films, write_archive


def test_what_was_stored_is_what_is_read(tmp_path):
    films = drawn_films(15)
    read = load(*write_archive(tmp_path, films))
    assert np.array_equal(read.frames, films.frames)
    assert np.array_equal(read.labels, films.labels)
    assert np.array_equal(read.patients, films.patients)
    assert np.array_equal(read.folds, films.folds)


def test_a_split_uses_every_film_once():
    films = drawn_films(60)
    split = Split.of(films, calibration_fold=3, measuring_fold=4)
    assert len(split.learned) + len(split.calibrated) + len(split.measured) == len(films)
    assert set(split.calibrated.folds) == {3}
    assert set(split.measured.folds) == {4}
    assert set(split.learned.folds) == {0, 1, 2}


def test_a_patient_in_two_folds_stops_the_training():
    films = drawn_films(60)
    films.patients[films.folds == 4] = films.patients[0]
    with pytest.raises(SharedPatient):
        Split.of(films, calibration_fold=3, measuring_fold=4)


def test_several_films_of_a_patient_in_one_part_are_welcome():
    films = drawn_films(60)
    films.patients[films.folds == 4] = "one child"
    refuse_shared_patients(films.of_folds([0]), films.of_folds([4]))
