"""Our own rules for what leaves as FHIR, asked of each bundle before it is signed. The standard's own rules are asked
with the reference library by tests and by `make exports`; these here the standard does not have."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from clinic.fhir.shapes import Resource

NEEDED: dict[str, tuple[str, ...]] = {
    "Patient": ("identifier", "gender"),
    "Encounter": ("status", "class", "subject", "period"),
    "DiagnosticReport": ("status", "code", "subject", "encounter"),
    "Observation": ("status", "code", "subject"),
    "ImagingStudy": ("status", "subject"),
    "DocumentReference": ("status", "identifier", "subject", "content"),
    "Communication": ("status", "subject", "payload"),
    "DetectedIssue": ("status", "code", "patient", "detail"),
    "Device": ("deviceName",),
    "Provenance": ("target", "recorded", "agent"),
    "AuditEvent": ("type", "recorded", "agent", "source"),
}
ONCE = ("Patient", "Encounter", "DiagnosticReport")  # one of each, no more and no less
NAMES_SOMEBODY = ("name", "birthDate", "telecom", "address", "photo", "contact")  # of a patient known by a number
SETTLED = ("final", "amended", "corrected")


class Unsound(RuntimeError):
    """A bundle of ours breaks a rule of ours: nothing of it leaves."""


def demand(bundle: Resource, *, signed: Iterable[str]) -> None:
    if found := faults(bundle, signed=signed):
        raise Unsound("; ".join(found[:5]))


def faults(bundle: Resource, *, signed: Iterable[str]) -> list[str]:
    """`signed`: ids of the observations that stand in a signed version. What an engine said and nobody signed is
    preliminary, whatever else is true of it."""
    entries = bundle["entry"]
    every = [one["resource"] for one in entries]
    return [
        *_urls(entries), *_counted(every), *_missing(every), *_names(every), *_references(entries),
        *_unsigned(every, set(signed)), *_unproved(every), *_without_source(every),
    ]  # fmt: skip


def _urls(entries: list[Resource]) -> Iterator[str]:
    counted = Counter(one["fullUrl"] for one in entries)
    yield from (f"{url} stands there {n} times" for url, n in counted.items() if n > 1)
    for one in entries:
        if one["fullUrl"] != f"urn:uuid:{one['resource'].get('id')}":
            yield f"{one['fullUrl']} is not the id of what it names"


def _counted(every: list[Resource]) -> Iterator[str]:
    counted = Counter(one["resourceType"] for one in every)
    yield from (f"{counted[kind]} of {kind}, not one" for kind in ONCE if counted[kind] != 1)


def _missing(every: list[Resource]) -> Iterator[str]:
    for one in every:
        kind = one["resourceType"]
        yield from (f"{kind} without {name}" for name in NEEDED.get(kind, ()) if not one.get(name))


def _names(every: list[Resource]) -> Iterator[str]:
    for one in every:
        if one["resourceType"] == "Patient":
            yield from (f"Patient with {name}" for name in NAMES_SOMEBODY if name in one)


def _references(entries: list[Resource]) -> Iterator[str]:
    inside = {one["fullUrl"] for one in entries}
    for one in entries:
        for pointed in _pointed(one["resource"]):
            if pointed not in inside:
                yield f"{one['resource']['resourceType']} points at {pointed}, which is not in here"


def _pointed(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from _pointed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pointed(inner)


def _unsigned(every: list[Resource], signed: set[str]) -> Iterator[str]:
    for one in every:
        if one["resourceType"] != "Observation" or "device" not in one:
            continue
        if one["status"] != ("final" if one["id"] in signed else "preliminary"):
            yield f"an engine's Observation is {one['status']}, signed or not"


def _unproved(every: list[Resource]) -> Iterator[str]:
    """A settled report has the seal of whoever signed it."""
    sealed = {target["reference"] for one in every if one["resourceType"] == "Provenance" and one.get("signature")
              for target in one["target"]}  # fmt: skip
    for one in every:
        if one["resourceType"] == "DiagnosticReport" and one["status"] in SETTLED:
            if f"urn:uuid:{one['id']}" not in sealed:
                yield "a settled DiagnosticReport without a seal"
            if not one.get("conclusion"):
                yield "a settled DiagnosticReport that concludes nothing"


def _without_source(every: list[Resource]) -> Iterator[str]:
    """Of each answer, decision and file it is told where it comes from."""
    told = {target["reference"] for one in every if one["resourceType"] == "Provenance" for target in one["target"]}
    for one in every:
        is_said = one["resourceType"] == "Observation" and ("device" in one or "performer" in one)
        if is_said and f"urn:uuid:{one['id']}" not in told:
            yield "an Observation without Provenance"
