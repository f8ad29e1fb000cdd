"""What every column holds. A column that is not declared here fails the suite.

PATIENT  identifies or describes a patient: sealed, or a facet too coarse to identify
FACET    a coded fact about a case (state, score, time) that may be filtered by and shown to those who may see the case
PERSON   about somebody who works here
SECRET   a key, a hash, a token: never shown, logged or exported
PLAIN    says nothing about anybody: ids, counters, technical state
"""

from enum import StrEnum


class Holds(StrEnum):
    PATIENT = "patient"
    FACET = "facet"
    PERSON = "person"
    SECRET = "secret"  # noqa: S105  (a word, no secret)
    PLAIN = "plain"


def _all(holds: Holds, names: str) -> dict[str, Holds]:
    return dict.fromkeys(names.split(), holds)


COLUMNS: dict[str, dict[str, Holds]] = {
    "clinic.User": _all(Holds.PERSON, "email name language engines joined_at last_login")
    | _all(Holds.SECRET, "password")
    | _all(Holds.PLAIN, "id is_active"),
    "clinic.Site": _all(Holds.PLAIN, "id name last_case_number last_patient_number last_incident_number "
                        "routine_wait_minutes urgent_wait_minutes emergency_wait_minutes lets_patient_data_leave "
                        "created_at closed_at"),
    "clinic.Membership": _all(Holds.PERSON, "user role department since ended_at kept_at kept_by")
    | _all(Holds.PLAIN, "id site"),
    "clinic.DataKey": _all(Holds.SECRET, "wrapped") | _all(Holds.PLAIN, "id site created_at destroyed_at"),
    "clinic.Patient": _all(Holds.PATIENT, "name birth_date sex number")
    | _all(Holds.PLAIN, "id site created_at erased_at"),
    "clinic.Consent": _all(Holds.FACET, "patient purpose is_given at by") | _all(Holds.PLAIN, "id site"),
    "clinic.Case": _all(Holds.PATIENT, "question encounter age_years")
    | _all(Holds.FACET, "patient number state urgency urgency_rank department assignee due_at opened_at opened_by "
           "state_since") | _all(Holds.PLAIN, "id site"),
    "clinic.StateChange": _all(Holds.PATIENT, "reason") | _all(Holds.FACET, "case old new by at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.Note": _all(Holds.PATIENT, "body") | _all(Holds.FACET, "case author at") | _all(Holds.PLAIN, "id site"),
    "clinic.CaseWords": _all(Holds.PATIENT, "words") | _all(Holds.PLAIN, "case site"),
    "clinic.Entry": _all(Holds.FACET, "case kind actor subject_id facts at")
    | _all(Holds.PLAIN, "id site audit_event_id"),
    "clinic.Notification": _all(Holds.PERSON, "person caused_by read_at")
    | _all(Holds.FACET, "case kind run_id incident_id at") | _all(Holds.PLAIN, "id site"),
    "clinic.RetentionRule": _all(Holds.PERSON, "by") | _all(Holds.PLAIN, "id site policy cold_days expiry_days at"),
    "clinic.Hold": _all(Holds.PATIENT, "reason") | _all(Holds.FACET, "case placed_by placed_at lifted_by lifted_at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.Handover": _all(Holds.PATIENT, "note answer")
    | _all(Holds.FACET, "case giver taker open_points state at answered_at") | _all(Holds.PLAIN, "id site"),
    "clinic.CoSignature": _all(Holds.PATIENT, "reason")
    | _all(Holds.FACET, "report signer asked_by asked_at state answered_at")
    | _all(Holds.PLAIN, "id site key_id signature"),
    "clinic.BrokenGlass": _all(Holds.PATIENT, "reason note") | _all(Holds.PERSON, "person looked_at_by")
    | _all(Holds.FACET, "case patient began_at until ended_at verdict looked_at") | _all(Holds.PLAIN, "id site"),
    "clinic.RegisterLine": _all(Holds.PATIENT, "words")
    | _all(Holds.PERSON, "what who by")
    | _all(Holds.PLAIN, "id site register number version done_on due_on level is_ended at"),
    "clinic.Backup": _all(Holds.PLAIN, "id name cut_at taken_at size rows objects_count missing position"),
    "clinic.RestoreDrill": _all(Holds.PERSON, "asked_by")
    | _all(Holds.PLAIN, "id run at backup name cut_at problem figures"),
    "clinic.Findable": _all(Holds.PATIENT, "words") | _all(Holds.FACET, "case kind subject_id at")
    | _all(Holds.PLAIN, "id site part version"),
    "clinic.AskedSearch": _all(Holds.PATIENT, "query") | _all(Holds.PERSON, "person meaning")
    | _all(Holds.PLAIN, "id site filters has_no_meaning asked_at"),
    "clinic.SavedSearch": _all(Holds.PATIENT, "name query") | _all(Holds.PERSON, "person")
    | _all(Holds.PLAIN, "id site filters saved_at"),
    "clinic.Upload": _all(Holds.PATIENT, "name")
    | _all(Holds.FACET, "case kind content_type size sha256 added_by added_at cold_at expired_at going_told_at")
    | _all(Holds.PLAIN, "id site object_name"),
    "clinic.UploadSession": _all(Holds.PATIENT, "name")
    | _all(Holds.FACET, "case declared_type declared_size received next_index state upload opened_by opened_at "
           "touched_at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.Hearing": _all(Holds.PATIENT, "draft outcome") | _all(Holds.FACET, "session language state")
    | _all(Holds.PLAIN, "id site listener beat_at pieces size engines sha256"),
    "clinic.TranscriptEdit": _all(Holds.PATIENT, "words") | _all(Holds.FACET, "run number act first last speaker by at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.Conflict": _all(Holds.PATIENT, "sides reason")
    | _all(Holds.FACET, "case kind state holds decided_by decided_at found_at")
    | _all(Holds.PLAIN, "id site fingerprint results"),
    "clinic.Erasure": _all(Holds.FACET, "patient number certificate asked_by agreed_by at")
    | _all(Holds.PLAIN, "id site key_id signature"),
    "clinic.VocabularyWord": _all(Holds.PERSON, "added_by") | _all(Holds.PLAIN, "id site word department added_at"),
    "clinic.UploadChunk": _all(Holds.PLAIN, "id site session index size sha256 object_name"),
    "clinic.Run": _all(Holds.FACET, "case kind params state error detail_code stage percent requested_by requested_at "
                       "started_at finished_at follows replayed_by uploads")
    | _all(Holds.PLAIN, "id site fingerprint lane priority attempts lease_until worker not_before request_id"),
    "clinic.RunUpload": _all(Holds.FACET, "run upload position") | _all(Holds.PLAIN, "id site"),
    "clinic.Result": _all(Holds.PATIENT, "outcome") | _all(Holds.FACET, "run case kind facets engine receipt at")
    | _all(Holds.PLAIN, "id site engine_digest replay output_sha256"),
    "clinic.Engine": _all(Holds.PLAIN, "id capability name version digest manifest card is_remote signer "
                          "signature folder installed_at"),
    "clinic.Deployment": _all(Holds.PLAIN, "id site engine capability rung state percent follows out_since out_reason "
                              "since"),
    "clinic.EngineMove": _all(Holds.PATIENT, "reason") | _all(Holds.PERSON, "by approved_by")
    | _all(Holds.PLAIN, "id site deployment old new percent cause gate seal at"),
    "clinic.EngineFault": _all(Holds.PLAIN, "id engine host fault about since cleared_at"),
    "clinic.GoldenRun": _all(Holds.PLAIN, "id engine is_ok cases failed cause host seconds at"),
    "clinic.Threshold": _all(Holds.PLAIN, "id site capability values proposal at"),
    "clinic.Stop": _all(Holds.PATIENT, "note") | _all(Holds.PERSON, "pulled_by")
    | _all(Holds.PLAIN, "id site capability class_name pulled_at released_at release"),
    "clinic.Incident": _all(Holds.PERSON, "opened_by")
    | _all(Holds.PLAIN, "id site number capability class_name cause stop engine state opened_at resolved_at closed_at"),
    "clinic.IncidentEntry": _all(Holds.PATIENT, "words") | _all(Holds.PERSON, "by")
    | _all(Holds.PLAIN, "id site incident kind step at"),
    "clinic.IncidentPack": _all(Holds.PLAIN, "id site incident run form size sha256 object_name cases at"),
    "clinic.StopMark": _all(Holds.FACET, "result stop") | _all(Holds.PLAIN, "id site at"),
    "clinic.Proposal": _all(Holds.PATIENT, "reason note") | _all(Holds.PERSON, "proposed_by decided_by")
    | _all(Holds.PLAIN, "id site kind capability target_id change proposed_at decision decided_at"),
    "clinic.ReviewPolicy": _all(Holds.PLAIN, "id site capability rules proposal at"),
    "clinic.ReviewItem": _all(Holds.PATIENT, "question")
    | _all(Holds.FACET, "capability case run result reasons risk uncertainty is_urgent sampling sent_by readers "
           "is_blind state decided_label decided_at claimed_by claimed_at claimed_until created_at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.HeldDecision": _all(Holds.PATIENT, "note") | _all(Holds.FACET, "item reader label looked at final_at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.Review": _all(Holds.PATIENT, "note")
    | _all(Holds.FACET, "item result case reader is_adjudication was_blind label agrees looked at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.ReportDraft": _all(Holds.PATIENT, "body") | _all(Holds.FACET, "case revision touched_by touched_at")
    | _all(Holds.PLAIN, "id site"),
    "clinic.Report": _all(Holds.PATIENT, "body reason")
    | _all(Holds.FACET, "case version content_sha256 sources signed_by signed_at")
    | _all(Holds.PLAIN, "id site key_id signature"),
    "clinic.TrainingItem": _all(Holds.FACET, "capability patient case result review said label sources at")
    | _all(Holds.PLAIN, "id site engine_digest key_id signature"),
    "clinic.EngineLesson": _all(Holds.FACET, "item") | _all(Holds.PLAIN, "id site engine"),
    "clinic.DriftWatch": _all(Holds.PATIENT, "state") | _all(Holds.PLAIN, "id site capability monitor seen at"),
    "clinic.DriftAlarm": _all(Holds.PATIENT, "moved") | _all(Holds.PLAIN, "id site capability monitor queued at"),
    "clinic.ShadowAnswer": _all(Holds.FACET, "result case facets") | _all(Holds.PLAIN, "id site engine milliseconds "
                                                                          "error at"),
    "clinic.WorkerBeat": _all(Holds.PLAIN, "name lanes host pid started_at at run_id memory_bytes"),
    "clinic.ApiKey": _all(Holds.SECRET, "secret_sha256") | _all(Holds.PERSON, "owner name last_used_at")
    | _all(Holds.PLAIN, "id site prefix scopes created_at expires_at revoked_at"),
    "clinic.IdempotencyKey": _all(Holds.PERSON, "person") | _all(Holds.PLAIN, "id site key request_sha256 made_id at"),
    "clinic.AuditEvent": _all(Holds.FACET, "body event site_id actor_id target_id case_id patient_id")
    | _all(Holds.PLAIN, "id"),
    "clinic.AuditLink": _all(Holds.PLAIN, "seq event at prev hash"),
    "clinic.AuditCheckpoint": _all(Holds.PLAIN, "seq at line"),
    "clinic.WitnessState": _all(Holds.PLAIN, "name at code seq"),
    "classify.BatchItem": _all(Holds.PATIENT, "name")
    | _all(Holds.FACET, "run case number document is_known problem at") | _all(Holds.PLAIN, "id site"),
    "classify.Document": _all(Holds.FACET, "upload case asked_run route_run is_urgent copy_of copy_share added_at")
    | _all(Holds.PLAIN, "id site"),
    "classify.TextPrint": _all(Holds.FACET, "document signature bands") | _all(Holds.PLAIN, "id site"),
    "consult.Consult": _all(Holds.FACET, "case language opened_by opened_at") | _all(Holds.PLAIN, "id site"),
    "consult.Part": _all(Holds.FACET, "consult number sort state session upload run problem began_at came_at due_at "
                         "is_late settled_at") | _all(Holds.PLAIN, "id site"),
    "consult.ConsultAnswer": _all(Holds.FACET, "consult number run parts missing asked_at due_at person_needed_at "
                                  "ended_at seen_by seen_at") | _all(Holds.PLAIN, "id site"),
    "consult.ConsultWaits": _all(Holds.PLAIN, "id site voice_s picture_s"),
    "coaching.Practice": _all(Holds.PERSON, "person question version asked language keeps reason persona "
                              "says_emotions began_at touched_at closed_at satisfaction satisfied_with")
    | _all(Holds.PLAIN, "id site"),
    "coaching.Attempt": _all(Holds.PERSON, "person practice number state is_typed received next_index heard_to hears "
                             "heard_by is_draft answer sounding expression read figures weak problem "
                             "sound_problem began_at came_at "
                             "heard_at measured_at told_at forgotten_at is_useful")
    | _all(Holds.PLAIN, "id site hear_run sound_run feedback_run"),
    "coaching.Piece": _all(Holds.PERSON, "person attempt index size sha256 object_name") | _all(Holds.PLAIN, "id site"),
    "coaching.Speaker": _all(Holds.PERSON, "person role language keeps engines counts_disfluency")
    | _all(Holds.PLAIN, "id site"),
    "coaching.DrawnQuestion": _all(Holds.PERSON, "person deck cycle question at") | _all(Holds.PLAIN, "id site"),
    "coaching.Search": _all(Holds.PERSON, "person query filters found asked_at") | _all(Holds.PLAIN, "id site"),
    "coaching.QuestionVector": _all(Holds.PLAIN, "id site code part digest numbers"),
    "coaching.SiteQuestion": _all(Holds.PERSON, "written_by decided_by")
    | _all(Holds.PLAIN, "id site code version body state written_at decided_at why"),
    "coaching.LiveSession": _all(Holds.PERSON, "practice person coach asked language began_at ended_at")
    | _all(Holds.PLAIN, "id site"),
    "coaching.LiveNote": _all(Holds.PERSON, "session person coach by text at") | _all(Holds.PLAIN, "id site"),
    "coaching.Participation": _all(Holds.PERSON, "person day practices") | _all(Holds.PLAIN, "id site"),
    "coaching.Tally": _all(Holds.PLAIN, "id site week engine told failed milliseconds answer_seconds useful "
                           "not_useful faults rated satisfied"),
    "coaching.TalliedPerson": _all(Holds.PERSON, "person engine has_judged has_rated") | _all(Holds.PLAIN, "id site"),
    "coaching.LawfulPurpose": _all(Holds.PERSON, "recorded_by")
    | _all(Holds.PLAIN, "id site purpose recorded_at ended_at"),
    "extraction.FactSheet": _all(Holds.FACET, "upload case asked_run run found opened_at finished_run finished_by "
                                 "finished_at added_at came_with") | _all(Holds.PLAIN, "id site"),
    "extraction.FieldDecision": _all(Holds.PATIENT, "values")
    | _all(Holds.FACET, "sheet run number key act distance by at") | _all(Holds.PLAIN, "id site"),
    "extraction.FactRule": _all(Holds.PERSON, "by reason")
    | _all(Holds.PLAIN, "id site kind number is_on cause figures at"),
    "extraction.BlindComparison": _all(Holds.PLAIN, "id site first second run engine at"),
    "extraction.BlindPair": _all(Holds.PATIENT, "answers") | _all(Holds.FACET, "upload subject_id")
    | _all(Holds.PLAIN, "id site comparison number made_up is_swapped"),
    "extraction.BlindJudgement": _all(Holds.PERSON, "by") | _all(Holds.PLAIN, "id site pair preferred at"),
    "extraction.Experiment": _all(Holds.PERSON, "author hypothesis") | _all(Holds.SECRET, "assigned_by")
    | _all(Holds.PLAIN, "id site name first second effect expected spread learned_from at"),
    "extraction.ExperimentMove": _all(Holds.PERSON, "by reason")
    | _all(Holds.PLAIN, "id site experiment number phase verdict figures at"),
    "extraction.PromptVersion": _all(Holds.PERSON, "author note")
    | _all(Holds.PLAIN, "id site name text sha256 parent merged at key_id signature"),
    "extraction.PromptMove": _all(Holds.PERSON, "reason asked_by by")
    | _all(Holds.PLAIN, "id site number version before cause at key_id signature"),
    "extraction.PromptTrial": _all(Holds.PLAIN, "id site version sha256 run engine figures reasons at key_id "
                                   "signature"),
    "radiology.Film": _all(Holds.PATIENT, "override age_years text_reason")
    | _all(Holds.FACET, "upload case state problem rows columns bits modality view laterality is_generated gate "
           "quarter_turns is_inverted overridden_by chest_run map_run rank read_state needs_second claimed_by "
           "claimed_at claimed_until added_at text_state text_boxes text_by text_at masked_from frame")
    | _all(Holds.PLAIN, "id site"),
    "radiology.DicomObject": _all(Holds.PATIENT, "header") | _all(Holds.FACET, "film study series instance")
    | _all(Holds.PLAIN, "id site"),
    "radiology.FilmRead": _all(Holds.PATIENT, "findings regions")
    | _all(Holds.FACET, "film reader position impression certainty seconds was_blind blind_rule result at")
    | _all(Holds.PLAIN, "id site audit_event_id"),
    "radiology.FilmVerdict": _all(Holds.PATIENT, "note")
    | _all(Holds.FACET, "read impression stance reason engine_label is_for_teaching at") | _all(Holds.PLAIN, "id site"),
    "radiology.ForgottenAnswers": _all(Holds.PERSON, "by") | _all(Holds.PLAIN, "id site engine_digest reason at"),
    "radiology.ReadingPolicy": _all(Holds.PERSON, "changed_by")
    | _all(Holds.PLAIN, "id site blind blind_percent second_percent wait_minutes has_maps at"),
}  # fmt: skip

_VERSION = _all(Holds.PLAIN, "pgh_id pgh_created_at pgh_label pgh_obj")
for _of in ("Patient", "Case", "ReportDraft"):  # a version holds what its row held
    COLUMNS[f"clinic.{_of}Version"] = COLUMNS[f"clinic.{_of}"] | _VERSION
del COLUMNS["clinic.CaseVersion"]["urgency_rank"]

MAY_BE_PLAIN = {  # patient columns that are not sealed, and why
    ("clinic.Patient", "sex"): "a facet; alone it identifies nobody",
    ("clinic.Patient", "number"): "the pseudonym itself",
    ("clinic.Case", "age_years"): "whole years, 90 for all above",
    ("radiology.Film", "age_years"): "whole years, 90 for all above",
    ("clinic.CaseWords", "words"): "search needs words; the table is unlogged, in no backup, rebuilt from sealed text",
}
MAY_BE_PLAIN[("clinic.Findable", "words")] = MAY_BE_PLAIN[("clinic.CaseWords", "words")]
MAY_BE_PLAIN |= {(f"{model}Version", column): why for (model, column), why in MAY_BE_PLAIN.items()
                 if f"{model}Version" in COLUMNS}  # fmt: skip
