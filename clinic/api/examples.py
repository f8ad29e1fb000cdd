"""One consistent little world for the examples of the API description. No value is anybody's."""

from typing import Any

CASE_ID = "6f1c2a44-5d0e-4b43-9a1e-0c2b7d7f3a10"
PATIENT_ID = "0b9d7c1e-8f7a-4f57-8d39-7b1f9f0b6a21"
ANA_ID = "d2b1f6a0-3c55-4f7e-9b0a-2f1c8e4d7b32"
UPLOAD_ID = "a8e3b5d7-1f24-4c6b-8a9d-5e7f0b1c2d43"
SESSION_ID = "c4d5e6f7-0a1b-4c2d-9e3f-4a5b6c7d8e54"
RUN_ID = "e9f0a1b2-3c4d-4e5f-8a6b-7c8d9e0f1a65"
KEY_ID = "6f7a8b9c-0d1e-4f2a-9b4c-5d6e7f8a9bcb"
SENTENCE_ID = "5d6e7f80-9a0b-4c1d-8e2f-3a4b5c6d7e8f"
RESULT_ID = "7a8b9c0d-1e2f-4a3b-9c4d-5e6f7a8b9c0d"
REPORT_ID = "9c0d1e2f-3a4b-4c5d-8e6f-7a8b9c0d1e2f"
ENGINE_ID = "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d"
DEPLOYMENT_ID = "b2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d6e"
PROPOSAL_ID = "c3d4e5f6-a7b8-4c9d-8e0f-2a3b4c5d6e7f"
NOTICE_ID = "8b9c0d1e-2f3a-4b4c-9d6e-7f8a9b0c1ded"
EVENT_ID = "9c0d1e2f-3a4b-4c5d-8e7f-3b4c5d6e7fae"
INCIDENT_ID = "ad0e1f2a-3b4c-4d5e-8f6a-7b8c9d0e1f2a"
STOP_ID = "be1f2a3b-4c5d-4e6f-9a7b-8c9d0e1f2a3b"
PACK_ID = "cf2a3b4c-5d6e-4f7a-8b8c-9d0e1f2a3b4c"
ALARM_ID = "d03b4c5d-6e7f-4a8b-9c9d-0e1f2a3b4c5d"
REPLAY_ID = "e14c5d6e-7f80-4b9c-8dae-1f2a3b4c5d6e"
SEARCH_ID = "42c8d9e0-f1a2-4b3c-8d4e-6f7081920a14"
SAVED_SEARCH_ID = "53d9eaf1-02b3-4c4d-9e5f-708192a3b425"
SECOND_ID = "64eafb02-13c4-4d5e-8f60-8192a3b4c536"
HANDOVER_ID = "75fb0c13-24d5-4e6f-9071-92a3b4c5d647"
COSIGNATURE_ID = "860c1d24-35e6-4f70-8182-a3b4c5d6e758"
EMERGENCY_ID = "31b7c8d9-e0f1-4a2b-9c3d-5e6f70819203"
AT = "2025-11-20T08:15:00Z"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

PERSON = {"id": ANA_ID, "name": "Ana Ruiz"}
COLLEAGUE = {**PERSON, "email": "ana.ruiz@northgate.example", "roles": ["clinician"]}

PATIENT_TAG = {"id": PATIENT_ID, "reference": "P-34"}
PATIENT = {**PATIENT_TAG, "number": 34, "name": "Ana Alder", "birth_date": "1957-03-02", "sex": "female",
           "created_at": AT}  # fmt: skip
NEW_PATIENT = {"name": "Ana Alder", "birth_date": "1957-03-02", "sex": "female"}

CASE: dict[str, Any] = {
    "id": CASE_ID, "reference": "C-12", "patient": PATIENT_TAG, "question": "Is there a pneumothorax?",
    "encounter": "ED-77120", "department": "Emergency", "state": "open", "state_since": AT,
    "moves": ["awaiting_ai", "awaiting_human", "closed"], "urgency": "urgent", "due_at": "2025-11-20T09:15:00Z",
    "is_overdue": False, "age_years": 68, "assignee": PERSON, "opened_at": AT, "opened_by": PERSON,
}  # fmt: skip
BUNDLE = {
    "resourceType": "Bundle", "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "gender": "female", "birthDate": "1980-02-03"}},
        {"resource": {"resourceType": "Condition", "code": {"text": "Asthma"}, "subject": {"display": "her"}}},
    ],
}  # fmt: skip
NEW_CASE = {"patient": {"new": NEW_PATIENT}, "question": "Is there a pneumothorax?", "urgency": "urgent",
            "encounter": "ED-77120", "department": "Emergency"}  # fmt: skip
