from clinic.models.audit import AuditEvent, AuditLink
from clinic.models.cases import Case, CaseState, CaseWords, Note, StateChange, Urgency
from clinic.models.credentials import ApiKey, IdempotencyKey
from clinic.models.datakeys import DataKey
from clinic.models.patients import Consent, Patient, Purpose, Sex
from clinic.models.people import Language, User
from clinic.models.runs import Result, Run, RunError, RunState, RunUpload, WorkerBeat
from clinic.models.sites import Membership, Site
from clinic.models.timeline import Entry, EntryKind, NoticeKind, Notification
from clinic.models.uploads import SessionState, Upload, UploadChunk, UploadKind, UploadSession

__all__ = [
    "ApiKey", "AuditEvent", "AuditLink", "Case", "CaseState", "CaseWords", "Consent", "DataKey", "Entry", "EntryKind",
    "IdempotencyKey", "Language", "Membership", "Note", "NoticeKind", "Notification", "Patient", "Purpose", "Result",
    "Run", "RunError", "RunState", "RunUpload", "SessionState", "Sex", "Site", "StateChange", "Upload", "UploadChunk",
    "UploadKind", "UploadSession", "Urgency", "User", "WorkerBeat",
]  # fmt: skip
