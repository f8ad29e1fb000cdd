"""Facts of documents for the examples of the API description. No value is anybody's."""

from typing import Any

from clinic.api.examples import AT, CASE_ID, FRESH_RUN, PROPOSAL, RESULT, RUN, UPLOAD_ID

SHEET_ID = "c3d4e5f6-a7b8-4c9d-8e0f-1a2b3c4d5e6f"
FACT: dict[str, Any] = {
    "key": "medications.0", "kind": "medications", "state": "open", "confidence": None,
    "values": {"assertion": "present", "name": "amoxicillin", "strength": "250 mg", "route": "by mouth",
               "frequency": "three times a day"},
    "evidence": [{"start": 65, "end": 76, "text": "Amoxicillin", "field": "name"}],
    "words": "amoxicillin, 250 mg, by mouth, three times a day",
}  # fmt: skip
SHEET: dict[str, Any] = {
    "id": SHEET_ID, "case": CASE_ID, "upload": UPLOAD_ID, "stage": "to_check", "run": RUN["id"], "asked": "succeeded",
    "found": 6,
    "finished_at": None, "added_at": AT,
}  # fmt: skip
ANSWER = {
    "run": RUN["id"], "words": "Facts found", "confidence": None, "probabilities": None, "prediction_set": [],
    "set_level": 0.9, "schema_version": "1.0", "doubts": [], "refusal": "", "engine": "Field rules 1.0.0",
    "engine_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "standing": "preliminary",
    "safety": RESULT["safety"],
    "why_this_engine": ["Routine text: the cheapest engine that is measured well enough is asked first.",
                        "Field rules 1.0.0: 100 % found in made-up documents (85 to 100, n=21)."],
}  # fmt: skip
ONE_SHEET = {**SHEET, "answer": ANSWER, "facts": [FACT], "seen": 0}
NEW_SHEET = {"case": CASE_ID, "text": "Four days of fever. Amoxicillin 250 mg three times a day.", "wait": 0}
AGAIN = {"engine": "local"}
DECISION = {"act": "edit", "values": {"name": "amoxicillin", "strength": "500 mg"}, "seen": 0}
ADDED = {"kind": "problems", "values": {"name": "eczema"}}
SEEN: dict[str, Any] = {}
_SHARE = {"value": 0.04, "low": 0.02, "high": 0.08, "n": 212}
FIGURES: dict[str, Any] = {
    "days": 90, "runs": 41, "documents": 38, "shadow_answers": 0, "shadow_seconds": 0.0,
    "shadow_tokens": 0, "shadow_dollars": 0.0,
    "versions": [{
        "engine": "Field rules 1.0.0", "engine_digest": ANSWER["engine_digest"], "prompt": "", "runs": 41,
        "documents": 38, "succeeded": {"value": 1.0, "low": 0.91, "high": 1.0, "n": 41}, "sent_to_review": _SHARE,
        "median_seconds": 0.4, "p95_seconds": 1.2, "worker_seconds": 18.2, "calls": 0, "tokens": 0,
        "estimated_tokens": 0,
        "dollars": 0.0,
        "by_kind": [{"kind": "medications", "facts": 212, "added": 2, "corrected": _SHARE, "distance_each": 4.5}],
        "may_stand": {"probable": {"medications": 0.96, "vitals": 0.998}, "threshold": 0.995, "judged": 612,
                      "wrong": 1, "bound": 0.018, "needed": 295},
    }],
    "in_vain": [{"engine": "Facts by ollama/llama3.1:8b 1.0.0", "runs": 2, "calls": 8, "tokens": 5120,
                 "estimated_tokens": 1280, "dollars": 0.0}],
}  # fmt: skip
BATCH_ID, MANY_ID = "f6a7b8c9-d0e1-4f2a-8b3c-4d5e6f708192", "a7b8c9d0-e1f2-4a3b-9c4d-5e6f70819203"
MANY: dict[str, Any] = {
    "run": {**FRESH_RUN, "id": BATCH_ID, "kind": "extraction.batch"}, "sent": 100, "added": 97, "known": 2, "failed": 1,
    "places": {"to_check": 60, "under_way": 37},
}  # fmt: skip
NEW_MANY = {"upload": MANY_ID}
PROMPT: dict[str, Any] = {
    "id": "d4e5f6a7-b8c9-4d0e-8f1a-2b3c4d5e6f70", "name": "v1", "sha256": ANSWER["engine_digest"],
    "branched_from": None, "merged_from": None,
    "standing": "live", "is_untouched": True, "text": "Give the facts of the document.", "at": AT,
}  # fmt: skip
EXPERIMENT: dict[str, Any] = {
    "id": "e5f6a7b8-c9d0-4e1f-9a2b-3c4d5e6f7081", "name": "Shorter", "first": "v1", "second": "v2",
    "phase": "running", "verdict": "", "rule_says": "go_on", "effect": 0.05, "needed": 497, "difference": _SHARE,
    "at": AT,
}  # fmt: skip
OTHER_PROMPT_ID = "1f2a3b4c-5d6e-4f70-8a9b-0c1d2e3f4a5b"
_NOTE = "Planned medicines are plan, not medications."
TRIAL = {
    "id": "0198f3f2-0000-7000-8000-000000000351", "run": "0198f3f2-0000-7000-8000-000000000352",
    "sha256": PROMPT["sha256"], "engine": "ollama/llama3.1:8b", "is_passed": False, "reasons": ["too_many_errors"],
    "figures": {"documents": 12, "of_site": 2, "valid": 12, "degenerate": 0, "found": 88, "not_in_source": 0,
                "f1": {"value": 0.61, "low": 0.52, "high": 0.7, "n": 12}, "read_tokens": 18204,
                "written_tokens": 5120, "dollars": 0.0, "seconds": 141.2},
    "at": PROMPT["at"],
}  # fmt: skip
BRANCH = {"name": "v9", "text": "Give the facts of the document, each with its words.", "note": _NOTE}
MERGE = {"other": OTHER_PROMPT_ID, "name": "v10", "note": _NOTE, "resolved": [{"place": 0, "take": "both"}]}
WHY = {"reason": "It did better on the golden documents."}
PROMPT_PROPOSAL = {**PROPOSAL, "kind": "prompt.promote", "capability": "extraction.document", "target": PROMPT["id"],
                   "change": {"sha256": PROMPT["sha256"]}, "reason": WHY["reason"]}  # fmt: skip
DRAFT = {"name": "Planned medicines", "hypothesis": _NOTE, "first": PROMPT["id"], "second": PROMPT["id"],
         "effect": 0.05}  # fmt: skip
END = {"how": "given_up", "reason": "The other site has answered it."}
CLASSIC_FILE = {"file_data": "Rm91ciBkYXlzIG9mIGZldmVyLg==", "filename": "letter.txt", "wait": 0}
CLASSIC_TEXT = {"text": NEW_SHEET["text"], "wait": 0}
CLASSIC_FACTS: dict[str, Any] = {
    "status": "success", "case": CASE_ID, "look_at": f"/api/v1/extractions/{SHEET_ID}",
    "warnings": ["A person has to judge this before it counts."], "safety": RESULT["safety"], "document_id": SHEET_ID,
    "data": {"medications": [{name: value for name, value in FACT.items() if name != "words"}]},
    "model_version": ANSWER["engine"],
}  # fmt: skip
CLASSIC_WAITING = {**CLASSIC_FACTS, "status": "processing", "warnings": ["Not answered yet."], "data": {},
                   "model_version": ""}  # fmt: skip
