"""What was measured and read as it lies in an attempt's row, and back."""

from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from coaching.inference.delivery import definitions
from coaching.inference.feedback import judged
from coaching.inference.schema import Content, Delivery, Feedback, Sounding

_SOUNDING = TypeAdapter(Sounding)


def sounding(kept: dict[str, Any] | None) -> Sounding | None:
    return _SOUNDING.validate_python(kept) if kept else None


def read(*, told_by: str, passed: tuple[str, ...], delivery: Delivery | None, content: Content | None,
         feedback: Feedback) -> dict[str, Any]:  # fmt: skip
    """One value: what the page shows, and who said it."""
    return {
        "told_by": told_by, "passed": list(passed), "feedback": asdict(feedback),
        "content": asdict(content) if content else None,
        "measures": [asdict(one) for one in delivery.measures] if delivery else [],
        "pace": list(delivery.pace) if delivery else [],
    }  # fmt: skip


def weak(content: Content | None, delivery: Delivery | None, language: str) -> dict[str, list[str]]:
    """Codes of what could be better, for recommending: no word of what was said."""
    usual = {one.name: one.usual for one in definitions(language)}
    missing = [f"{content.structure}.{step.id}" for step in content.steps if not step.is_there] if content else []
    measures = delivery.measures if delivery else ()
    outside = [
        one.name.value
        for one in measures
        if one.value is not None and delivery and _is_outside(judged(one, delivery), usual[one.name])
    ]
    return {"missing": missing, "outside": outside}


def _is_outside(value: float, usual: tuple[float | None, float | None]) -> bool:
    low, high = usual
    return (low is not None and value < low) or (high is not None and value > high)


def figures(delivery: Delivery | None, content: Content | None, feedback: Feedback) -> dict[str, float]:
    """Numbers by name: what a trend is made of, without a word of what was said."""
    found = {one.name.value: one.value for one in delivery.measures if one.value is not None} if delivery else {}
    for name, score in (("content", feedback.content), ("delivery", feedback.delivery)):
        if score is not None:
            found[name] = score.value
    return {name: round(float(value), 3) for name, value in found.items()}
