import numpy as np
import pytest

pytest.importorskip("torch")

from clinic.doubt import ece
from radiology.training import calibrating, measuring
from radiology.training.films import Films


def _films(labels, patients=None):
    labels = np.asarray(labels)
    names = np.array([f"p{number}" for number in range(len(labels))]) if patients is None else patients
    return Films(np.zeros((len(labels), 1, 1), dtype=np.uint8), labels, names, np.zeros(len(labels), dtype=int))


def _noisy(labels, sharpness, seed):
    scores = np.random.default_rng(seed).normal(size=(len(labels), 3))
    scores[np.arange(len(labels)), labels] += sharpness
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


def test_figures_of_answers_counted_by_hand():
    films = _films([0, 0, 1, 1, 2, 2])
    told = np.array([
        [0.8, 0.1, 0.1],
        [0.3, 0.6, 0.1],  # a healthy child called ill
        [0.1, 0.7, 0.2],
        [0.1, 0.2, 0.7],  # bacterial called viral
        [0.1, 0.2, 0.7],
        [0.9, 0.0, 0.1],  # an ill child called healthy
    ])  # fmt: skip
    found = measuring.figures(told, films)
    assert found["pneumonia accuracy"].value == pytest.approx(4 / 6)
    assert found["pneumonia sensitivity"].value == pytest.approx(3 / 4)
    assert found["pneumonia specificity"].value == pytest.approx(1 / 2)
    assert found["pneumonia AUC"].value == pytest.approx(6 / 8)
    assert found["accuracy of three"].value == pytest.approx(3 / 6)
    assert found["bacterial-viral AUC"].value == pytest.approx(3.5 / 4)
    assert found["bacterial-viral balanced accuracy"].value == pytest.approx(3 / 4)
    assert found["bacterial-viral AUC"].n == 4
    assert measuring.confusion(told, films)["VIRAL_PNEUMONIA"] == {
        "NORMAL": 1, "BACTERIAL_PNEUMONIA": 0, "VIRAL_PNEUMONIA": 1,
    }  # fmt: skip


def test_films_of_one_patient_that_are_right_or_wrong_together_make_a_wide_interval():
    labels, patients = np.ones(120, dtype=int), np.repeat(list("abcdef"), 20)
    called_ill = np.isin(patients, ["a", "b", "c", "d"])
    told = np.where(called_ill[:, None], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1])
    labels[::20], labels[1::20] = 0, 2  # every patient has a film of each kind, so that every figure is defined
    apart = measuring.figures(told, _films(labels))["pneumonia sensitivity"]
    together = measuring.figures(told, _films(labels, patients))["pneumonia sensitivity"]
    assert apart.value == together.value
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_overconfident_answers_are_calibrated_and_their_sets_hold_the_truth():
    labels = np.random.default_rng(0).integers(0, 3, 3000)
    honest = _noisy(labels, 1.5, seed=1)
    overconfident = honest**4 / (honest**4).sum(axis=1, keepdims=True)
    learn, look = np.arange(3000) < 2000, np.arange(3000) >= 2000
    doubt = calibrating.fit(overconfident[learn], _films(labels[learn]))
    sure = doubt.calibrator.apply(np.log(overconfident[look].clip(1e-12)))
    errors = [ece.top_label(told, labels[look]).value for told in (sure, overconfident[look])]
    assert errors[0] < 0.03 < errors[1]
    covered = measuring.set_figures(doubt.sets.sets(sure), _films(labels[look]))
    assert 0.87 <= covered["coverage of 90 % sets"].value <= 0.93
    assert 1.0 <= covered["mean size of 90 % sets"].value < 3.0


def test_no_patient_teaches_both_calibrator_and_sets():
    patients = np.repeat([f"p{number}" for number in range(40)], 5)
    films = _films(np.tile([0, 1, 2, 1], 50), patients=patients)
    first = calibrating._first_half(films, seed=0)
    assert set(patients[first]).isdisjoint(patients[~first])
    assert len(set(patients[first])) == 20


def test_the_better_member_gets_the_larger_share():
    labels = np.tile([0, 1, 2], 300)
    sharp, dull = _noisy(labels, 3.0, seed=2), _noisy(labels, 0.3, seed=3)
    assert calibrating.best_share(sharp, dull, _films(labels)) > 0.6
    assert calibrating.best_share(dull, sharp, _films(labels)) < 0.4
