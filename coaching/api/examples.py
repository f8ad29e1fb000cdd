"""Practice for the examples of the API description. No value is anybody's."""

from typing import Any

from clinic.api.examples import ANA_ID, AT

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
    "says_emotions": False, "began_at": AT, "closed_at": None, "satisfaction": None,
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
    "told_by": "Coaching rules 1", "passed": [], "follow_up": "", "expression": None, "is_useful": None,
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
    "attempts": 8, "weeks_practised": 3, "of_weeks": 8,
    "lines": [{"name": "long_pauses", "n": 8, "values": [7.0, 6.0, 7.0, 5.0, 6.0, 5.0, 4.0, 3.0],
               "usual": [3.1, 7.2], "verdict": "lower",
               "difference": -2.4, "interval": [-4.1, -0.7]}],
}  # fmt: skip
PARTICIPATION: dict[str, Any] = {
    "days": 90, "people": [{"person": "A. Alder", "days": 4, "practices": 6, "latest": "2025-11-20"}],
}  # fmt: skip
SITE_QUESTION: dict[str, Any] = {
    "id": SITE_QUESTION_ID, "code": "our-own-question", "version": 1, "state": "proposed", "body": OWN_QUESTION, "why":
    "", "written_at": AT, "decided_at": None,
}  # fmt: skip
QUESTIONS_FILE: dict[str, Any] = {"questions": [OWN_QUESTION]}
BROUGHT: dict[str, Any] = {"proposed": [SITE_QUESTION], "here": ["biopsy-result-cancer"]}
LIVE_ID = "5b60718a-93a4-4b5c-8d6e-7f8091a2b3c4"
COACH_ID = "6c718293-a4b5-4c6d-9e7f-8091a2b3c4d5"
SEARCH_ID = "7d8293a4-b5c6-4d7e-8f80-91a2b3c4d5e6"
COACH_WISH = {"coach": COACH_ID}
_COACH, _SPEAKER = {"id": COACH_ID, "name": "B. Birch"}, {"id": ANA_ID, "name": "Ana Ruiz"}
LIVE: dict[str, Any] = {
    "id": LIVE_ID, "speaker": _SPEAKER, "coach": _COACH, "language": "en", "began_at": AT, "ended_at": None,
}  # fmt: skip
LIVE_NOTE: dict[str, Any] = {
    "id": "8e93a4b5-c6d7-4e8f-9091-a2b3c4d5e6f7", "by": _COACH, "is_coach": True, "text": "Slower.", "at": AT,
}  # fmt: skip
LIVE_DETAIL: dict[str, Any] = {**LIVE, "asked": QUESTION, "notes": [LIVE_NOTE]}
LISTENER: dict[str, Any] = {"id": "anxious_parent", "name": {"en": "Worried parent", "es": "Madre preocupada"}}
NO_PURPOSE: dict[str, Any] = {"is_on": False, "purpose": "", "recorded_by": None, "recorded_at": None}
PURPOSE_WISH = {"purpose": "Training of voice in a study, agreed with the works council."}
PURPOSE: dict[str, Any] = {**PURPOSE_WISH, "is_on": True, "recorded_by": _SPEAKER, "recorded_at": AT}
RECOMMENDATIONS: dict[str, Any] = {
    "results": [{"question": QUESTION, "reason": "weak_measure:long_pauses",
                 "reason_words": "Chosen for you because of: Long pauses"}],
}  # fmt: skip
SEARCH_WISH = {"q": "telling a woman that it is cancer", "role": "consultant"}
SEARCH: dict[str, Any] = {"id": SEARCH_ID, "is_found": False, "questions": [QUESTION]}
TRACE: dict[str, Any] = {
    "stretches": [{"name": "Recording", "began_at": AT, "seconds": 92.0}], "overlap_s": 31.5, "delivery_s": 1.3,
    "feedback_s": 0.4,
}  # fmt: skip
MEASURES: dict[str, Any] = {
    "results": [{"name": "speech_rate", "title": "Pace", "says": "Words a minute, pauses included.",
                 "unit": "words a minute", "usual": [110.0, 180.0], "errs": "Words that were not heard are missing.",
                 "accuracy": ""}],
}  # fmt: skip
_SHARE = {"value": 0.96, "low": 0.9, "high": 0.98, "n": 84}
FIGURES: dict[str, Any] = {
    "least": 5,
    "lines": [{"engine": "Coaching rules 1", "is_hidden": False, "success": _SHARE, "seconds": 0.6,
               "answer_seconds": 88.0, "useful": None, "satisfied": None, "faults": {}}],
}  # fmt: skip
COMPARISON: dict[str, Any] = {
    "known": [ATTEMPT, {**ATTEMPT, "id": "9fa4b5c6-d7e8-4f90-81a2-b3c4d5e6f708", "number": 2}],
    "pair": [ATTEMPT_ID, "9fa4b5c6-d7e8-4f90-81a2-b3c4d5e6f708"],
    "figures": [{"name": "content", "before": 51.0, "now": 71.0}],
    "counts": [{"name": "points_made", "before": 3.0, "now": 4.0}],
    "points": [{"id": "worries", "text": {"en": "Asks what worries her"}, "before": "missing", "now": "made"}],
}  # fmt: skip