CASE_CHANGES = {"question": "Is there a pneumothorax on the left?"}
MOVE = {"to": "awaiting_human", "reason": "The film has come."}
ASSIGN = {"assignee": ANA_ID}
URGENCY = {"urgency": "emergency"}
SEARCH = {"words": "pneumothorax", "state": ["open"], "page_size": 20}
SEARCH_WISH = {"query": "cough at night", "filters": {"kind": "note", "days": 365}}
ASKED_FILTERS = {"kind": "note", "days": 365, "label": "", "reviewer": None, "engine": ""}
ASKED_SEARCH = {"id": SEARCH_ID, "query": SEARCH_WISH["query"], "filters": ASKED_FILTERS, "asked_at": AT}
FOUND: dict[str, Any] = {
    "search": ASKED_SEARCH, "is_under_way": False, "by_meaning": True, "next_cursor": None,
    "results": [{
        "case": {"id": CASE_ID, "reference": "C-12", "patient": PATIENT_TAG, "question": CASE["question"]},
        "kind": "note", "subject": "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c76", "at": AT,
        "passage": [{"words": "Three weeks of ", "is_hit": False}, {"words": "cough", "is_hit": True}],
        "by_words": True, "by_meaning": True,
    }],
}  # fmt: skip
NEW_SAVED_SEARCH = {"name": "Coughs at night", **SEARCH_WISH}
SAVED_SEARCH = {"id": SAVED_SEARCH_ID, "query": SEARCH_WISH["query"], "filters": ASKED_FILTERS,
                "name": NEW_SAVED_SEARCH["name"], "saved_at": AT}  # fmt: skip
NEW_NOTE = {"body": "Seen at the bedside. @ana.ruiz@northgate.example please look at the film."}
NOTE = {"id": "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c76", "author": PERSON, "body": NEW_NOTE["body"], "at": AT}
ENTRY = {"id": "2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d87", "kind": "upload", "actor": PERSON, "subject": UPLOAD_ID,
         "facts": {"upload_kind": "film"}, "at": AT}  # fmt: skip
NEW_CONSENT = {"purpose": "teaching", "is_given": True}
CONSENT = {"id": "3c4d5e6f-7a8b-4c9d-8e1f-2a3b4c5d6e98", **NEW_CONSENT, "by": PERSON, "at": AT}

UPLOAD = {"id": UPLOAD_ID, "case": CASE_ID, "kind": "document", "content_type": "application/pdf", "name": "letter.pdf",
          "size": 48213, "sha256": _SHA256, "added_by": PERSON, "added_at": AT}  # fmt: skip
NEW_SESSION = {"case": CASE_ID, "name": "ward-round.wav", "size": 48000000, "type": "audio/wav"}
SESSION = {"id": SESSION_ID, "case": CASE_ID, "name": "ward-round.wav", "state": "receiving", "chunk_size": 2097152,
           "size": 48000000, "received": 4194304, "next_index": 2, "upload": None,
           "url": f"/api/v1/uploads/sessions/{SESSION_ID}", "opened_at": AT, "touched_at": AT}  # fmt: skip
COMPLETION = {"sha256": _SHA256}

RUN: dict[str, Any] = {
    "id": RUN_ID, "kind": "clinic.check", "case": CASE_ID, "uploads": [UPLOAD_ID],
    "params": {"mode": "pass", "seconds": 0.0, "label": ""}, "state": "running", "stage": "read", "percent": 45,
    "seconds_left": 3, "attempts": 1, "error": "", "detail_code": "", "is_batch": False, "requested_by": PERSON,
    "requested_at": AT, "started_at": AT, "finished_at": None, "follows": None, "replayed_by": None,
}  # fmt: skip
NEW_RUN = {"kind": "clinic.check", "case": CASE_ID, "uploads": [UPLOAD_ID], "params": {"mode": "pass"}}
CANCELLED_RUN = {**RUN, "state": "cancelled", "seconds_left": None, "finished_at": "2025-11-20T08:15:04Z"}
FRESH_RUN = {**RUN, "id": "4d5e6f7a-8b9c-4d0e-9f2a-3b4c5d6e7fa9", "state": "queued", "stage": "", "percent": 0,
             "seconds_left": None, "attempts": 0, "started_at": None}  # fmt: skip
