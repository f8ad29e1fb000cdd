from clinic.models.audit import AuditCheckpoint, AuditEvent, AuditLink, WitnessCode, WitnessState
from clinic.models.backups import Backup, DrillProblem, RestoreDrill
from clinic.models.cases import Case, CaseState, CaseWords, Note, StateChange, Urgency
from clinic.models.conflicts import Conflict, ConflictState
from clinic.models.credentials import ApiKey, IdempotencyKey
from clinic.models.datakeys import DataKey
from clinic.models.engines import (
    Deployment,
    Engine,
    EngineFault,
    EngineMove,
    EngineState,
    GoldenRun,
    Proposal,
    Stop,
    Threshold,
)
from clinic.models.erasures import Erasure
from clinic.models.glass import BrokenGlass
from clinic.models.handovers import Handover, HandoverState
from clinic.models.hearings import Hearing, HearingState
from clinic.models.incidents import (
    Incident,
    IncidentCause,
    IncidentEntry,
    IncidentLine,
    IncidentPack,
    IncidentState,
    PackForm,
    StopMark,
)
from clinic.models.learning import DriftAlarm, DriftWatch, EngineLesson, ShadowAnswer, TrainingItem
from clinic.models.patients import Consent, Patient, Purpose, Sex
from clinic.models.people import EngineWish, Language, User
from clinic.models.registers import Register, RegisterLine, RiskLevel
from clinic.models.reports import CoSignature, CoSignatureState, Report, ReportDraft
from clinic.models.retention import Hold, RetentionRule
from clinic.models.reviews import FlagReason, HeldDecision, ItemState, Review, ReviewItem, ReviewPolicy
from clinic.models.runs import Result, Run, RunError, RunState, RunUpload, WorkerBeat
from clinic.models.searching import AskedSearch, Findable, FindableKind, SavedSearch
from clinic.models.sites import Membership, Site
from clinic.models.timeline import Entry, EntryKind, NoticeKind, Notification
from clinic.models.transcripts import TranscriptAct, TranscriptEdit
from clinic.models.uploads import SessionState, Upload, UploadChunk, UploadKind, UploadSession
from clinic.models.vocabulary import VocabularyWord

__all__ = [
    "ApiKey",
    "AskedSearch",
    "AuditCheckpoint",
    "AuditEvent",
    "AuditLink",
    "Backup",
    "BrokenGlass",
    "Case",
    "CaseState",
    "CaseWords",
    "CoSignature",
    "CoSignatureState",
    "Conflict",
    "ConflictState",
    "Consent",
    "DataKey",
    "Deployment",
    "DriftAlarm",
    "DriftWatch",
    "DrillProblem",
    "Engine",
    "EngineFault",
    "EngineLesson",
    "EngineMove",
    "EngineState",
    "EngineWish",
    "Entry",
    "EntryKind",
    "Erasure",
    "Findable",
    "FindableKind",
    "FlagReason",
    "GoldenRun",
    "Handover",
    "HandoverState",
    "Hearing",
    "HearingState",
    "HeldDecision",
    "Hold",
    "IdempotencyKey",
    "Incident",
    "IncidentCause",
    "IncidentEntry",
    "IncidentLine",
    "IncidentPack",
    "IncidentState",
    "ItemState",
    "Language",
    "Membership",
    "Note",
    "NoticeKind",
    "Notification",
    "PackForm",
    "Patient",
    "Proposal",
    "Purpose",
    "Register",
    "RegisterLine",
    "Report",
    "ReportDraft",
    "RestoreDrill",
    "Result",
    "RetentionRule",
    "Review",
    "ReviewItem",
    "ReviewPolicy",
    "RiskLevel",
    "Run",
    "RunError",
    "RunState",
    "RunUpload",
    "SavedSearch",
    "SessionState",
    "Sex",
    "ShadowAnswer",
    "Site",
    "StateChange",
    "Stop",
    "StopMark",
    "Threshold",
    "TrainingItem",
    "TranscriptAct",
    "TranscriptEdit",
    "Upload",
    "UploadChunk",
    "UploadKind",
    "UploadSession",
    "Urgency",
    "User",
    "VocabularyWord",
    "WitnessCode",
    "WitnessState",
    "WorkerBeat",
]  # fmt: skip
