"""From an engine's scores to probabilities that can be believed.

Scores are logits: any real numbers, one column a class (log-probabilities will do), or one number a row for a
yes-no question. Fitting needs scipy or scikit-learn, applying only numpy.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from clinic.doubt import checked
from clinic.doubt.checked import Floats, Ints, Json, Unfit

SMALLEST = 1e-12


class Method(StrEnum):
    """In the order of preference: fewer numbers to learn first."""

    TEMPERATURE = "temperature"
    VECTOR = "vector"
    ISOTONIC = "isotonic"


@dataclass(frozen=True)
class Calibrator:
    """A fitted calibration. `apply(scores)` gives one probability a class, also for a yes-no question (no, yes)."""

    method: Method
    classes: int
    n: int
    scale: tuple[float, ...]  # temperature and vector: what each class's score is multiplied with
    shift: tuple[float, ...]  # vector: what is added to it
    steps: tuple[tuple[tuple[float, float], ...], ...] = ()  # isotonic: for each class, (softmax, observed share)

    def apply(self, scores: ArrayLike) -> Floats:
        logits = as_logits(scores)
        if logits.shape[1] != self.classes:
            raise Unfit(f"scores: {self.classes} classes expected, {logits.shape[1]} given")
        if self.method is Method.ISOTONIC:
            return _stepped(softmax(logits), self.steps)
        return softmax(logits * np.array(self.scale) + np.array(self.shift))

    def as_json(self) -> Json:
        return {
            "method": self.method.value,
            "classes": self.classes,
            "n": self.n,
            "scale": list(self.scale),
            "shift": list(self.shift),
            "steps": [[list(step) for step in of_class] for of_class in self.steps],
        }

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        made = cls(
            method=Method(stored["method"]),
            classes=int(stored["classes"]),
            n=int(stored["n"]),
            scale=tuple(float(number) for number in stored["scale"]),
            shift=tuple(float(number) for number in stored["shift"]),
            steps=tuple(tuple((float(x), float(y)) for x, y in of_class) for of_class in stored["steps"]),
        )
        parts = made.steps if made.method is Method.ISOTONIC else made.scale
        if len(parts) != made.classes or not np.isfinite([*made.scale, *made.shift]).all():
            raise Unfit("a stored calibration that does not fit its number of classes")
        return made


def as_logits(scores: ArrayLike) -> Floats:
    """A yes-no score becomes two columns, the first of them 0: their softmax is the logistic function."""
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim == 1:
        yes = checked.finite(array, "scores", 1)
        return np.column_stack([np.zeros_like(yes), yes])
    logits = checked.finite(array, "scores", 2)
    if logits.shape[1] < 2:
        raise Unfit("scores: at least two classes needed")
    return logits


def logits_of(probabilities: ArrayLike) -> Floats:
    """For an engine that gives probabilities: their logarithms are its scores."""
    return np.log(np.maximum(checked.probabilities(probabilities), SMALLEST))


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def log_loss(probabilities: Floats, labels: Ints) -> Floats:
    """Of each row: the surprise at the truth."""
    return np.asarray(-np.log(np.maximum(probabilities[np.arange(len(labels)), labels], SMALLEST)))


def fit(scores: ArrayLike, labels: ArrayLike, method: Method) -> Calibrator:
    logits = as_logits(scores)
    truth = checked.labels(labels, logits.shape[1], len(logits))
    if len(np.unique(truth)) < 2:
        raise Unfit("labels: only one class occurs, nothing can be calibrated")
    return {Method.TEMPERATURE: _temperature, Method.VECTOR: _vector, Method.ISOTONIC: _isotonic}[method](logits, truth)


def fit_best(scores: ArrayLike, labels: ArrayLike, folds: int = 5, seed: int = 0) -> Calibrator:
    """The method with the smallest held-out log loss, fitted on all rows.

    A method with more to learn must beat a simpler one by more than a standard error of the paired difference.
    """
    logits = as_logits(scores)
    truth = checked.labels(labels, logits.shape[1], len(logits))
    best = Method.TEMPERATURE
    losses = held_out_losses(logits, truth, folds, seed)
    for method in (Method.VECTOR, Method.ISOTONIC):
        gain = losses[best] - losses[method]
        if gain.mean() > gain.std(ddof=1) / len(gain) ** 0.5:
            best = method
    return fit(logits, truth, best)


def held_out_losses(logits: Floats, truth: Ints, folds: int = 5, seed: int = 0) -> dict[Method, Floats]:
    """Each row's log loss under a calibrator that did not see the row."""
    rows = len(truth)
    if rows < 2 * folds:
        raise Unfit(f"{rows} labelled rows are too few for {folds} folds")
    fold = _stratified_folds(truth, folds, seed)
    losses = {method: np.empty(rows) for method in Method}
    for held in range(folds):
        inside, outside = fold != held, fold == held
        for method, loss in losses.items():
            calibrated = fit(logits[inside], truth[inside], method).apply(logits[outside])
            loss[outside] = log_loss(calibrated, truth[outside])
    return losses