KIND = {
    "name": "clinic.check", "title": "Integrity check", "resource": "cpu", "limit_seconds": 60,
    "stages": [{"name": "read", "title": "Read and hash every byte"}],
    "uploads": {"at_least": 0, "at_most": 20, "kinds": []},
    "params": {"type": "object", "properties": {"seconds": {"type": "number", "minimum": 0, "maximum": 3600}}},
}  # fmt: skip
RESULT = {
    "id": "5e6f7a8b-9c0d-4e1f-8a3b-4c5d6e7f8aba", "run": RUN_ID, "case": CASE_ID, "kind": "clinic.check",
    "engine": "clinic.check 1", "outcome": {"files": 1, "bytes_read": 48213, "digests": [_SHA256], "all_match": True},
    "facets": {"files": 1, "bytes": 48213, "all_match": True}, "replay": {"python": "3.11.7"},
    "output_sha256": _SHA256, "at": AT, "standing": "not_clinical",
    "safety": {"version": "1", "text": "This is a screening aid, not a diagnosis. A person decides: [...]"},
}  # fmt: skip

EVIDENCE = {"number": 1, "state": "fits", "words": "short of breath", "source": "letter.txt, line 2",
            "place": {"upload": UPLOAD_ID, "kind": "text", "sha256": _SHA256, "start": "41", "end": "56"}}  # fmt: skip
EVIDENCE_LIST = {"standing": "preliminary", "results": [EVIDENCE]}
SENTENCE: dict[str, Any] = {
    "id": SENTENCE_ID, "section": "findings", "text": "She is short of breath.", "author": ANA_ID,
    "author_name": "Ana Ruiz", "is_vouched": False, "is_engines": False, "origin": None, "engine_had_said": None,
    "evidence": [EVIDENCE], "revision": 1,
}  # fmt: skip
NEW_SENTENCE = {"section": "findings", "text": "She is short of breath."}
SENTENCE_CHOICE = {"sentence": SENTENCE_ID, "seen": 1}
SENTENCE_CHANGES = {**SENTENCE_CHOICE, "text": "She is very short of breath."}
SOURCE_WISH = {**SENTENCE_CHOICE, "upload": UPLOAD_ID, "words": "A letter"}
TAKE_OVER = {"key": f"{RESULT_ID}.0"}
SUGGESTION = {"key": f"{RESULT_ID}.0", "section": "clinic.letters", "text": "Letter urgency: Urgent.",
              "engine": "Letters 1", "standing": "preliminary", "waits_for_decision": False}  # fmt: skip
CHECK = {"code": "runs", "is_done": True, "blocks": True, "words": "No run under way"}
DRAFT = {"revision": 1, "sentences": [SENTENCE], "checks": [CHECK], "suggestions": [SUGGESTION]}
SIGNATURE = {"seen": 1}
REPORT = {
    "id": REPORT_ID, "case": CASE_ID, "version": 1, "status": "final",
    "content": {"form": 1, "version": 1, "sections": {"findings": "Findings"}, "sentences": []},
    "content_sha256": _SHA256, "sources": [{"what": "upload", "id": UPLOAD_ID, "sha256": _SHA256}],
    "key_id": "k-00d7b6181357", "signature": "5f" * 64, "signed_by": PERSON, "signed_at": AT,
}  # fmt: skip
VERIFICATION = {"holds": True, "findings": [
    {"code": "content", "holds": True, "words": "The words are those that were signed."},
]}  # fmt: skip
_SIDE = {"sort": "document", "name": "letter.txt", "upload": UPLOAD_ID, "sha256": "9f86d081884c7d65" * 4,
         "words": "No known allergies.", "said": "", "start": 0, "end": 19, "holds": "negated"}  # fmt: skip
