"""Why a file is not taken. `code` is what programs switch on, `reason` says it more exactly; both are stable."""

from enum import StrEnum


class Reason(StrEnum):
    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    CUT_OFF = "cut_off"
    UNKNOWN_TYPE = "unknown_type"
    EXECUTABLE = "executable_refused"
    MARKUP = "markup_refused"
    PLAYLIST = "playlist_refused"
    POLYGLOT = "polyglot_refused"
    DICOMDIR = "dicomdir_refused"
    MACROS = "macros_refused"
    CONTENT_TYPE_LIES = "content_type_lies"
    EXTENSION_LIES = "extension_lies"
    ANNOUNCED_LIES = "announced_lies"


CODES = {
    Reason.EMPTY_FILE: "empty_file",
    Reason.TOO_LARGE: "too_large",
    Reason.CUT_OFF: "cut_off",
    Reason.CONTENT_TYPE_LIES: "type_mismatch",
    Reason.EXTENSION_LIES: "type_mismatch",
    Reason.ANNOUNCED_LIES: "type_mismatch",
}


class Refused(Exception):
    """`facts` are words from our own tables, numbers and an announced type, never the file's content or name."""

    def __init__(self, reason: Reason, **facts: str | int) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.code = CODES.get(reason, "type_not_allowed")
        self.facts = facts