def _stratified_folds(truth: Ints, folds: int, seed: int) -> Ints:
    """Each class is spread over the folds as evenly as it goes."""
    shuffled = np.random.default_rng(seed).permutation(len(truth))
    by_class = shuffled[np.argsort(truth[shuffled], kind="stable")]
    fold = np.empty(len(truth), dtype=np.int64)
    fold[by_class] = np.arange(len(truth)) % folds
    return fold


def _temperature(logits: Floats, truth: Ints) -> Calibrator:
    from scipy.optimize import minimize_scalar

    def loss(log_scale: float) -> float:
        return float(log_loss(softmax(logits * np.exp(log_scale)), truth).mean())

    found = minimize_scalar(loss, bounds=(np.log(1e-3), np.log(1e3)), method="bounded", options={"xatol": 1e-8})
    classes = logits.shape[1]
    return Calibrator(Method.TEMPERATURE, classes, len(truth), (float(np.exp(found.x)),) * classes, (0.0,) * classes)


def _vector(logits: Floats, truth: Ints) -> Calibrator:
    """A scale and a shift a class, held near the temperature's: the pull weighs like one row in all."""
    from scipy.optimize import minimize

    rows, classes = logits.shape
    start = np.concatenate([_temperature(logits, truth).scale, np.zeros(classes)])
    hot = np.eye(classes)[truth]

    def loss(both: Floats) -> tuple[float, Floats]:
        scale, shift = both[:classes], both[classes:]
        given = softmax(logits * scale + shift)
        off = (given - hot) / rows
        pull = (both - start) / rows
        slope = np.concatenate([(off * logits).sum(axis=0), off.sum(axis=0)]) + pull
        return float(log_loss(given, truth).mean() + 0.5 * (pull * (both - start)).sum()), slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    scale, shift = found[:classes].tolist(), found[classes:].tolist()
    return Calibrator(Method.VECTOR, classes, rows, tuple(scale), tuple(shift))


def _isotonic(logits: Floats, truth: Ints) -> Calibrator:
    """One monotone curve a class; shares of 0 and 1 are kept off by one row, as nobody has seen never and always."""
    from sklearn.isotonic import IsotonicRegression

    given = softmax(logits)
    rows, classes = given.shape
    edge = 1 / (rows + 2)
    steps = []
    for name in range(classes):
        curve = IsotonicRegression(y_min=edge, y_max=1 - edge).fit(given[:, name], truth == name)
        steps.append(tuple(zip(curve.X_thresholds_.tolist(), curve.y_thresholds_.tolist(), strict=True)))
    return Calibrator(Method.ISOTONIC, classes, rows, (), (), tuple(steps))


def _stepped(given: Floats, steps: tuple[tuple[tuple[float, float], ...], ...]) -> Floats:
    columns = [
        np.interp(given[:, name], [x for x, _ in curve], [y for _, y in curve]) for name, curve in enumerate(steps)
    ]
    shares = np.column_stack(columns)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