CONFLICT_ID = "8b9c0d1e-2f3a-4b4c-9d5e-6f7081920314"
CONFLICT: dict[str, Any] = {
    "id": CONFLICT_ID, "kind": "allergy", "about": "penicillin",
    "sides": [{**_SIDE, "words": "Allergic to penicillin.", "said": "penicillin", "holds": "present"}, _SIDE],
    "state": "open", "holds": "", "reason": None, "found_at": AT, "decided_at": None,
}  # fmt: skip
CASE_TAG = {"id": CASE_ID, "reference": "C-12", "patient": PATIENT_TAG}
COLLEAGUE_TAG = {"id": SECOND_ID, "name": "Ben Hale"}
NEW_HANDOVER = {"to": SECOND_ID, "note": "Watch her breathing, the film is not read."}
OPEN_POINT = {"code": "conflicts", "count": 1, "words": "1 contradiction between sources to decide on"}
HANDOVER: dict[str, Any] = {
    "id": HANDOVER_ID, "case": CASE_TAG, "giver": PERSON, "taker": COLLEAGUE_TAG, "note": NEW_HANDOVER["note"],
    "open_points": [OPEN_POINT], "state": "offered", "answer": "", "at": AT, "answered_at": None,
}  # fmt: skip
TAKEN_HANDOVER = {**HANDOVER, "state": "accepted", "answered_at": AT}
DECLINED_HANDOVER = {**HANDOVER, "state": "declined", "answer": "I am off at noon.", "answered_at": AT}
WITHDRAWN_HANDOVER = {**HANDOVER, "state": "withdrawn", "answered_at": AT}
NOT_TAKEN = {"reason": "I am off at noon."}
NEW_COSIGNATURE = {"whom": SECOND_ID}
COSIGNATURE: dict[str, Any] = {
    "id": COSIGNATURE_ID, "report": REPORT_ID, "version": 1, "case": CASE_TAG, "signer": COLLEAGUE_TAG,
    "asked_by": PERSON, "state": "asked", "reason": "", "asked_at": AT, "answered_at": None, "key_id": "",
    "signature": None, "holds": None,
}  # fmt: skip
COSIGNED = {**COSIGNATURE, "state": "signed", "answered_at": AT, "key_id": "k-00d7b6181357", "signature": "5f" * 64,
            "holds": True}  # fmt: skip
NOT_COSIGNED = {**COSIGNATURE, "state": "declined", "reason": "Not my field.", "answered_at": AT}
COSIGNING_DECLINED = {"reason": "Not my field."}
CONFLICT_DECISION = {"holds": "first", "reason": "She told of the rash herself."}
CASE_VERIFICATION = {
    "holds": True, "parts": [{"part": "files", "checked": 3, "waiting": 0, "gone": 0}], "faults": [], "seconds": 0.08,
}  # fmt: skip
LEARNED = {"id": ENGINE_ID, "name": "Letters", "version": "2", "state": "live", "items": 380, "withdrawn": 0}
CONSENT_ANSWER = {**CONSENT, "engines": []}
TRAINING_ITEM = {"number": "4d5e6f7a", "capability": "clinic.letters", "said": "routine", "label": "urgent",
                 "reader": PERSON, "at": AT}  # fmt: skip

KEY = {"id": KEY_ID, "name": "PACS bridge", "prefix": "3f9a1c5be07d",
       "scopes": ["case.view", "upload.add", "upload.read"], "created_at": AT, "expires_at": "2026-11-20T08:15:00Z",
       "last_used_at": None, "revoked_at": None}  # fmt: skip
NEW_KEY = {"name": "PACS bridge", "scopes": ["case.view", "upload.add", "upload.read"], "days": 365}
ISSUED_KEY = {"key": KEY, "secret": "rk_3f9a1c5be07d_<43 characters, shown this once>"}
REPEATED_KEY = {"key": KEY, "secret": None}
REVOKED_KEY = {**KEY, "revoked_at": "2025-12-01T10:00:00Z"}
NEW_TOKEN = {"scopes": ["case.view"]}
TOKEN = {"access_token": "<header>.<claims>.<signature>", "token_type": "Bearer", "expires_in": 900,
         "scopes": ["case.view"]}  # fmt: skip
ME = {"person": PERSON, "site": {"id": "7a8b9c0d-1e2f-4a3b-8c5d-6e7f8a9b0cdc", "name": "Northgate"},
      "roles": ["clinician"], "permissions": ["case.open", "case.view"], "key": None}  # fmt: skip
NOTICE = {"id": NOTICE_ID, "kind": "mentioned", "case": CASE_ID, "run": None,
          "caused_by": PERSON, "at": AT, "read_at": None}  # fmt: skip
