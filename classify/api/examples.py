"""Documents for the examples of the API description. No value is anybody's."""

from typing import Any

from clinic.api.examples import AT, CASE_ID, FRESH_RUN, RESULT, RUN, UPLOAD_ID

DOCUMENT_ID = "a7b8c9d0-e1f2-4304-8516-273849506172"
_CHANCES = {"cardiology": 0.91, "emergency": 0.04, "pulmonology": 0.03, "gastroenterology": 0.01, "dermatology": 0.0,
            "other": 0.01}  # fmt: skip

DOCUMENT: dict[str, Any] = {
    "id": DOCUMENT_ID, "case": CASE_ID, "upload": UPLOAD_ID, "place": "cardiology", "is_urgent": False, "copy_of": None,
    "added_at": AT,
}  # fmt: skip
ANSWER = {
    "run": RUN["id"], "specialty": "cardiology", "words": "Cardiology", "confidence": 0.91, "probabilities": _CHANCES,
    "prediction_set": ["cardiology"], "set_level": 0.9, "is_urgent": False, "urgency": 0.08, "novelty": 0.21,
    "doubts": [], "refusal": "", "spans": [{"start": 22, "end": 33, "weight": 0.41, "words": "palpitation"}],
    "votes": [], "engine": "Document linear 1.0.0",
    "engine_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "standing": "preliminary",
    "safety": RESULT["safety"],
}  # fmt: skip
ONE_DOCUMENT = {**DOCUMENT, "answer": ANSWER}
NEW_DOCUMENT = {"case": CASE_ID, "text": "Dear colleague, this girl has had palpitations for two weeks.", "wait": 0}
BATCH_ID, MANY_ID = "b8c9d0e1-f203-4415-9627-384950617283", "c9d0e1f2-0314-4526-a738-495061728394"
MANY = {"run": {**FRESH_RUN, "id": BATCH_ID, "kind": "classify.batch"}, "added": 97, "known": 2, "failed": 1,
        "problems": {"type_not_allowed": 1}, "places": {"cardiology": 60, "waiting": 9, "under_way": 28}}  # fmt: skip
MANY_ITEM = {"number": 17, "name": "letter-17.txt", "document": DOCUMENT_ID, "place": "cardiology", "confidence": 0.91,
             "is_urgent": False, "was_known": False, "problem": ""}  # fmt: skip
NEW_MANY = {"upload": MANY_ID}
CLASSIC_TEXT = {"text": "Dear colleague, this girl has had palpitations for two weeks.", "wait": 0}
CLASSIC_SPECIALTY = {
    "status": "success", "specialty": "cardiology", "confidence": 0.91, "model_version": ANSWER["engine"],
    "warnings": [], "case": CASE_ID, "document": DOCUMENT_ID, "look_at": f"/api/v1/documents/{DOCUMENT_ID}",
    "safety": RESULT["safety"],
}  # fmt: skip
CLASSIC_WAITING = {**CLASSIC_SPECIALTY, "status": "processing", "specialty": "", "confidence": None,
                   "model_version": "", "warnings": ["Not answered yet."]}  # fmt: skip
