import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from clinic.doubt.agreement import many_readers, two_readers
from clinic.doubt.checked import Unfit
from clinic.doubt.intervals import bootstrap

# Five readers, twelve cases with gaps: the example of Gwet's handbook, also in Krippendorff 2011.
# Coefficients as published and as printed by irrCAC: Fleiss 0.76117, AC1 0.77544.
GAPPY = np.array(
    [
        [1, 1, -1, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [-1, 5, 5, 5],
        [-1, -1, 1, 1],
        [-1, -1, 3, -1],
    ]
)
READS = np.where(GAPPY > 0, GAPPY - 1, -1)


def pair(n: int, seed: int = 0, agree: float = 0.7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    first = rng.choice(3, n, p=[0.6, 0.3, 0.1])
    return first, np.where(rng.random(n) < agree, first, rng.integers(0, 3, n))


def test_published_figures_of_gappy_reads() -> None:
    seen = many_readers(READS, 5)
    assert seen.kappa is not None
    assert seen.kappa.value == pytest.approx(0.76117, abs=5e-6)
    assert seen.ac1.value == pytest.approx(0.77544, abs=5e-6)
    assert seen.observed.value == pytest.approx(0.8182, abs=5e-5)
    assert seen.ac1.n == 11 and seen.too_few
    # irrCAC: standard errors 0.15302 and 0.14295, t with 11 degrees of freedom
    assert seen.kappa.low == pytest.approx(0.424, abs=0.01)
    assert seen.ac1.low == pytest.approx(0.461, abs=0.01)


def test_kappa_is_that_of_scikit_learn() -> None:
    first, second = pair(200)
    seen = two_readers(first, second, 3)
    assert seen.kappa is not None
    assert seen.kappa.value == pytest.approx(cohen_kappa_score(first, second))


def test_the_formula_agrees_with_the_bootstrap() -> None:
    first, second = pair(400)

    def kappa(a: np.ndarray, b: np.ndarray) -> float:
        seen = two_readers(a, b, 3).kappa
        return seen.value if seen else float("nan")

    formula = two_readers(first, second, 3)
    assert formula.kappa is not None
    drawn = bootstrap(kappa, first, second, draws=400)
    assert (formula.kappa.low, formula.kappa.high) == pytest.approx((drawn.low, drawn.high), abs=0.015)
    ac1 = bootstrap(lambda a, b: two_readers(a, b, 3).ac1.value, first, second, draws=400)
    assert (formula.ac1.low, formula.ac1.high) == pytest.approx((ac1.low, ac1.high), abs=0.015)


def test_two_readers_are_many_readers() -> None:
    first, second = pair(100)
    assert two_readers(first, second, 3).ac1 == many_readers(np.column_stack([first, second]), 3).ac1


def test_kappa_falls_with_a_rare_class_and_ac1_does_not() -> None:
    first = np.array([0] * 95 + [1] * 5)
    second = np.array([0] * 93 + [1] * 2 + [0] * 5)
    seen = two_readers(first, second, 2)
    assert seen.kappa is not None and seen.kappa.value < 0
    assert seen.ac1.value > 0.9


def test_full_agreement_is_not_certainty() -> None:
    reads = np.array([0, 1] * 10)
    seen = two_readers(reads, reads, 2)
    assert seen.kappa is not None
    assert seen.kappa.value == 1 and seen.kappa.low < 0.75
    assert seen.ac1.value == 1 and seen.ac1.low < 0.75
    assert seen.too_few


def test_kappa_is_not_told_where_only_one_class_was_read() -> None:
    seen = two_readers([1] * 40, [1] * 40, 3)
    assert seen.kappa is None and seen.ac1.value == 1 and not seen.too_few
    assert many_readers([[1, 1, 1]] * 40, 3).kappa is None


def test_what_is_no_agreement_is_refused() -> None:
    with pytest.raises(Unfit, match="n is 0"):
        two_readers(np.array([], dtype=int), np.array([], dtype=int), 2)
    with pytest.raises(Unfit, match="outside"):
        two_readers([0, 1], [0, 2], 2)
    with pytest.raises(Unfit, match="expected"):
        two_readers([0, 1], [0], 2)
    with pytest.raises(Unfit, match="read twice"):
        many_readers([[0, -1], [-1, 1]], 2)
    with pytest.raises(Unfit, match="outside"):
        many_readers([[0, 5]], 2)