READ_NOTICE = {**NOTICE, "read_at": AT}
COUNT = {"count": 3}

AUDIT_EVENT: dict[str, Any] = {
    "id": EVENT_ID, "position": 48204, "at": AT, "event": "case.read", "case": CASE_ID, "patient": PATIENT_ID,
    "person": ANA_ID, "hash": _SHA256,
    "told": {"v": 1, "event": "case.read", "actor": "Ana Ruiz", "roles": ["clinician"], "target": "Case",
             "fields": [], "facts": {}},
}  # fmt: skip
PROVED_EVENT = {"event": AUDIT_EVENT, "state": "done",
                "steps": [{"name": "Hash matches its content", "state": "done", "note": "9f86…0a08"}]}  # fmt: skip
READER = {"person": ANA_ID, "name": "Ana Ruiz", "roles": ["clinician"], "times": 2, "in_lists": 1, "first": AT,
          "last": AT}  # fmt: skip
CHECKPOINT = {"seq": 48240, "at": AT, "line": '{"at":"2025-11-20T08:15:00+00:00","first":47241,"seq":48240}'}
EXPORT = '{"format":"rounds-audit-1","scope":"7a8b9c0d-1e2f-4a3b-8c5d-6e7f8a9b0cdc"}\n{"seq":1,"hash":"9f86"}\n'

ITEM_ID = "4f5a6b7c-8d9e-4fa0-8b1c-2d3e4f5a6b7c"
REVIEWED_RUN_ID = "5a6b7c8d-9eaf-4b0c-9d1e-3f4a5b6c7d8e"
_SHARE = {"value": 0.91, "low": 0.84, "high": 0.95, "n": 120}
REVIEW = {"id": "6b7c8d9e-af0b-4c1d-8e2f-4a5b6c7d8e9f", "reader": PERSON, "label": "urgent", "is_adjudication": False,
          "was_blind": True, "agrees": False, "note": None, "at": AT}  # fmt: skip
REVIEW_ITEM: dict[str, Any] = {
    "id": ITEM_ID, "capability": "clinic.letters", "case": CASE_ID, "state": "adjudication", "is_blind": False,
    "readers": 2, "run": REVIEWED_RUN_ID, "reasons": ["low_confidence", "disagreement"], "answer": "routine",
    "decisions": [REVIEW], "decided_label": "", "claimed_by": None, "claimed_until": None, "created_at": AT,
    "decided_at": None, "safety": RESULT["safety"],
}  # fmt: skip
NEW_DECISION = {"label": "urgent", "note": "Two weeks of fever.", "looked": ["opened"]}
REVIEW_QUESTION = {"note": "Is this urgent?"}
IN_PRACTICE = {"engine": "Letters linear 1.0.0", "digest": _SHA256, "coverage": _SHARE, "accuracy": _SHARE, "n": 120}
REVIEW_FIGURES = {
    "capability": "clinic.letters",
    "engines": [IN_PRACTICE],
    "agreement": {"items": 120, "readers": 2, "observed": _SHARE, "kappa": _SHARE, "ac1": _SHARE},
    "readers": [{"person": ANA_ID, "name": "Ana Ruiz", "count": 120, "with_last_word": _SHARE, "with_engine": _SHARE,
                 "median_seconds": 41.0}],
}  # fmt: skip
LIMITS_TRIAL = {"capability": "clinic.letters", "limits": {"routine": 0.8}}
NEW_LIMITS = {**LIMITS_TRIAL, "reason": "Too many routine letters wait."}
PROPOSAL: dict[str, Any] = {
    "id": PROPOSAL_ID, "kind": "engine.rollout", "capability": "clinic.letters", "target": DEPLOYMENT_ID,
    "change": {"percent": 10}, "reason": "It did better on what people decided.", "proposed_by": PERSON,
    "proposed_at": AT, "decision": "", "decided_by": None, "decided_at": None, "note": "",
}  # fmt: skip
LIMITS_CHANGE = {**PROPOSAL, "id": "7c8d9eaf-0b1c-4d2e-9f3a-5b6c7d8e9fa0", "kind": "review.limits", "target": None,
                 "reason": NEW_LIMITS["reason"], "change": {"was": {"routine": 0.85}, "values": {"routine": 0.8}},
                 }  # fmt: skip
NEW_POLICY = {"capability": "clinic.letters", "rules": {"readers": 2, "is_blind": True},
              "reason": "Two read until we know each other."}  # fmt: skip
