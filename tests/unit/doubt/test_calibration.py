import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from clinic.doubt import calibration, ece
from clinic.doubt.calibration import Calibrator, Method, fit, fit_best, softmax
from clinic.doubt.checked import Unfit


def engine(n: int, classes: int = 4, seed: int = 0, heat: float = 2.5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores of an engine that is too sure of itself, labels drawn from the true probabilities, and these."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (n, classes))
    true = softmax(logits)
    labels = (true.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1)
    return logits * heat, labels, true


def test_the_temperature_is_found() -> None:
    scores, labels, _ = engine(4000, heat=2.5)
    made = fit(scores, labels, Method.TEMPERATURE)
    assert 1 / made.scale[0] == pytest.approx(2.5, rel=0.08)
    assert made.shift == (0,) * 4


def test_a_yes_no_temperature_is_a_logistic_regression_without_intercept() -> None:
    scores, labels, _ = engine(1500, classes=2)
    yes = scores[:, 1] - scores[:, 0]
    other = LogisticRegression(C=1e9, fit_intercept=False, tol=1e-9).fit(yes[:, None], labels)
    made = fit(yes, labels, Method.TEMPERATURE)
    assert made.apply(yes)[:, 1] == pytest.approx(other.predict_proba(yes[:, None])[:, 1], abs=1e-4)


def test_the_method_is_chosen_by_what_is_wrong() -> None:
    scores, labels, _ = engine(3000)
    assert fit_best(scores, labels).method is Method.TEMPERATURE
    tilted = scores + np.array([0, 3, 0, -3])
    assert fit_best(tilted, labels).method is Method.VECTOR
    scores, labels, _ = engine(3000, classes=2)
    yes = scores[:, 1] - scores[:, 0]
    assert fit_best(yes**3, labels).method is Method.ISOTONIC


@pytest.mark.parametrize("method", list(Method))
def test_a_calibrator_survives_storage_bit_for_bit(method: Method) -> None:
    scores, labels, _ = engine(600)
    made = fit(scores, labels, method)
    again = Calibrator.from_json(json.loads(json.dumps(made.as_json())))
    assert again == made
    assert (again.apply(scores) == made.apply(scores)).all()
    assert made.apply(scores).sum(axis=1) == pytest.approx(1)


def test_calibration_brings_the_error_down() -> None:
    scores, labels, _ = engine(4000)
    made = fit_best(scores[:2000], labels[:2000])
    before = ece.top_label(softmax(scores[2000:]), labels[2000:])
    after = ece.top_label(made.apply(scores[2000:]), labels[2000:])
    assert before.value > 0.1
    assert after.value <= 0.05
    assert after.low <= after.value <= after.high


def test_isotonic_never_says_never() -> None:
    scores = np.linspace(-5, 5, 200)
    made = fit(scores, (scores > 0).astype(int), Method.ISOTONIC)
    given = made.apply(np.array([-100.0, 100.0]))
    assert 0 < given.min() < given.max() < 1


def test_equal_confidences_share_a_bin() -> None:
    dots = ece.reliability([0.5] * 60 + [0.9] * 40, [True, False] * 50)
    assert [(dot.n, round(dot.confidence, 9)) for dot in dots] == [(60, 0.5), (40, 0.9)]


def test_the_error_of_known_confidences() -> None:
    """1,000 answers at 90 % of which 60 % are right: off by 30 points."""
    figure = ece.calibration_error([0.9] * 1000, [True] * 600 + [False] * 400)
    assert figure.value == pytest.approx(0.3, abs=1e-9)
    assert figure.low < 0.3 < figure.high and figure.n == 1000


def test_what_cannot_be_calibrated_is_refused() -> None:
    scores, labels, _ = engine(50)
    with pytest.raises(Unfit, match="finite"):
        fit(np.full((50, 4), np.nan), labels, Method.TEMPERATURE)
    with pytest.raises(Unfit, match="outside 0 to 3"):
        fit(scores, labels + 4, Method.TEMPERATURE)
    with pytest.raises(Unfit, match="only one class"):
        fit(scores, np.zeros(50, dtype=int), Method.VECTOR)
    with pytest.raises(Unfit, match="too few"):
        fit_best(scores[:8], labels[:8])
    with pytest.raises(Unfit, match="4 classes expected"):
        fit(scores, labels, Method.TEMPERATURE).apply(scores[:, :3])
    with pytest.raises(Unfit, match="nothing given"):
        calibration.as_logits(np.empty((0, 3)))
    with pytest.raises(Unfit, match="does not sum to 1"):
        ece.top_label([[0.5, 0.6]], [0])
    with pytest.raises(Unfit, match="outside 0 to 1"):
        ece.calibration_error([1.2], [True])
    with pytest.raises(Unfit, match="number of classes"):
        Calibrator.from_json(fit(scores, labels, Method.VECTOR).as_json() | {"classes": 5})
