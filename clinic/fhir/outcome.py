"""A refusal in the words of FHIR: the code of the house stays in it, to decide by."""

from clinic.errors import Code, Refusal
from clinic.fhir.shapes import Resource

_BY_CODE = {Code.SIGN_IN_NEEDED: "login", Code.NOT_ALLOWED: "forbidden", Code.NOT_FOUND: "not-found",
            Code.ERASED: "deleted", Code.EXPIRED: "deleted", Code.TOO_MANY: "throttled",
            Code.METHOD_NOT_ALLOWED: "not-supported", Code.NOT_ACCEPTABLE: "not-supported",
            Code.READ_FIRST: "forbidden"}  # fmt: skip


def of(refusal: Refusal, request_id: str) -> Resource:
    issue: Resource = {
        "severity": "fatal" if refusal.status >= 500 else "error",
        "code": _BY_CODE.get(refusal.code) or ("exception" if refusal.status >= 500 else "invalid"),
        "details": {"coding": [{"system": "urn:rounds:refusal", "code": refusal.code.value}],
                    "text": str(refusal.detail)},
        "diagnostics": f"{refusal.meaning.what_to_do} ({request_id})",
    }  # fmt: skip
    if refusal.fields:
        issue["expression"] = sorted(refusal.fields)
        lines = [f"{name}: {line}" for name, those in refusal.fields.items() for line in those]
        issue["details"]["text"] = "; ".join(map(str, lines))
    return {"resourceType": "OperationOutcome", "issue": [issue]}