POLICY_CHANGE = {**LIMITS_CHANGE, "kind": "review.policy", "reason": NEW_POLICY["reason"],
                 "change": {"was": {"readers": 1}, "rules": {"readers": 2}}}  # fmt: skip
SIMULATION = {"answers": 2000, "to_review_now": 410, "to_review_then": 352, "more": -58, "accepted_and_judged_then": 96,
              "accepted_and_wrong_then": 3}  # fmt: skip
REVIEW_SETTINGS = {
    "capability": "clinic.letters", "limits": {"routine": 0.85, "urgent": 0.85, "emergency": 0.85},
    "rules": {"readers": 1, "is_blind": False, "doubt_below": 0.5, "doubt_readers": 2, "doubt_is_blind": True,
              "class_readers": {"emergency": 2}, "class_is_blind": True, "sample_percent": 5.0, "sample_readers": 1,
              "sample_is_blind": True, "set_at_most": 2, "risky_from": 0.9, "risky": "always", "wait_hours": 8,
              "dwell_s": 3, "adjudicators": ["reviewer", "clinician"], "on_alarm": "people"},
}  # fmt: skip

ENGINE_TAG: dict[str, Any] = {
    "id": DEPLOYMENT_ID, "name": "Letters linear", "version": "2.0.0", "digest": _SHA256,
    "capability": "clinic.letters", "rung": 0, "state": "shadow", "percent": 0, "is_remote": False, "since": AT,
    "out_since": None, "out_reason": "",
}  # fmt: skip
ENGINE = {
    **ENGINE_TAG, "files": {"card.json": _SHA256, "weights.safetensors": _SHA256}, "signer": "k-00d7b6181357",
    "card": {"purpose": "Orders letters by how urgent they are.", "population": "Referral letters in English.",
             "data": "24,000 generated letters.", "limits": "Not for letters of other languages.",
             "licence": "Apache-2.0"},
    "metrics": [{**_SHARE, "name": "accuracy"}], "in_practice": IN_PRACTICE,
    "sealed_cases": {"is_ok": True, "cases": 40, "failed": 0, "at": AT}, "fault": None,
    "gate": {"passed": False, "reasons": ["too_few_read"], "n": 120, "still_needed": 380}, "follows": None,
}  # fmt: skip
WHY = {"reason": "It calls urgent letters routine."}
NEW_PROPOSAL = {"kind": "engine.rollout", "engine": DEPLOYMENT_ID, "percent": 10, "reason": PROPOSAL["reason"]}
PROPOSAL_NOTE = {"note": "I looked at its figures."}
AGREED = {**PROPOSAL, "decision": "approved", "decided_by": {"id": NOTICE_ID, "name": "Bo Lind"}, "decided_at": AT,
          "note": PROPOSAL_NOTE["note"]}  # fmt: skip
NEW_STOP = {"capability": "clinic.letters", "class_name": "routine", "note": "Called a stroke routine."}
STOP = {"id": STOP_ID, "capability": "clinic.letters", "class_name": "routine", "incident": INCIDENT_ID,
        "pulled_by": PERSON, "pulled_at": AT, "released_at": None}  # fmt: skip
NEW_EMERGENCY = {"site": "Southmoor", "number": 1, "reason": "Brought in unconscious; the file is there."}
EMERGENCY_TAG = {"id": EMERGENCY_ID, "site": "Southmoor", "case": "20a6b7c8-d9e0-4f1a-8b2c-4d5e6f708192",
                 "began_at": AT, "until": "2025-11-20T08:45:00Z"}  # fmt: skip
EMERGENCY = {**EMERGENCY_TAG, "reference": "C-1", "person": PERSON, "reason": NEW_EMERGENCY["reason"],
             "is_standing": True, "is_late": False, "ended_at": None, "verdict": "", "judged_by": None,
             "judged_at": None}  # fmt: skip
EMERGENCY_CASE = {"emergency": EMERGENCY_TAG, "case": CASE, "patient": PATIENT, "notes": [NOTE], "uploads": [UPLOAD],
                  "reports": [REPORT]}  # fmt: skip
