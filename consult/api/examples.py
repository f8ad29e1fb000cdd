"""Consults for the examples of the API description. No value is anybody's."""

from typing import Any

from clinic.api.examples import AT, CASE_ID, RESULT, RUN, UPLOAD_ID

CONSULT_ID = "5a1c2d3e-4f50-4617-8293-a4b5c6d7e8f9"
PICTURE_ID = "6b2d3e4f-5061-4728-93a4-b5c6d7e8f90a"
CONSULT: dict[str, Any] = {"id": CONSULT_ID, "case": CASE_ID, "language": "en", "opened_at": AT}
PART: dict[str, Any] = {
    "number": 1, "sort": "words", "state": "there", "upload": UPLOAD_ID, "run": None, "problem": "", "is_late": False,
    "came_at": AT, "settled_at": AT,
}  # fmt: skip
_PLACE = {"kind": "text", "upload": UPLOAD_ID, "start": 4, "end": 21}
SENTENCE = {"text": "Cough for three days.", "evidence": [_PLACE], "rules": []}
ANSWER: dict[str, Any] = {
    "number": 1, "run": RUN["id"], "words": "Routine", "confidence": 0.81,
    "probabilities": {"self_care": 0.1, "routine": 0.81, "urgent": 0.08, "emergency": 0.01},
    "prediction_set": ["routine"], "set_level": 0.9, "engine": "Consult rules 1.0.0",
    "engine_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "standing": "preliminary",
    "safety": RESULT["safety"], "language": "en", "text": "Cough for three days.", "sentences": [SENTENCE],
    "red_flags": [], "questions": ["Is there fever?"], "note": [{"section": "subjective", **SENTENCE}], "missing": [],
    "flags": [], "blocked": [],
}  # fmt: skip
ONE_CONSULT: dict[str, Any] = {
    **CONSULT, "parts": [PART], "is_under_way": False, "is_person_needed": False, "answer": ANSWER,
}  # fmt: skip
NEW_CONSULT = {"case": CASE_ID, "language": "en"}
NEW_RECORDING = {"name": "recording.wav", "type": "audio/wav"}
NEW_FILE = {"name": "photo.jpg", "size": 480_000, "type": "image/jpeg"}
NEW_WORDS = {"text": "Cough for three days, no fever.", "wait": 0}
BROUGHT = {"upload": PICTURE_ID, "wait": 0}
AGAIN = {"wait": 0}
_CLASSIC = {
    "status": "success", "case": CASE_ID, "look_at": f"/api/v1/consults/{CONSULT_ID}", "warnings": [],
    "safety": RESULT["safety"], "consult": CONSULT_ID, "transcript": "cough for three days", "missing": [],
    "answer": "Cough for three days.", "urgency": ["routine"], "red_flags": [], "model_version": "Consult rules 1.0.0",
}  # fmt: skip
CLASSIC_WISH = {"text": "Cough for three days, no fever.", "language": "en", "wait": 0}
CLASSIC_ANSWER: dict[str, Any] = _CLASSIC
CLASSIC_WAITING: dict[str, Any] = _CLASSIC | {
    "status": "processing", "answer": "", "urgency": [], "transcript": "", "model_version": "",
}  # fmt: skip
