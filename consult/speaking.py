"""What is spoken of an answer: exactly what the page shows."""

from clinic.answer_telling import opened
from clinic.models import Result


def words(result: Result) -> tuple[str, str] | None:
    told = opened(result)
    text = " ".join(one["text"] for one in told.get("sentences", ()))
    return (text, str(told["language"])) if text else None
