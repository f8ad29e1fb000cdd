"""Films for the examples of the API description. No value is anybody's."""

from typing import Any

from clinic.api.examples import AT, CASE_ID, FRESH_RUN, PERSON, RESULT, RUN, UPLOAD_ID

FILM_ID = "b1c2d3e4-f506-4718-8293-a4b5c6d7e8f9"
PICTURE_ID = "c2d3e4f5-0617-4829-93a4-b5c6d7e8f9a0"  # an upload that is a picture
ARCHIVE_ID = "d3e4f506-1728-4930-84b5-c6d7e8f9a0b1"
_CHANCES = {"NORMAL": 0.06, "BACTERIAL_PNEUMONIA": 0.83, "VIRAL_PNEUMONIA": 0.11}
_MEMBERS = {"convnext_tiny": _CHANCES, "efficientnet_v2_s": _CHANCES}
_SHARE = {"value": 0.91, "low": 0.84, "high": 0.95, "n": 120}
# One grey pixel: a picture, though no film.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="

REASON = {"code": "rotated", "short": "rotated", "why": "The film does not stand upright.",
          "what_to_do": "Turn it upright and the engine is asked."}  # fmt: skip
FILM: dict[str, Any] = {
    "id": FILM_ID, "case": CASE_ID, "upload": UPLOAD_ID, "state": "refused", "reasons": [REASON],
    "offer": {"quarter_turns": 1}, "is_overridden": False, "is_generated": False, "view": "AP", "laterality": "",
    "text_state": "clear", "text_boxes": [],
    "rows": 1024, "columns": 1024, "bits": 12, "age_years": 3, "quarter_turns": 0, "is_inverted": False,
    "read_state": "waiting", "claimed_by": None, "claimed_until": None, "added_at": AT,
}  # fmt: skip
ANSWER = {
    "run": RUN["id"], "prediction": "BACTERIAL_PNEUMONIA", "words": "Bacterial pattern", "confidence": 0.83,
    "probabilities": _CHANCES, "prediction_set": ["BACTERIAL_PNEUMONIA"], "set_level": 0.9, "risk_level": "high",
    "risk_words": "High risk: bacterial pattern", "members": _MEMBERS, "calibrated": True, "engine": "Chest pair 1.0.0",
    "engine_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "precision": "bfloat16",
    "map": {"verdict": "passed", "beaten": 20, "masks": 20, "rows": 2, "columns": 2, "values": [0.0, 0.2, 1.0, 0.3]},
    "recalled_from": None, "standing": "preliminary", "safety": RESULT["safety"],
}  # fmt: skip
READING = {
    "id": "e4f50617-2839-4041-95c6-d7e8f9a0b1c2", "reader": PERSON, "position": 1, "impression": "bacterial",
    "certainty": "sure", "findings": "Opacity in the right lower zone.",
    "regions": [{"left": 0.1, "top": 0.5, "width": 0.2, "height": 0.2}], "seconds": 41.0, "was_blind": True, "at": AT,
    "verdict": {"impression": "bacterial", "stance": "agrees", "reason": "", "note": None, "at": AT},
}  # fmt: skip
ONE_FILM = {**FILM, "is_answer_hidden": False, "answer": ANSWER, "readings": [READING]}
NEW_FILM = {"upload": PICTURE_ID}
NEW_ARCHIVE = {"upload": ARCHIVE_ID}
UPRIGHT = {"quarter_turns": 1, "is_inverted": False}
SEAL = {"impression": "bacterial", "certainty": "sure", "findings": "Opacity in the right lower zone.",
        "regions": READING["regions"]}  # fmt: skip
CONCLUSION = {"stance": "alone"}
OVERRULE = {"reason": "Seen upright at the workstation."}
TEXT = {"verdict": "allowed", "reason": "Only the side and the word for lying down."}
NEW_PREDICTION = {"case": CASE_ID, "image": PIXEL, "disable_cam": True, "wait": 0}
PREDICTION = {
    "film": FILM_ID, "run": RUN["id"], "prediction": "BACTERIAL_PNEUMONIA", "confidence": 0.83,
    "probabilities": _CHANCES, "risk_level": "high", "prediction_set": ["BACTERIAL_PNEUMONIA"], "members": _MEMBERS,
    "calibrated": True, "heatmap": PIXEL, "heatmap_tested": True, "engine": "Chest pair 1.0.0", "milliseconds": 180,
    "recalled_from": None, "safety": RESULT["safety"],
}  # fmt: skip
UNPACKING = {**FRESH_RUN, "kind": "radiology.archive", "params": {}, "uploads": [ARCHIVE_ID], "is_batch": True}
UNDER_WAY = {"film": FILM_ID, "run": {**FRESH_RUN, "kind": "radiology.film", "params": {}}}
FIGURES = {
    "readers": [{"name": "Ana Ruiz", "count": 120, "agreed": _SHARE, "changed": _SHARE, "harmed": _SHARE,
                 "helped": _SHARE, "median_seconds": 41.0}],
    "readings": 120,
    "engine": [{"finding": "NORMAL", "sensitivity": _SHARE, "specificity": _SHARE, "f1": _SHARE}],
}  # fmt: skip
CLASSIC_FILM = {"file_data": PIXEL, "disable_cam": True, "wait": 0}
CLASSIC_PREDICTION = {
    "status": "success", "prediction": "BACTERIAL_PNEUMONIA", "confidence": "83.00%", "risk_level": "high",
    "gradcam_image": PIXEL, "model_version": "Chest pair 1.0.0",
    "warnings": ["A person has to judge this before it counts."], "case": CASE_ID, "film": FILM_ID,
    "look_at": f"/api/v1/films/{FILM_ID}", "safety": RESULT["safety"],
}  # fmt: skip
CLASSIC_WAITING = {**CLASSIC_PREDICTION, "status": "processing", "prediction": "", "confidence": None,
                   "risk_level": "", "gradcam_image": None, "model_version": "",
                   "warnings": ["Not answered yet."]}  # fmt: skip
