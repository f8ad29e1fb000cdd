"""Every way the product says no: a stable code for programs, a plain sentence and a next step for people."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Code(StrEnum):
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    FORM_TOO_OLD = "form_too_old"
    SIGN_IN_NEEDED = "sign_in_needed"
    SECOND_FACTOR_NEEDED = "second_factor_needed"
    INVALID = "invalid"
    UNEXPECTED = "unexpected"
    TOO_MANY = "too_many_requests"
    DATABASE_DOWN = "database_down"
    AUDIT_DOWN = "audit_down"
    STORAGE_DOWN = "storage_down"
    STORAGE_FULL = "storage_full"
    ILLEGAL_MOVE = "illegal_move"
    UNKNOWN_KIND = "unknown_run_kind"
    ALREADY_FINAL = "already_final"
    NOT_DEAD = "not_dead"
    CASE_IS_CLOSED = "case_is_closed"
    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    TYPE_MISMATCH = "type_mismatch"
    VIRUS_FOUND = "virus_found"
    SCANNER_DOWN = "scanner_down"
    CUT_OFF = "cut_off"
    CHUNK_OUT_OF_ORDER = "chunk_out_of_order"
    CHUNK_DAMAGED = "chunk_damaged"
    CHUNK_WRONG_SIZE = "chunk_wrong_size"
    CHUNK_DIFFERS = "chunk_differs"
    DIGEST_MISMATCH = "digest_mismatch"
    OBJECT_DAMAGED = "object_damaged"
    SESSION_OVER = "upload_session_over"
    ERASED = "erased"
    ON_HOLD = "on_hold"
    WORK_UNDER_WAY = "work_under_way"
    EXPIRED = "expired"
    LIST_CHANGED = "list_changed"
    KEY_REUSED = "idempotency_key_reused"
    KEY_NOT_TAKEN = "idempotency_key_not_taken"
    UPLOADS_DO_NOT_FIT = "uploads_do_not_fit"
    NOT_A_MEMBER = "not_a_member"
    LAST_ADMIN = "last_admin"
    ALREADY_EXISTS = "already_exists"
    TOO_DEEP = "json_too_deep"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ACCEPTABLE = "not_acceptable"
    MEDIA_TYPE_NOT_TAKEN = "media_type_not_taken"
    LENGTH_NEEDED = "length_needed"
    RANGE_NOT_THERE = "range_not_there"
    NOT_FROM_HERE = "not_from_here"
    TLS_NEEDED = "tls_needed"
    ENGINE_UNFIT = "engine_unfit"
    ENGINE_CONFLICT = "engine_version_conflict"
    ENGINE_STATE = "engine_not_in_that_state"
    NO_EARLIER_ENGINE = "no_earlier_engine"
    GATE_CLOSED = "gate_not_passed"
    SECOND_PERSON_NEEDED = "second_person_needed"
    ALREADY_DECIDED = "already_decided"
    PERSON_NEEDED = "person_needed"
    STEP_UP_NEEDED = "step_up_needed"
    SIGNED_BY_REPORT = "signed_by_report"
    DRAFT_CHANGED = "draft_changed"
    REPORT_NOT_READY = "report_not_ready"
    NOT_THE_AUTHOR = "not_the_author"
    NO_QUESTION = "no_question_fits"
    WORDS_NOT_THERE = "words_not_there"
    ANSWER_IS_OPEN = "answer_is_open"
    NO_CONSENT = "no_consent"
    NOT_REVIEWED = "not_reviewed"
    WAITS_ALREADY = "waits_already"
    CLAIMED_BY_OTHER = "claimed_by_another"
    NOT_CLAIMED = "not_claimed"
    READ_ALREADY = "read_already"
    NOT_BLIND = "not_blind"
    NOT_LOOKED = "not_looked"
    NOT_AN_ADJUDICATOR = "not_an_adjudicator"
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    STILL_STOPPED = "still_stopped"
    REVIEW_MISSING = "review_missing"
    NOT_PROVEN = "engine_not_proven"
    NOT_REPLAYABLE = "not_replayable"
    ENGINE_GONE = "engine_gone"
    ENGINE_RETIRED = "engine_retired"
    INCIDENT_IS_CLOSED = "incident_is_closed"
    READ_FIRST = "read_first"
    NO_PICTURE = "no_picture"
    UNREADABLE = "unreadable_file"
    UNREADABLE_BUNDLE = "unreadable_bundle"
    PATIENT_STAYS = "patient_data_stays"
    NOT_FOR_ENGINE = "not_for_the_engine"
    NO_ENGINE = "no_engine_answers"
    NOTHING_TO_LEARN = "nothing_to_learn"
    NO_FACTS_YET = "no_facts_yet"
    FACTS_FINISHED = "facts_finished"
    PROMPT_CONFLICTS = "prompt_conflicts"
    FACTS_NOT_FINISHED = "facts_not_finished"
    FACTS_OPEN = "facts_open"
    FACTS_CHANGED = "facts_changed"
    FACTS_UNREAD = "facts_unread"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_ENOUGH_SOURCES = "not_enough_sources"
    NOT_SPOKEN = "not_spoken"
    TRANSCRIPT_CHANGED = "transcript_changed"
    NO_LANGUAGE_ENGINE = "no_language_engine"
    PROMPT_ALTERED = "prompt_altered"
    PROMPT_NOT_PROVEN = "prompt_not_proven"
    NO_EARLIER_PROMPT = "no_earlier_prompt"
    EXPERIMENT_STATE = "experiment_not_in_that_state"
    EXPERIMENT_RUNS = "another_experiment_runs"
    NO_VERDICT_YET = "no_verdict_yet"
    CONSULT_IS_FULL = "consult_is_full"
    NOTHING_TO_ANSWER = "nothing_to_answer"


@dataclass(frozen=True)
class Meaning:
    status: int
    sentence: Words
    what_to_do: Words


_ASK = _("Try again in a minute. If it stays, tell your admin the request id.")

MEANINGS: dict[Code, Meaning] = {
    Code.NOT_FOUND: Meaning(404, _("This does not exist, or it belongs to another site."),
                            _("Check the address, or go back to the case list.")),
    Code.NOT_ALLOWED: Meaning(403, _("Your role does not allow this."), _("Ask an admin of your site if you need it.")),
    Code.FORM_TOO_OLD: Meaning(
        403,
        _("The page was open too long, or the request did not come from it. Nothing was changed."),
        _("Reload the page and send it again."),
    ),
    Code.SIGN_IN_NEEDED: Meaning(401, _("Sign in first."), _("Sign in, or send a valid API key.")),
    Code.SECOND_FACTOR_NEEDED: Meaning(403, _("A second factor is required here, and you have none yet."),
                                       _("Set one up on your profile: an app for codes, or a security key.")),
    Code.INVALID: Meaning(400, _("Something in what was sent is not right."), _("Correct the named fields.")),
    Code.UNEXPECTED: Meaning(500, _("Something failed that should not have."), _ASK),
    Code.TOO_MANY: Meaning(429, _("Too many requests in a short time."), _("Wait as long as Retry-After says.")),
    Code.DATABASE_DOWN: Meaning(503, _("The database does not answer."), _ASK),
    Code.AUDIT_DOWN: Meaning(503, _("What happens here cannot be written down now. Nothing was changed or shown."),
                             _("Tell your admin at once: the audit log cannot be written.")),
    Code.STORAGE_DOWN: Meaning(503, _("The file store does not answer. Nothing was saved."), _ASK),
    Code.STORAGE_FULL: Meaning(507, _("The file store is full. Nothing was saved."),
                               _("Tell your admin: space must be freed before files can be added.")),
    Code.ILLEGAL_MOVE: Meaning(409, _("A case cannot go from its state to that one."),
                               _("Reload the case: somebody may have moved it already.")),
    Code.UNKNOWN_KIND: Meaning(400, _("There is no such kind of run."), _("Choose one of the listed kinds.")),
    Code.ALREADY_FINAL: Meaning(409, _("The run has already ended."), _("Reload to see how it ended.")),
    Code.NOT_DEAD: Meaning(409, _("Only a failed or cancelled run can start again."), _("Reload to see its state.")),
    Code.CASE_IS_CLOSED: Meaning(409, _("The case is closed."), _("Reopen it before adding to it.")),
    Code.EMPTY_FILE: Meaning(422, _("The file is empty."), _("Choose a file with content.")),
    Code.TOO_LARGE: Meaning(413, _("What was sent is larger than it may be."), _("Send a smaller one.")),
    Code.TYPE_NOT_ALLOWED: Meaning(415, _("Files of this type are not taken."), _("Choose one of the listed types.")),
    Code.TYPE_MISMATCH: Meaning(415, _("The content of the file is not what its name or type says."),
                                _("Check that the right file was chosen.")),
    Code.VIRUS_FOUND: Meaning(422, _("The virus scanner found something in the file. Nothing of it was kept."),
                              _("Do not open it, and tell whoever sent it.")),
    Code.SCANNER_DOWN: Meaning(503, _("The virus scanner does not answer, so the file cannot be added now."),
                               _("What was sent in pieces waits here unopened: try again in a few minutes.")),
    Code.CUT_OFF: Meaning(400, _("The upload ended before the whole file had arrived. Nothing was saved."),
                          _("Send the file again.")),
    Code.CHUNK_OUT_OF_ORDER: Meaning(409, _("That piece of the file does not come next."),
                                     _("Go on with the piece named in next_index.")),
    Code.CHUNK_DAMAGED: Meaning(422, _("That piece of the file arrived damaged."), _("Send the piece again.")),
    Code.CHUNK_WRONG_SIZE: Meaning(422, _("That piece of the file has not the size it must have."),
                                   _("Cut the file into pieces of chunk_size bytes; only the last is smaller.")),
    Code.CHUNK_DIFFERS: Meaning(409, _("Another piece of the file came under that number before."),
                                _("Go on with the piece named in next_index, or start the upload again.")),
    Code.DIGEST_MISMATCH: Meaning(422, _("The file that arrived is not the file that was announced."),
                                  _("Start the upload again.")),
    Code.OBJECT_DAMAGED: Meaning(500, _("The stored file does not match its digest and is not shown."),
                                 _("Tell your admin: restore it from a backup.")),
    Code.SESSION_OVER: Meaning(410, _("This upload has ended or was discarded."), _("Start the upload again.")),
    Code.ON_HOLD: Meaning(409, _("A legal hold stands on it."), _("Whoever placed it has to lift it first.")),
    Code.WORK_UNDER_WAY: Meaning(409, _("Engines are at work on it."), _("Wait until they have ended, or cancel.")),
    Code.ERASED: Meaning(410, _("The data of this patient was erased."), _("The audit still shows what happened.")),
    Code.EXPIRED: Meaning(410, _("This file was deleted when its time was over."),
                          _("What was decided stays. Add the file again if you have it.")),
    Code.LIST_CHANGED: Meaning(409, _("The list is not what it was when you looked at it."),
                               _("Look at it again. Nothing was deleted.")),
    Code.KEY_REUSED: Meaning(422, _("This idempotency key was used with another request."), _("Use a new key.")),
    Code.KEY_NOT_TAKEN: Meaning(400, _("This address takes no Idempotency-Key. Nothing was done."),
                                _("Leave the header out: see the API description for what sending again does here.")),
    Code.UPLOADS_DO_NOT_FIT: Meaning(422, _("These files do not fit this kind of run."),
                                     _("Choose files of the kind the run needs.")),
    Code.NOT_A_MEMBER: Meaning(422, _("That person does not work at this site."), _("Choose a person of this site.")),
    Code.LAST_ADMIN: Meaning(409, _("A site keeps at least one admin."), _("Give another person the role first.")),
    Code.ALREADY_EXISTS: Meaning(409, _("That exists already."), _("Use the existing one.")),
    Code.METHOD_NOT_ALLOWED: Meaning(405, _("This address does not take that method."),
                                     _("See the API description for what it takes.")),
    Code.NOT_ACCEPTABLE: Meaning(406, _("This address does not answer in the form that was asked for."),
                                 _("Ask for application/json, or leave the Accept header out.")),
    Code.MEDIA_TYPE_NOT_TAKEN: Meaning(415, _("This address does not take that content type."),
                                       _("See the API description for what it takes.")),
    Code.LENGTH_NEEDED: Meaning(411, _("The length of what is sent must be told first."),
                                _("Send a Content-Length header, or send the file in pieces.")),
    Code.RANGE_NOT_THERE: Meaning(416, _("The file does not have those bytes."),
                                  _("Ask for bytes within its size.")),
    Code.NOT_FROM_HERE: Meaning(403, _("The request does not prove that it came from a page of this site."),
                                _("Send the X-CSRFToken header, or use an API key instead of a session.")),
    Code.TLS_NEEDED: Meaning(403, _("What was sent came in the clear, where others may have read it."),
                             _("Use https://. If a key came along, end it and make another.")),
    Code.ENGINE_UNFIT: Meaning(422, _("The engine is not taken: it is not as it must be."),
                               _("Get it again from whoever made it.")),
    Code.ENGINE_CONFLICT: Meaning(409, _("Another engine has that name and version."),
                                  _("Give the new one a version of its own.")),
    Code.ENGINE_STATE: Meaning(409, _("From the state it is in, the engine cannot do that."),
                               _("Reload to see its state: somebody may have moved it.")),
    Code.NO_EARLIER_ENGINE: Meaning(409, _("No engine was live before this one."),
                                    _("Take it out of service: then its work goes to people.")),
    Code.GATE_CLOSED: Meaning(409, _("The engine has not passed the gate."), _("Its page says what is missing.")),
    Code.SECOND_PERSON_NEEDED: Meaning(409, _("A second person must agree to this: nobody agrees to her own proposal."),
                                       _("Ask a colleague who may agree to it.")),
    Code.ALREADY_DECIDED: Meaning(409, _("This has been decided already."), _("Reload to see what was decided.")),
    Code.NOT_REVIEWED: Meaning(422, _("What this kind of run answers is not reviewed: it has no classes."),
                               _("Write a note in the case instead.")),
    Code.WAITS_ALREADY: Meaning(409, _("This waits for a reader already."), _("Look for it in the review queue.")),
    Code.CLAIMED_BY_OTHER: Meaning(409, _("A colleague is reading this. Nothing was changed."),
                                   _("Take another, or wait until the lock has run out.")),
    Code.NOT_CLAIMED: Meaning(409, _("You do not hold this item, or your lock has run out. Nothing was decided."),
                              _("Take the item again.")),
    Code.READ_ALREADY: Meaning(409, _("You have read this already: nobody reads an item twice."),
                               _("Leave it to another reader.")),
    Code.NOT_BLIND: Meaning(409, _("You have seen what the engine said, so you cannot read this blind."),
                            _("Leave it to a reader who has not.")),
    Code.NOT_LOOKED: Meaning(422, _("This is a class that must not be missed: look at the source first."),
                             _("Read or open the source, then decide.")),
    Code.NOT_AN_ADJUDICATOR: Meaning(403, _("Readers differ, and your site’s policy lets others decide between them."),
                                     _("Leave it to one of the roles named in the policy.")),
    Code.TOO_LATE_TO_UNDO: Meaning(409, _("The decision is final."),
                                   _("Send the result to review again if it is wrong.")),
    Code.STILL_STOPPED: Meaning(409, _("The engine is still stopped, or nobody has said that the incident is over."),
                                _("Release the stop first: two persons and a note.")),
    Code.NOT_REPLAYABLE: Meaning(422, _("This result cannot be replayed: no engine that answers twice alike made it."),
                                 _("Ask the engine anew instead.")),
    Code.ENGINE_GONE: Meaning(410, _("The engine that made this result is not installed any more."),
                              _("Install that version again; no other is asked in its place.")),
    Code.ENGINE_RETIRED: Meaning(409, _("The engine that made this result is retired at this site."),
                                 _("No other is asked in its place. An engineer can install it again as a candidate.")),
    Code.NOT_PROVEN: Meaning(409, _("The engine has not answered all its test cases rightly since it was taken out."),
                             _("Mend its files, run its test cases, then bring it back.")),
    Code.REVIEW_MISSING: Meaning(409, _("Nobody has written the review of this incident."),
                                 _("Write down what happened, why, and what will change; then close it.")),
    Code.READ_FIRST: Meaning(409, _("What the engine says is hidden until you have sealed your own reading."),
                             _("Read the film in the reading room first.")),
    Code.NO_PICTURE: Meaning(409, _("There is no picture of this film to show."),
                             _("Wait until it has been opened, or look at why it could not be.")),
    Code.UNREADABLE: Meaning(422, _("The file was kept, but it cannot be opened as what it should be."),
                             _("Export it again from where it was made, and send that file.")),
    Code.UNREADABLE_BUNDLE: Meaning(422, _("The file is no record that can be taken in. Nothing was kept."),
                                    _("Send a FHIR R4 bundle of one patient, as JSON.")),
    Code.PATIENT_STAYS: Meaning(422, _("The patient’s data could not be taken out of this file. It was not kept."),
                                _("Export it again from where it was made, and send that file.")),
    Code.NOT_FOR_ENGINE: Meaning(422, _("The file was kept, but it is not fit for the engine, which was not asked."),
                                 _("Look at the reasons. A person can put it right, or read it without the engine.")),
    Code.NO_ENGINE: Meaning(503, _("No engine may answer this now. What was sent is kept, and a person can read it."),
                            _("Leave it to a person, or ask again later.")),
    Code.NO_FACTS_YET: Meaning(409, _("The facts of this document are not there yet."),
                               _("Wait until it has been read, or look at its run.")),
    Code.FACTS_FINISHED: Meaning(409, _("These facts have been checked to the end."),
                                 _("Open them again, or ask the engine again and check anew.")),
    Code.PROMPT_CONFLICTS: Meaning(409, _("Both versions changed the same lines."),
                                   _("Say for each of these places what is to stand there.")),
    Code.FACTS_NOT_FINISHED: Meaning(409, _("These facts have not been checked to the end."),
                                     _("Load the page again: they can be changed as they are.")),
    Code.FACTS_OPEN: Meaning(409, _("Some facts are still open."), _("Accept, correct or reject each of them first.")),
    Code.FACTS_UNREAD: Meaning(409, _("The engine could not read this document, and nobody wrote a fact."),
                               _("Look at the original and add what it says, or decide on it in the review queue.")),
    Code.FACTS_CHANGED: Meaning(409, _("The facts have changed since the page was opened."),
                                _("Load the page again, then decide.")),
    Code.TRANSCRIPT_CHANGED: Meaning(409, _("The transcript has changed since the page was opened."),
                                     _("Load the page again, then decide.")),
    Code.NOT_SPOKEN: Meaning(503, _("No voice can say this here."), _("Read it, or let your browser speak.")),
    Code.NOT_ENOUGH_SOURCES: Meaning(409, _("There is nothing to compare yet."),
                                     _("Two sources of the case must have been read first.")),
    Code.NOTHING_TO_UNDO: Meaning(409, _("There is nothing to take back."), _("Nobody has decided here yet.")),
    Code.NO_LANGUAGE_ENGINE: Meaning(409, _("No engine that is asked in words is set up here."),
                                     _("Name one in the settings of the installation, or go on with the rules.")),
    Code.PROMPT_ALTERED: Meaning(409, _("This prompt was changed past the product: its signature does not hold."),
                                 _("Use another version, and tell your admin: somebody wrote into the database.")),
    Code.PROMPT_NOT_PROVEN: Meaning(409, _("The newest trial of this very text on golden documents has not passed."),
                                    _("Have it tried, then ask again.")),
    Code.NO_EARLIER_PROMPT: Meaning(409, _("No other prompt was live before this one."),
                                    _("Branch a new version and have it tried.")),
    Code.EXPERIMENT_STATE: Meaning(409, _("The experiment is not in the state for that."), _("Load its page again.")),
    Code.EXPERIMENT_RUNS: Meaning(409, _("Another experiment runs at this site."), _("End that one first.")),
    Code.NO_VERDICT_YET: Meaning(409, _("The rule allows no verdict yet: too few documents, or 0 is inside."),
                                 _("Let it run on, or end it without a result.")),
    Code.NOTHING_TO_LEARN: Meaning(409, _("There is no decision here that an engine may learn from."),
                                   _("Have people decide on answers about patients who agree to training.")),
    Code.INCIDENT_IS_CLOSED: Meaning(409, _("The incident is closed."), _("Open a new one.")),
    Code.PERSON_NEEDED: Meaning(403, _("Only a person who is signed in may do this, not a program with a key."),
                                _("Do it on the page.")),
    Code.STEP_UP_NEEDED: Meaning(403, _("This needs proof of who you are that is at most five minutes old."),
                                 _("Confirm that it is you, by your password or your second factor, and try again.")),
    Code.SIGNED_BY_REPORT: Meaning(409, _("A case is signed or amended by signing its report, in no other way."),
                                   _("Write the report of the case and sign it.")),
    Code.DRAFT_CHANGED: Meaning(409, _("Somebody changed this meanwhile. Nothing of theirs was overwritten."),
                                _("Look at what stands there now, and change that.")),
    Code.REPORT_NOT_READY: Meaning(409, _("The report cannot be signed yet."), _("Settle what the list names.")),
    Code.NO_QUESTION: Meaning(404, _("No question fits that choice."), _("Choose another role, category or level.")),
    Code.NOT_THE_AUTHOR: Meaning(409, _("Only the person who wrote a sentence can say that it is hers."),
                                 _("Write it in your own words, or point at its source.")),
    Code.WORDS_NOT_THERE: Meaning(422, _("These words do not stand in that file."),
                                  _("Copy them from the text of the file, letter by letter.")),
    Code.ANSWER_IS_OPEN: Meaning(409, _("People have still to decide on this answer."),
                                 _("Decide on it in the review queue first.")),
    Code.NO_CONSENT: Meaning(409, _("A patient has not agreed to training of engines, or agrees no longer."),
                             _("Leave her items out.")),
    Code.CONSULT_IS_FULL: Meaning(409, _("This consult holds as many recordings, pictures and texts as it can."),
                                  _("Begin another consult on the same case.")),
    Code.NOTHING_TO_ANSWER: Meaning(409, _("Nothing was said, typed or shown yet."),
                                    _("Record, type or show something first.")),
    Code.TOO_DEEP: Meaning(400, _("The JSON is nested too deeply."), _("Send flatter data.")),
}  # fmt: skip


class Refusal(Exception):
    """Raised anywhere below a view; the middleware and the API turn it into a page or problem+json."""

    def __init__(self, code: Code, *, detail: Words | None = None, fields: dict[str, list[str]] | None = None,
                 facts: dict[str, object] | None = None) -> None:  # fmt: skip
        super().__init__(code.value)
        self.code = code
        self.meaning = MEANINGS[code]
        self.detail = detail or self.meaning.sentence
        self.fields = fields or {}
        self.facts = facts or {}  # machine-readable extras, e.g. next_index; never patient data

    @property
    def status(self) -> int:
        return self.meaning.status