EMERGENCY_VERDICT = {"verdict": "wrong", "note": "She was not on duty; spoken with on the same day."}
NEW_RELEASE = {"reason": "The limits were wrong; they are set anew and 40 letters were read again."}
RELEASE = {**PROPOSAL, "id": "f25d6e7f-8091-4cad-9ebf-2a3b4c5d6e7f", "kind": "stop.release", "target": STOP_ID,
           "capability": "clinic.letters", "change": {"class_name": "routine"}, **NEW_RELEASE}  # fmt: skip
INCIDENT_ROW = {
    "id": INCIDENT_ID, "reference": "I-3", "capability": "clinic.letters", "class_name": "routine", "cause": "stop",
    "state": "open", "stop": STOP_ID, "is_stopped": True, "engine_digest": None,
    "opened_by": PERSON, "opened_at": AT, "resolved_at": None,
    "closed_at": None,
}  # fmt: skip
NEW_INCIDENT_NOTE = {"words": "C-12 and C-14 were called routine; both are read again."}
DONE_STEP = {"step": "on_duty"}
LOG_LINE = {"id": "036e7f80-91a2-4dbe-8fc0-3b4c5d6e7f80", "kind": "note", "step": "", **NEW_INCIDENT_NOTE,
            "review": None, "by": PERSON, "at": AT}  # fmt: skip
INCIDENT_REVIEW = {
    "happened": "A limit was set too low on Monday.", "harm": "Nobody: both letters were read within the hour.",
    "found": "By a reader. An alarm on coverage could have found it on Tuesday.", "why": "The trial was read wrongly.",
    "helped": "The cord was pulled within a minute.", "changes": "Ana Ruiz words the trial anew by Friday.",
}  # fmt: skip
REVIEW_LINE = {**LOG_LINE, "kind": "review", "words": "", "review": INCIDENT_REVIEW}
INCIDENT_END = {"note": "The limits are set anew; what was answered since is read again."}
ORDERED = {"run": RUN_ID}
INCIDENT = {
    **INCIDENT_ROW,
    "steps": [{"code": "on_duty", "words": "Tell those on duty who rely on this engine, by voice.",
               "due_at": "2025-11-20T08:45:00Z", "done_at": AT, "done_by": PERSON}],
    "log": [LOG_LINE], "release": None,
    "packs": [{"id": PACK_ID, "run": RUN_ID, "form": "pdf", "size": 48213, "sha256": _SHA256, "cases": 12, "at": AT}],
}  # fmt: skip
REPLAY = {**RUN, "id": REPLAY_ID, "kind": "clinic.replay", "case": None, "uploads": [], "params": {"run": RUN_ID},
          "state": "queued", "stage": "", "percent": 0, "seconds_left": None, "attempts": 0, "started_at": None,
          "follows": RUN_ID}  # fmt: skip
COMPARISON = {
    "run": RUN_ID, "engine_digest": _SHA256, "is_identical": True, "same_label": True, "is_close": True,
    "label_was": "routine", "label_now": "routine", "largest_gap": 0.0,
    "numbers": [{"name": "probabilities.routine", "was": 0.93, "now": 0.93}], "others": [], "unlike": [],
    "sha256_was": _SHA256, "sha256_now": _SHA256, "at": AT,
}  # fmt: skip
ALARM = {
    "id": ALARM_ID, "capability": "clinic.letters", "monitor": "mix", "engine_digest": _SHA256, "queued": 25,
    "is_raised": True, "moved": [{"feature": "emergency", "before": 0.02, "now": 0.41}], "figure": None, "terms": [],
    "at": AT,
}  # fmt: skip

TRANSCRIPT = {
    "run": RUN_ID, "text": "take 500 mg",
    "lines": [{"speaker": 1, "name": "Doctor", "is_suggested": True, "start": 0.0, "words": [
        {"first": 0, "last": 0, "text": "take", "start": 0.0, "end": 0.5, "confidence": 0.9, "is_voiced": True,
         "is_corrected": False, "was": ""},
        {"first": 1, "last": 2, "text": "500 mg", "start": 0.5, "end": 1.5, "confidence": None, "is_voiced": True,
         "is_corrected": True, "was": "five hundred"},
    ]}],
    "to_confirm": [{"first": 1, "last": 2, "risk": "dose", "text": "five hundred", "is_missing": False,
                    "is_confirmed": True}],
    "is_checked": False, "edits": 1,
}  # fmt: skip
TRANSCRIPT_ACT = {"act": "confirm", "first": 1, "last": 2}
