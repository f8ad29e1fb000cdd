"""What a person or program may do. Stored nowhere: roles grant them (roles.py), API keys narrow them by scope."""

from enum import StrEnum


class Permission(StrEnum):
    CASE_VIEW = "case.view"
    CASE_OPEN = "case.open"
    CASE_EDIT = "case.edit"
    CASE_ASSIGN = "case.assign"
    NOTE_WRITE = "note.write"
    CONSENT_RECORD = "consent.record"
    UPLOAD_READ = "upload.read"
    UPLOAD_ADD = "upload.add"
    RUN_VIEW = "run.view"
    RUN_REQUEST = "run.request"
    RUN_CANCEL = "run.cancel"
    RUN_REPLAY = "run.replay"
    JOBS_VIEW = "jobs.view"
    JOBS_MANAGE = "jobs.manage"
    OPERATIONS_VIEW = "operations.view"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    SITES_MANAGE = "sites.manage"
    KEYS_MANAGE = "keys.manage"
    AUDIT_READ = "audit.read"
    WORKLOAD_VIEW = "workload.view"
    ENGINES_MANAGE = "engines.manage"
