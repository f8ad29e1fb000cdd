"""Which facts might stand without a second look: the promise holds, no kind is certain, and too little says nothing."""

from uuid import UUID

import numpy as np

from extraction.accepting import Judged, Split, learned
from extraction.inference.injection import HIDDEN, ORDERS

DOCUMENTS = 1_600


def decided_on(kinds: dict[str, float], *, documents: int = DOCUMENTS, seed: int = 7) -> list[Judged]:
    """Documents of four facts a kind, each right as often as its kind is."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(documents):
        document = UUID(bytes=chance.bytes(16))
        for kind, share in kinds.items():
            right = int((chance.random(4) < share).sum())
            found.append(Judged(document, kind, right, 4 - right))
    return found


def test_kind_that_is_nearly_always_right_may_stand_and_one_that_is_not_may_not():
    split = learned(decided_on({"vitals": 1.0, "problems": 0.9}))

    assert split.threshold.value is not None and split.threshold.wrong == 0
    assert split.threshold.bound is not None and split.threshold.bound <= 0.02
    assert split.may_stand("vitals", ()) and not split.may_stand("problems", ())


def test_nothing_may_stand_where_a_document_speaks_to_a_machine():
    split = learned(decided_on({"vitals": 1.0}))

    assert split.may_stand("vitals", ("few_words",))
    assert not any(split.may_stand("vitals", (sign,)) for sign in (ORDERS, HIDDEN))


def test_no_kind_is_certain_and_unknown_is_no_number():
    split = learned(decided_on({"vitals": 1.0}))

    assert 0.999 < (split.confidence("vitals") or 0) < 1.0
    assert split.confidence("labs") is None and not split.may_stand("labs", ())


def test_too_few_documents_say_nothing():
    split = learned(decided_on({"vitals": 1.0}, documents=300))

    assert split.threshold.value is None and not split.may_stand("vitals", ())
    assert split.needed == 295
    assert not Split().may_stand("vitals", ())


def test_probability_is_what_people_kept():
    split = learned(decided_on({"problems": 0.9}))

    assert abs((split.confidence("problems") or 0) - 0.9) < 0.02


def test_promise_is_kept_by_all_but_five_of_a_hundred_sites():
    """A kind that is wrong in 3 of 100 must not stand: how often it would, over 200 sites."""
    let_through = sum(
        learned(decided_on({"vitals": 0.97}, documents=700, seed=seed)).may_stand("vitals", ()) for seed in range(200)
    )

    assert let_through <= 10
