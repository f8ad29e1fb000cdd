"""Practice for the examples of the API description. No value is anybody's."""

from typing import Any

from clinic.api.examples import AT

PRACTICE_ID = "7c3e4f50-6172-4839-a4b5-c6d7e8f90a1b"
RECORDING_ID = "af617283-94a5-4b6c-97e8-f90a1b2c3d4e"
ATTEMPT_ID = "8d4f5061-7283-494a-b5c6-d7e8f90a1b2c"
SITE_QUESTION_ID = "9e506172-8394-4a5b-86d7-e8f90a1b2c3d"
QUESTION: dict[str, Any] = {
    "id": "biopsy-result-cancer", "title": {"en": "The result of the breast biopsy"}, "text": {"en": "Tell her."},
    "roles": ["consultant"], "category": "bad_news", "difficulty": 2,
}  # fmt: skip
OWN_QUESTION: dict[str, Any] = {
    "id": "our-own-question", "category": "hand_over", "roles": ["nurse"], "difficulty": 1,
    "title": {"en": "Bed 12 at seven"}, "text": {"en": "Hand over the patient in bed 12 to the night shift."},
    "points": [{"id": "pressure", "text": {"en": "Blood pressure"}, "says": {"en": ["blood pressure is/was"]}}],
    "follow_ups": [{"en": "She asks who knows the family."}],
}  # fmt: skip
PRACTICE: dict[str, Any] = {
    "id": PRACTICE_ID, "question": QUESTION["id"], "language": "en", "keeps": "all", "reason": "chosen", "persona": "",
    "began_at": AT, "closed_at": None,
}  # fmt: skip
ATTEMPT: dict[str, Any] = {
    "id": ATTEMPT_ID, "number": 1, "state": "done", "is_typed": False, "seconds": 92.0, "problem": "",
    "sound_problem": "", "figures": {"speech_rate": 162.0, "content": 71.0}, "began_at": AT, "came_at": AT,
    "told_at": AT,
    "forgotten_at": None,
}  # fmt: skip
REMARK: dict[str, Any] = {"text": "You asked what worries her.", "cites": [{"at": 40, "to": 66}], "about": "questions"}
ATTEMPT_DETAIL: dict[str, Any] = {
    **ATTEMPT, "transcript": "she has an infection in her lung what worries you most right now",
    "heard_by": "pocketsphinx",
    "feedback": {"language": "en", "strength": REMARK, "actions": [REMARK, REMARK, REMARK],
                 "content": {"value": 71.0, "low": 45.0, "high": 88.0, "n": 5}, "delivery": None, "remarks": []},
    "content": {"points": [{"id": "worries", "made": "made", "spans": [{"at": 40, "to": 66}]}], "structure": "spikes",
                "steps": [], "jargon": [], "empathy": [], "questions": []},
    "measures": [{"name": "speech_rate", "value": 162.0, "moments": [], "why": ""}],
    "told_by": "Coaching rules 1", "passed": [],
}  # fmt: skip
ONE_PRACTICE: dict[str, Any] = {**PRACTICE, "asked": QUESTION, "attempts": [ATTEMPT]}
RECORDING: dict[str, Any] = {
    "id": RECORDING_ID, "case": PRACTICE_ID, "state": "receiving", "chunk_size": 2097152, "size": None,
    "received": 64044,    "next_index": 1, "url": f"/api/v1/coaching/recordings/{RECORDING_ID}", "opened_at": AT,
}  # fmt: skip
NEW_PRACTICE = {"question": "biopsy-result-cancer", "language": "en", "keeps": "all", "persona": ""}
NEW_RECORDING = {"case": PRACTICE_ID, "name": "answer.wav", "type": "audio/wav"}
DRAWN = {"role": "nurse", "category": "hand_over"}
TYPED = {"text": "She has an infection in her lung. What worries you most right now?"}
PREFERENCES: dict[str, Any] = {
    "role": "nurse",
    "language": "en",
    "keeps": "all",
    "engines": "best",
    "counts_disfluency": True,
}
PROGRESS: dict[str, Any] = {
    "attempts": 8,
    "lines": [{"name": "long_pauses", "n": 8, "usual": [3.1, 7.2], "verdict": "lower",
               "difference": -2.4, "interval": [-4.1, -0.7]}],
}  # fmt: skip
PARTICIPATION: dict[str, Any] = {
    "days": 90, "people": [{"person": "A. Alder", "days": 4, "practices": 6, "latest": "2025-11-20"}],
}  # fmt: skip
SITE_QUESTION: dict[str, Any] = {
    "id": SITE_QUESTION_ID, "code": "our-own-question", "version": 1, "state": "proposed", "body": OWN_QUESTION, "why":
    "", "written_at": AT, "decided_at": None,
}  # fmt: skip
