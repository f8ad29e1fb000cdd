from collections.abc import Mapping

import pytest

from classify.inference import routing
from classify.inference.specialties import LABELS

LIMITS: Mapping[str, float | None] = {**dict.fromkeys(LABELS, 0.85), "emergency": 0.05}


def shares(**told: float) -> dict[str, float]:
    return dict.fromkeys(LABELS, 0.0) | told


def test_a_sure_answer_stands():
    assert routing.reasons_against("cardiology", shares(cardiology=0.97), ["cardiology"], LIMITS) == ()


@pytest.mark.parametrize(
    ("label", "told", "inside", "reason"),
    [
        ("cardiology", {"cardiology": 0.8}, ["cardiology"], "not_sure"),
        ("other", {"other": 0.99}, ["other"], "other"),
        ("cardiology", {"cardiology": 0.9, "emergency": 0.05}, ["cardiology"], "possible_emergency"),
        ("cardiology", {"cardiology": 0.9}, [], "none_possible"),
        ("cardiology", {"cardiology": 0.9}, ["cardiology", "other", "dermatology"], "several_possible"),
    ],
)
def test_a_doubtful_answer_goes_to_a_person_with_its_reason(label, told, inside, reason):
    assert reason in routing.reasons_against(label, shares(**told), inside, LIMITS)


def test_an_emergency_stands_only_where_it_is_as_sure_as_others():
    assert routing.limit_of("emergency", LIMITS) == 0.85
    assert routing.limit_of("emergency", {**LIMITS, "emergency": 0.95}) == 0.95


def test_a_class_without_a_threshold_never_stands():
    found = routing.reasons_against(
        "cardiology", shares(cardiology=1.0), ["cardiology"], {**LIMITS, "cardiology": None}
    )
    assert found == ("not_sure",)
